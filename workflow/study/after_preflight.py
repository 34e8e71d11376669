"""Which runs are left to make after a preflight: of a program that fails only what says so."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

from preflight.trouble import WITHOUT_ANSWERS
from sharing.strategies import mechanism_of
from study.cells import Cell

ALONE, FORKED = "serial", "by fork"  # a strategy and a mechanism: without workers, with forked ones
PlannedRun = tuple[Cell[int], int]  # a cell and a repeat


class FoundByPreflight(TypedDict, total=False):
    """What a preflight found, as far as it decides which runs are left."""

    status: str
    troubles: list[dict[str, str]]


def found_by(path: str | Path) -> FoundByPreflight | None:
    """Return what a preflight found, a dict; None where it has not been made."""
    with suppress(OSError, ValueError):
        found: FoundByPreflight = json.loads(Path(path).read_text(encoding="utf-8"))
        return found
    return None


def is_sound(found: FoundByPreflight | None) -> bool:
    """Return whether a preflight leaves all to be measured; so does one that has not been made."""
    if found is None:
        return True
    kinds = {one["kind"] for one in found.get("troubles", ())}
    return found["status"] == "ok" and not kinds & {*WITHOUT_ANSWERS}


def left_to_make(
    runs: Sequence[PlannedRun], found_of: Callable[[Cell[int]], FoundByPreflight | None]
) -> list[PlannedRun]:
    """Return those of `runs` that the preflights leave to be made.

    ``found_of(cell)`` is what the cell's preflight found. Of a program that failed one run is left,
    without workers, which is the row that says so; of one whose answers cannot be compared also one
    with forked workers, which shows whether theirs are other ones.
    """
    kept: set[PlannedRun] = set()
    shown: dict[tuple[str, int], set[str]] = {}
    for cell, repeat in sorted(runs, key=lambda run: run[0].strategy != ALONE):
        found = found_of(cell)
        if found is not None and not is_sound(found):
            kinds = shown.setdefault((cell.interpreter, cell.size), set())
            kind = FORKED if kinds else ALONE
            enough = len(kinds) == (1 if found["status"] != "ok" else 2)
            if enough or (kind == FORKED and mechanism_of(cell.strategy) != FORKED):
                continue
            kinds.add(kind)
        kept.add((cell, repeat))
    return [run for run in runs if run in kept]
