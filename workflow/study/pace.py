"""How long a study's steps take: judged by earlier runs, and by those that it has done so far."""

import csv
import gzip
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from statistics import mean, median

from study.cells import Cell
from study.types import Step, Wildcards

RunToDo = tuple[str, Cell[str]]  # a rule and a cell
Alike = tuple[str, str, str, str]  # a rule, an experiment, an interpreter, a strategy
MEASURING = ("measure_run", "measure_memory", "measure_lifetime")
EMPTY_S = 0.3  # a run without data
MOST_TIMES = 100  # so far apart, one size says something about another
OTHER_S = 3.0  # a figure, a table or the report, before one was made


def cell_of(wildcards: Wildcards) -> Cell[str] | None:
    """Return the `Cell` that a run's wildcards name, all texts; None where a part is missing."""
    values = [wildcards.get(name) for name in Cell._fields]
    return None if None in values else Cell(*map(str, values))


class Pace:
    """What a run takes, in wall seconds.

    A cell takes as long as the median of its runs so far, else of earlier ones, a list by cell in
    `earlier`; an unknown cell as those of the same experiment, interpreter and strategy whose data
    is most alike in size, those of this study first, or as those of another such interpreter; else
    as the mean of all.
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
        sources = [known for known in (now, earlier) if known]
        names: tuple[Callable[[str], str], ...] = (str, kin_of)
        alike = [(name, by_strategy(known, name)) for name in names for known in sources]
        total, like_them = 0.0, 0
        for rule, cell in runs:
            exact = (known.get((rule, cell)) for known in sources)
            others = (
                of_such_a_size(known.get(alike_key(rule, cell, name), ()), cell.size)
                for name, known in alike
            )
            seconds = next((one for one in chain(exact, others) if one), None)
            like_them += seconds is not None
            total += seconds or next((mean(known.values()) for known in sources), 0.0)
        return total, like_them


def kin_of(interpreter: str) -> str:
    """Return what an interpreter's name begins with: cpython of cpython_314t."""
    return interpreter.partition("_")[0]


def by_strategy(
    known: Mapping[RunToDo, float], name: Callable[[str], str]
) -> dict[Alike, list[tuple[int, float]]]:
    """Return {(rule, experiment, `name` of the interpreter, strategy): [(size, seconds)]}."""
    alike: dict[Alike, list[tuple[int, float]]] = defaultdict(list)
    for (rule, cell), seconds in known.items():
        alike[alike_key(rule, cell, name)].append((int(cell.size), seconds))
    return alike


def alike_key(rule: str, cell: Cell[str], name: Callable[[str], str]) -> Alike:
    return rule, cell.experiment, name(cell.interpreter), cell.strategy


def of_such_a_size(alike: Sequence[tuple[int, float]], size: int | str) -> float | None:
    """Return the mean seconds of those pairs (size, seconds) whose size is nearest, as a ratio.

    In proportion to the size, but for what a run takes that has no data to speak of. None if no
    size is near: one item says nothing about a million.
    """
    near = [(max(int(size), 1) / max(own, 1), seconds) for own, seconds in alike]
    near = [(times, seconds) for times, seconds in near if 1 / MOST_TIMES <= times <= MOST_TIMES]
    if not near:
        return None
    nearest = min(abs(math.log(times)) for times, _ in near)
    found = [one for one in near if abs(math.log(one[0])) == nearest]
    return mean(
        seconds if times == 1 else EMPTY_S + max(0.0, seconds - EMPTY_S) * times
        for times, seconds in found
    )


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
