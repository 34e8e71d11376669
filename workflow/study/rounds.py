"""The tables of the rounds that are decided while a study runs."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Wanted(NamedTuple):
    """One run of a round: its experiment, its path without folder and ending, why it is wanted."""

    experiment: str
    run: str
    why: str


@cache
def read_wanted(path: str | Path, changed: int) -> list[Wanted]:
    """Return a round's table; read once, however many rules ask, unless it `changed`."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [Wanted(**row) for row in csv.DictReader(file)]


def read_round(path: str | Path) -> list[Wanted]:
    """Return the runs of a round, a list of `Wanted`."""
    return read_wanted(path, Path(path).stat().st_mtime_ns)
