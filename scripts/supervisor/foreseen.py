"""Runs whose end is known before they begin: they get a row, and nothing is started for them."""

import json
from contextlib import suppress
from pathlib import Path

from supervisor.rows import replace_text
from supervisor.types import Arguments, Ending, Row

# What a preflight calls its runs of forked workers: as the user has them, and as runs here are.
FORKED_RUNS = ("fork", "fork with one library thread")
SERIAL_RUN = "serial"  # the strategy that says whether the program works without workers
ENOUGH_HUNG = 2  # runs of a strategy, or strategies of a mechanism: the next one would hang, too


def foreseen_by_preflight(
    path: str | None,
    workers: int,
    jobs: int,
    cpus: float,
    time_limit_s: float,
    start_method: str,
) -> Ending | None:
    """Return (status, reason) of a run that cannot end well by what the preflight found, or None.

    `path` is the preflight's JSON, empty without one;
    where it has not been made, nothing is foreseen. `cpus` how many can be used.
    Forked workers that hung there are not waited for again, strategy by strategy.
    """
    if not path or not Path(path).exists():
        return None
    asked = json.loads(Path(path).read_text(encoding="utf-8"))
    if asked["status"] != "ok":
        return asked["status"], f"{asked['reason']} (in the preflight, without workers)"
    tried = asked["start_methods"]
    if start_method == "fork" and {tried.get(how) for how in FORKED_RUNS} == {"hung"}:
        return "timeout", "not begun: two forked workers hung in the preflight"
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

    Kept in a file beside them, and believed only while the run that it is known from is there, and
    of runs with the same data, jobs and program: what was repaired since is tried again.
    """

    def __init__(self, path: str | Path | None) -> None:
        self.path = Path(path) if path else None
        self.known: dict[str, list[dict[str, str]]] = {}
        if self.path and self.path.exists():
            with suppress(ValueError):
                self.known = json.loads(self.path.read_text(encoding="utf-8"))

    def foreseen(self, arguments: Arguments) -> Ending | None:
        """Return (status, reason) of a run that will end as others did, or None."""
        for one in self.trusted(unsupported_key(arguments)):
            return "unsupported", one["reason"]
        if arguments.strategy != SERIAL_RUN:
            for one in self.trusted(alone_key(arguments)):
                return one[
                    "status"
                ], f"not begun: so it ends without workers, too ({one['reason']})"
        mine: list[dict[str, str]] = []
        others: dict[str, dict[str, str]] = {}
        for one in self.trusted(hung_key(arguments)):
            if one["strategy"] != arguments.strategy:
                others[one["strategy"]] = one
            elif one["basis"] == arguments.basis:
                mine.append(one)
        if len(mine) >= ENOUGH_HUNG:
            return "timeout", f"not begun: {len(mine)} runs of it hung before ({mine[0]['reason']})"
        hung = [*mine[:1], *others.values()]  # one of each strategy
        if len(hung) >= ENOUGH_HUNG:
            names = ", ".join(sorted(one["strategy"] for one in hung))
            return "timeout", (
                f"not begun: {len(hung)} strategies of its mechanism hung before, {names} "
                f"({hung[0]['reason']})"
            )
        return None

    def note(self, arguments: Arguments, row: Row) -> None:
        """Remember how a run ended, if others will end alike."""
        before = dict(self.known)
        status, reason = str(row["status"]), str(row["reason"])
        run = {"run": arguments.output, "reason": reason}
        hung = hung_key(arguments)
        earlier = [one for one in self.trusted(hung) if one["run"] != arguments.output]
        if status == "unsupported":
            self.known[unsupported_key(arguments)] = [run]
        elif status == "timeout" and "hung" in reason:
            run |= {"strategy": arguments.strategy, "basis": arguments.basis}
            self.known[hung] = [*earlier, run]
        elif hung in self.known:
            self.known[hung] = earlier
        if is_alone(arguments):
            bad = status in ("failed", "crashed")  # in time workers may do what it did not
            self.known[alone_key(arguments)] = [run | {"status": status}] if bad else []
        if self.path and self.known != before:
            # Whole at any time: other nodes of a cluster may be reading it.
            replace_text(self.path, json.dumps(self.known, indent=1))

    def trusted(self, key: str) -> list[dict[str, str]]:
        """Return what is known by a key, of the runs that are still there."""
        return [one for one in self.known.get(key, []) if Path(one["run"]).exists()]


def unsupported_key(arguments: Arguments) -> str:
    """Return the key of what is unsupported: a strategy on an interpreter, of one version each."""
    return " ".join((*surroundings_of(arguments), arguments.strategy, arguments.basis))


def is_alone(arguments: Arguments) -> bool:
    """Return whether a run says for all others of a user's program whether it works."""
    return arguments.strategy == SERIAL_RUN and arguments.workload.endswith(".py")


def alone_key(arguments: Arguments) -> str:
    """Return the key of a program that fails without workers, and so with any."""
    place = (arguments.experiment, arguments.interpreter, str(arguments.size), str(arguments.jobs))
    return " ".join(("alone", *place, arguments.common_basis))


def hung_key(arguments: Arguments) -> str:
    """Return the key of what hangs: a mechanism, with the same data, jobs and program.

    Without the number of workers: what waits for ever does so with one as with four.
    """
    place = (arguments.mechanism, str(arguments.size), str(arguments.jobs))
    return " ".join((*surroundings_of(arguments), *place, arguments.common_basis))


def surroundings_of(arguments: Arguments) -> tuple[str, str, str]:
    """Return what every key begins with."""
    return arguments.experiment, arguments.interpreter, arguments.start_method
