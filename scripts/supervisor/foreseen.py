"""Runs whose end is known before they begin: they get a row, and nothing is started for them."""

import json
from contextlib import suppress
from pathlib import Path

from supervisor.rows import replace_text

ENOUGH_HUNG = 2  # runs that hung at the same place: the next one would, too


def foreseen_by_preflight(path, workers, jobs, cpus, time_limit_s):
    """Return (status, reason) of a run that cannot end well by what the preflight found, or None.

    `path` is the preflight's JSON, empty without one;
    where it has not been made, nothing is foreseen. `cpus` how many can be used.
    """
    if not path or not Path(path).exists():
        return None
    asked = json.loads(Path(path).read_text(encoding="utf-8"))
    if asked["status"] != "ok":
        return asked["status"], f"{asked['reason']} (in the preflight, without workers)"
    least = asked["build_s"] + jobs * asked["job_s"] / max(1, min(workers, cpus))
    if least > time_limit_s:
        return "timeout", (
            f"not begun: in the preflight a build took {asked['build_s']:.2g} s and a job "
            f"{asked['job_s']:.2g} s, so this takes {least:.0f} s and more, over "
            f"{time_limit_s:g} s (time_limit_s)"
        )
    return None


class Endings:
    """What earlier runs of a study ended as, where others will end alike.

    Kept in a file beside them, and believed only while the run that it is known from is there.
    """

    def __init__(self, path):
        self.path = Path(path) if path else None
        self.known = {}
        if self.path and self.path.exists():
            with suppress(ValueError):
                self.known = json.loads(self.path.read_text(encoding="utf-8"))

    def foreseen(self, pair, place):
        """Return (status, reason) of a run that will end as others did, or None.

        `pair` names what is tried: a strategy on an interpreter, of one version each; `place` what
        may hang: a mechanism, with the same data and jobs.
        """
        for one in self.trusted(pair):
            return "unsupported", one["reason"]
        hung = self.trusted(place)
        if len(hung) >= ENOUGH_HUNG:
            return "timeout", (
                f"not begun: {len(hung)} runs of its mechanism hung before ({hung[0]['reason']})"
            )
        return None

    def note(self, output, row, pair, place):
        """Remember how a run ended, if others will end alike; `output` is the file of its row."""
        if row["status"] == "unsupported":
            self.known[pair] = [{"run": output, "reason": row["reason"]}]
        elif row["status"] == "timeout" and "hung" in row["reason"]:
            self.known[place] = [
                *(one for one in self.trusted(place) if one["run"] != output),
                {"run": output, "reason": row["reason"]},
            ]
        else:
            return
        if self.path:
            # Whole at any time: other nodes of a cluster may be reading it.
            replace_text(self.path, json.dumps(self.known, indent=1))

    def trusted(self, key):
        """Return what is known by a key, of the runs that are still there."""
        return [one for one in self.known.get(key, []) if Path(one["run"]).exists()]
