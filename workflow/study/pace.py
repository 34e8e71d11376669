"""How long a study's steps take: judged by earlier runs, and by those that it has done so far."""

import csv
import gzip
import time
from collections import defaultdict
from contextlib import suppress
from statistics import mean, median

from study.cells import Cell

MEASURING = ("measure_run", "measure_memory", "measure_lifetime")
OTHER_S = 3.0  # a figure, a table or the report, before one was made


def cell_of(wildcards):
    """Return the `Cell` that a run's wildcards name, all texts; None where a part is missing."""
    values = [wildcards.get(name) for name in Cell._fields]
    return None if None in values else Cell(*map(str, values))


class Pace:
    """What a run takes, in wall seconds.

    A cell takes as long as the median of its runs in this study so far, else of earlier ones, a
    list by cell in `earlier`; an unknown cell as the mean of those of the same experiment,
    interpreter and strategy, else of all.
    """

    def __init__(self, earlier):
        self._earlier = {cell: median(walls) for cell, walls in earlier.items()}
        self._done = defaultdict(list)  # by rule and cell
        self._begun = {}
        self._start = time.monotonic()
        self._busy_s = 0.0

    def begin(self, job, rule, wildcards):
        """Note that a step begins; `job` is its number."""
        cell = cell_of(wildcards) if rule in MEASURING else None
        self._begun[job] = rule if cell else "", cell, time.monotonic()

    def end(self, job):
        """Note that a step has ended."""
        if job in self._begun:
            rule, cell, began = self._begun.pop(job)
            seconds = time.monotonic() - began
            self._done[rule, cell].append(seconds)
            self._busy_s += seconds

    def passed_s(self):
        """Return the seconds since the study began."""
        return time.monotonic() - self._start

    def left_s(self, jobs):
        """Return the seconds that `jobs`, pairs of rule and wildcards, will take.

        What passed beside the steps, such as planning them, goes on at the same rate; so does the
        gain from steps side by side.
        """
        keys = [(rule, cell_of(wildcards)) for rule, wildcards in jobs]
        runs = [key for key in keys if key[0] in MEASURING]
        other = self._done.get(("", None), [OTHER_S])
        seconds = self.estimate(runs)[0] + mean(other) * (len(keys) - len(runs))
        return seconds * (self.passed_s() / self._busy_s if self._busy_s else 1)

    def estimate(self, runs):
        """Return (seconds for all of `runs`, how many of them rest on a run of their cell).

        `runs` are pairs of rule and cell, a `Cell` of texts.
        """
        exact = {("measure_run", cell): seconds for cell, seconds in self._earlier.items()}
        exact |= {key: median(walls) for key, walls in self._done.items() if key[1]}
        alike = defaultdict(list)
        for (rule, cell), seconds in exact.items():
            alike[rule, *cell[:3]].append(seconds)
        of_rule = defaultdict(list)
        for (rule, _), seconds in exact.items():
            of_rule[rule].append(seconds)
        total, known = 0.0, 0
        for rule, cell in runs:
            if (rule, cell) in exact:
                total, known = total + exact[rule, cell], known + 1
            elif (rule, *cell[:3]) in alike:
                total, known = total + mean(alike[rule, *cell[:3]]), known + 1
            elif near := of_rule.get(rule) or of_rule.get("measure_run"):
                total += mean(near)
        return total, known


def earlier_runs(results, study):
    """Return the wall seconds of earlier runs by cell: this study's; else the published one's.

    `results` is the folder of all studies. A cell is a `Cell` of texts.
    """
    seconds = defaultdict(list)
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


def note(seconds, file):
    """Add the runs of one CSV to `seconds`; a row that does not fit teaches nothing."""
    for row in csv.DictReader(file):
        with suppress(KeyError, TypeError, ValueError):
            seconds[Cell(*(row[field] for field in Cell._fields))].append(float(row["wall_s"]))
