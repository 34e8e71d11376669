"""Which runs are left to make after a preflight: of a program that fails only what says so."""

import json
from contextlib import suppress
from pathlib import Path

from preflight.trouble import WITHOUT_ANSWERS
from sharing.strategies import mechanism_of

ALONE, FORKED = "serial", "by fork"  # a strategy and a mechanism: without workers, with forked ones


def found_by(path):
    """Return what a preflight found, a dict; None where it has not been made."""
    with suppress(OSError, ValueError):
        return json.loads(Path(path).read_text(encoding="utf-8"))
    return None


def is_sound(found):
    """Return whether a preflight leaves all to be measured; so does one that has not been made."""
    if found is None:
        return True
    kinds = {one["kind"] for one in found.get("troubles", ())}
    return found["status"] == "ok" and not kinds & {*WITHOUT_ANSWERS}


def left_to_make(runs, found_of):
    """Return those of `runs`, pairs of cell and repeat, that the preflights leave to be made.

    ``found_of(cell)`` is what the cell's preflight found. Of a program that failed one run is left,
    without workers, which is the row that says so; of one whose answers cannot be compared also one
    with forked workers, which shows whether theirs are other ones.
    """
    kept, shown = set(), {}
    for cell, repeat in sorted(runs, key=lambda run: run[0].strategy != ALONE):
        found = found_of(cell)
        if not is_sound(found):
            kinds = shown.setdefault((cell.interpreter, cell.size), set())
            kind = FORKED if kinds else ALONE
            enough = len(kinds) == (1 if found["status"] != "ok" else 2)
            if enough or (kind == FORKED and mechanism_of(cell.strategy) != FORKED):
                continue
            kinds.add(kind)
        kept.add((cell, repeat))
    return [run for run in runs if run in kept]
