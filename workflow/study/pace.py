"""How long a study's steps take: judged by earlier runs, and by those that it has done so far."""

import csv
import gzip
import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import mean, median

from study.cells import Cell
from study.types import Step, Wildcards

RunToDo = tuple[str, Cell[str]]  # a rule and a cell
Alike = tuple[str, str, str, str]  # a rule, an experiment, an interpreter, a strategy
MEASURING = ("measure_run", "measure_memory", "measure_lifetime")
EMPTY_S = 0.3  # a run without data
OTHER_S = 3.0  # a figure, a table or the report, before one was made


def cell_of(wildcards: Wildcards) -> Cell[str] | None:
    """Return the `Cell` that a run's wildcards name, all texts; None where a part is missing."""
    values = [wildcards.get(name) for name in Cell._fields]
    return None if None in values else Cell(*map(str, values))


class Pace:
    """What a run takes, in wall seconds.

    A cell takes as long as the median of its runs so far, else of earlier ones, a list by cell in
    `earlier`; an unknown cell as those of the same experiment, interpreter and strategy whose data
    is most alike in size, those of this study first; else as the mean of all.
    """

    def __init__(self, earlier: Mapping[Cell[str], Sequence[float]]) -> None:
        self._earlier = {cell: median(walls) for cell, walls in earlier.items()}
        # By rule and cell; under "" and None what is no run.
        self._done: dict[tuple[str, Cell[str] | None], list[float]] = defaultdict(list)
        self._begun: dict[int, tuple[str, Cell[str] | None, float]] = {}
        self._start = time.monotonic()
        self._busy_s = 0.0

    def begin(self, job: int, rule: str, wildcards: Wildcards) -> None:
        """Note that a step begins; `job` is its number."""
        cell = cell_of(wildcards) if rule in MEASURING else None
        self._begun[job] = rule if cell else "", cell, time.monotonic()

    def end(self, job: int) -> None:
        """Note that a step has ended."""
        if job in self._begun:
            rule, cell, began = self._begun.pop(job)
            seconds = time.monotonic() - began
            self._done[rule, cell].append(seconds)
            self._busy_s += seconds

    def passed_s(self) -> float:
        """Return the seconds since the study began."""
        return time.monotonic() - self._start

    def left_s(self, jobs: Iterable[Step]) -> float:
        """Return the seconds that `jobs`, pairs of rule and wildcards, will take.

        What passed beside the steps, such as planning them, goes on at the same rate; so does the
        gain from steps side by side.
        """
        keys = [(rule, cell_of(wildcards)) for rule, wildcards in jobs]
        runs = [(rule, cell) for rule, cell in keys if cell and rule in MEASURING]
        other = self._done.get(("", None), [OTHER_S])
        seconds = self.estimate(runs)[0] + mean(other) * (len(keys) - len(runs))
        return seconds * (self.passed_s() / self._busy_s if self._busy_s else 1)

    def estimate(self, runs: Iterable[RunToDo]) -> tuple[float, int]:
        """Return (seconds for all of `runs`, how many of them rest on runs like them).

        `runs` are pairs of rule and cell, a `Cell` of texts.
        """
        now = {(rule, cell): median(walls) for (rule, cell), walls in self._done.items() if cell}
        earlier = {("measure_run", cell): seconds for cell, seconds in self._earlier.items()}
        sources = [(known, by_strategy(known)) for known in (now, earlier)]
        total, like_them = 0.0, 0
        for rule, cell in runs:
            seconds = next(filter(None, (known.get((rule, cell)) for known, _ in sources)), None)
            seconds = seconds or next(
                (of_such_a_size(alike[rule, *cell[:3]], cell.size) for _, alike in sources
                 if (rule, *cell[:3]) in alike),
                None,
            )  # fmt: skip
            like_them += seconds is not None
            total += seconds or next((mean(known.values()) for known, _ in sources if known), 0.0)
        return total, like_them


def by_strategy(known: Mapping[RunToDo, float]) -> dict[Alike, list[tuple[int, float]]]:
    """Return {(rule, experiment, interpreter, strategy): [(size, seconds)]}."""
    alike: dict[Alike, list[tuple[int, float]]] = defaultdict(list)
    for (rule, cell), seconds in known.items():
        alike[rule, *cell[:3]].append((int(cell.size), seconds))
    return alike


def of_such_a_size(alike: Sequence[tuple[int, float]], size: int | str) -> float:
    """Return the mean seconds of those pairs (size, seconds) whose size is nearest, as a ratio.

    In proportion to the size, but for what a run takes that has no data to speak of.
    """
    times = [max(int(size), 1) / max(own, 1) for own, _ in alike]
    near = min(abs(math.log(one)) for one in times)
    found = [(one, seconds) for one, (_, seconds) in zip(times, alike, strict=True)
             if abs(math.log(one)) == near]  # fmt: skip
    return mean(seconds if one == 1 else max(EMPTY_S, seconds * one) for one, seconds in found)


def earlier_runs(results: Path, study: str) -> dict[Cell[str], list[float]]:
    """Return the wall seconds of earlier runs by cell: this study's; else the published one's.

    `results` is the folder of all studies. A cell is a `Cell` of texts.
    """
    seconds: dict[Cell[str], list[float]] = defaultdict(list)
    for path in sorted((results / study).glob("*/runs/**/*.csv")):
        if not path.name.endswith(".jobs.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                note(seconds, file)
    if not seconds:
        for path in (results / "published").glob("runs.csv*"):
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8", newline="") as file:
                note(seconds, file)
    return seconds


def note(seconds: dict[Cell[str], list[float]], file: Iterable[str]) -> None:
    """Add the runs of one CSV to `seconds`; a row that does not fit teaches nothing."""
    for row in csv.DictReader(file):
        with suppress(KeyError, TypeError, ValueError):
            seconds[Cell(*(row[field] for field in Cell._fields))].append(float(row["wall_s"]))
