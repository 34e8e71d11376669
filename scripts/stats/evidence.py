"""The tables of a study, asked for one number at a time, block by block."""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stats.priors import Disturbance, Priors, priors_of
from stats.ratios import Ratio, compared, of_values
from supervisor.columns import IDENTITY
from supervisor.terminal import printable
from tables.read_tables import read_pickling, read_table_of
from tables.types import CellKey, PartialCell, Texts
from wording.machine_faults import fault_of, faults_of

WHICH = ["strategy", "start_method", "workers"]  # what identifies a cell in its group
OFTEN_ENOUGH = 2  # runs, for a verdict that rests on memory
PAGE_MIB = 4096 / 2**20  # a minor page fault maps or copies one page


class Missing(Exception):
    """The study holds no such number; the message says what is not there."""


@dataclass(frozen=True)
class Finding:
    """Whether a claim holds for one interpreter, and the numbers that say so.

    `holds` is True, False, or None where it is undecided. `ratio` is what was compared with
    `threshold` (a number, or two between which it must lie), None for a claim that is no question
    of degree; `why` says what the threshold stands for. `of_memory`: it is a ratio of memory, which
    has to be measured twice, though it hardly varies.
    """

    holds: bool | None
    measured: str
    ratio: Ratio | None = None
    threshold: float | tuple[float, float] | None = None
    why: str = ""
    of_memory: bool = False


def at_least(
    ratio: Ratio, threshold: float, why: str, measured: str, of_memory: bool = False
) -> Finding:
    """Return the finding that a ratio is over a threshold."""
    above = ratio.above(threshold) if not of_memory or ratio.blocks >= OFTEN_ENOUGH else None
    return Finding(above, measured, ratio, threshold, why, of_memory)


def at_most(
    ratio: Ratio, threshold: float, why: str, measured: str, of_memory: bool = False
) -> Finding:
    """Return the finding that a ratio is under a threshold."""
    found = at_least(ratio, threshold, why, measured, of_memory)
    return replace(found, holds=None if found.holds is None else not found.holds)


def found_together(ratio: Ratio | None) -> Ratio:
    """Return a ratio; raises `Missing` where there is none, as of cells without a common block."""
    if ratio is None:
        raise Missing("what the claim compares was measured in different hours")
    return ratio


def placed(jobs: pd.DataFrame) -> pd.DataFrame:
    """Return the jobs with `place` (1 for a worker's first), `seconds` and `faults_mib`."""
    worker = jobs.groupby([*IDENTITY, "repeat", "worker"], sort=False)
    return jobs.assign(
        place=worker["started_s"].rank(method="first").astype(int),
        seconds=jobs["finished_s"] - jobs["started_s"],
        faults_mib=jobs["minor_faults"] * PAGE_MIB,
    )


class Evidence:
    """Looks numbers up in `runs`, `jobs` and `summary`, by the columns of a cell.

    `pickling` is what the probe of that name found, empty if none was asked. Of a cell's runs those
    count that the column `counts` names; all that are ok with `every`. Of memory all that are ok
    count: what disturbs a machine changes how long a run takes, not what it holds.
    `asked` gathers the cells whose runs were looked at: what a decision rests on. `priors` are
    those of the study.
    """

    def __init__(
        self,
        runs: pd.DataFrame,
        jobs: pd.DataFrame,
        summary: pd.DataFrame,
        pickling: pd.DataFrame | None = None,
        every: bool = False,
    ) -> None:
        self.runs, self.summary, self.every = runs, summary, every
        self.pickling = pd.DataFrame() if pickling is None else pickling
        self.jobs = placed(jobs)
        self.counted = counted(runs, every)
        self.ok = counted(runs, every=True)
        self.priors = priors_of(self.counted)
        self.asked: set[CellKey] = set()

    def with_every_run(self) -> "Evidence":
        """Return the same evidence with all runs that are ok, disturbed ones too."""
        return Evidence(self.runs, self.jobs, self.summary, self.pickling, every=True)

    @classmethod
    def read(cls, folder: str | Path, texts: Texts = printable) -> "Evidence":
        """Read the tables from a study's folder, plain or gzipped, with texts as by `texts`."""
        runs, jobs, summary = (
            read_table_of(folder, name, texts) for name in ("runs", "jobs", "summary")
        )
        return cls(runs, jobs, summary, read_pickling(folder, texts))

    def interpreters(self, experiments: str) -> list[str]:
        """Return the names of the interpreters of an experiment, or of several ("a, b").

        Raises `Missing` if there are none.
        """
        rows = self.summary[self.summary["experiment"].isin(experiments.split(", "))]
        if rows.empty:
            raise Missing(f"the experiment {experiments} is not part of this study")
        return sorted(set(rows["interpreter"]))

    def first_of(self, experiments: Iterable[str], interpreter: str) -> str:
        """Return the first of the experiments in which an interpreter takes part."""
        for experiment in experiments:
            if len(select(self.summary, experiment=experiment, interpreter=interpreter)):
                return experiment
        raise Missing(f"{interpreter} takes part in none of {', '.join(experiments)}")

    def cell(self, **key: object) -> pd.Series:
        """Return the one row of the summary that fits `key` and has an ok run.

        Where several cells fit, the one with the most items, then workers, then jobs.
        """
        found = select(self.summary, **key)
        if found.empty:
            raise Missing(f"not measured: {words(key)}")
        found = unspoilt(found)
        good = found[found["n"] > 0]
        if good.empty:
            raise Missing(f"{words(key)}: {found.iloc[0]['status']}")
        cell = good.sort_values(["size", "workers", "jobs"]).iloc[-1]
        self.asked.add(tuple(cell[list(IDENTITY)]))
        return cell

    def value(self, column: str, **key: object) -> float:
        """Return one number of the summary; raises `Missing` if it is empty."""
        number = self.cell(**key)[column]
        if pd.isna(number):
            raise Missing(f"no {column}: {words(key)}")
        return float(number)

    @cached_property
    def _places_of_jobs(self) -> dict[Hashable, NDArray[np.intp]]:
        """Where each cell's jobs are: a study has a hundred times as many as runs."""
        cells = self.jobs.groupby(list(IDENTITY), sort=False).indices
        return {cell: np.asarray(places) for cell, places in cells.items()}

    def runs_of(self, cell: pd.Series, memory: bool = False) -> pd.DataFrame:
        """Return the runs of a cell that count, for its time or for its memory, by their block."""
        rows = select(self.ok if memory else self.counted, **cell[list(IDENTITY)])
        return rows.set_index("block")

    def series(self, column: str, **key: object) -> pd.Series:
        """Return a column of a cell's runs, by block; raises `Missing` if it is empty."""
        return self.series_of(self.cell(**key), column, key)

    def series_of(self, cell: pd.Series, column: str, key: PartialCell) -> pd.Series:
        """Return a column of a cell's runs, by block; raises `Missing` for `key` if it is empty."""
        values = self.runs_of(cell, column.endswith("_mib"))[column].dropna().astype(float)
        if values.empty:
            raise Missing(f"no {column}: {words(key)}")
        return values.groupby(level=0).mean()

    def of_cell(self, column: str, **key: object) -> Ratio:
        """Return a column of one cell as a `Ratio` to one of its unit."""
        cell = self.cell(**key)
        values = self.series_of(cell, column, key)
        return found_together(of_values(values, self.priors.of(column, cell)))

    def ratio(self, column: str, above: PartialCell, below: PartialCell) -> Ratio:
        """Return the `Ratio` of a column of two partial cells; raises `Missing` as `compared`."""
        cells = [self.cell(**key) for key in (above, below)]
        one, other = (
            self.series_of(cell, column, key)
            for cell, key in zip(cells, (above, below), strict=True)
        )
        return self.compared(column, (cells[0], one), (cells[1], other))

    def compared(
        self, column: str, above: tuple[pd.Series, pd.Series], below: tuple[pd.Series, pd.Series]
    ) -> Ratio:
        """Return the `Ratio` of two cells' values by block, each as (cell, values).

        `column` is that of runs.csv whose spread they have. By what each takes alone where one or
        the other was disturbed in every block; raises `Missing` if they never ran in one block.
        """
        cells = above[0], below[0]
        blocks, others = (self.runs_of(cell, memory=True).index for cell in cells)
        if blocks.intersection(others).empty:
            names = (words(cell[list(IDENTITY)]) for cell in cells)
            raise Missing(f"measured in different hours: {' and '.join(names)}")
        alone = (self.priors.of(column, cell) for cell in cells)
        pair = self.priors.of(column, *cells)
        return found_together(compared(above[1], below[1], pair, *alone))

    def speedup(self, workers: int, than: PartialCell, **key: object) -> Ratio:
        """Return how many times as fast `workers` are as `than` (a partial cell), as a `Ratio`.

        Of the same size and number of jobs, by total_s.
        """
        cell = self.cell(workers=workers, **key)
        same = {"size": cell["size"], "jobs": cell["jobs"]}
        return self.ratio("total_s", {**key, **same, **than}, {**key, **same, "workers": workers})

    def jobs_of(
        self, cell: pd.Series, first: bool | None = None, memory: bool = False
    ) -> pd.DataFrame:
        """Return the jobs of a cell's runs that count, with their run's `block`.

        `first`: only the first job of every worker (True), or only the later ones (False).
        `memory`: of the runs that count for memory.
        """
        self.asked.add(tuple(cell[list(IDENTITY)]))
        places = self._places_of_jobs.get(tuple(cell[list(IDENTITY)]), np.arange(0))
        jobs = self.jobs.iloc[places]
        good = self.runs_of(cell, memory).reset_index()[["repeat", "block"]]
        jobs = jobs.merge(good, on="repeat")
        if first is not None:
            jobs = jobs[(jobs["place"] == 1) == first]
        if jobs.empty:
            raise Missing(f"no such jobs: {words(cell[list(IDENTITY[:4])])}")
        return jobs

    def median_by_block(self, cell: pd.Series, column: str, first: bool | None = None) -> pd.Series:
        """Return the median of a column of a cell's jobs, by block."""
        return self.jobs_of(cell, first).groupby("block")[column].median()

    def turn_by_block(self, cell: pd.Series) -> pd.Series:
        """Return the median seconds from one job's start to the next one's in a worker, by block.

        What a job takes with all that lies around it, such as loading its data; without the first
        turn of a worker, in which it may load what it keeps.
        """
        jobs = self.jobs_of(cell).sort_values("started_s", kind="stable")
        worker = jobs.groupby(["repeat", "worker"], sort=False)["started_s"]
        later = jobs.assign(seconds=worker.diff())[jobs["place"] > 2].dropna(subset="seconds")
        if later.empty:
            raise Missing(f"no worker had three jobs: {words(cell[list(IDENTITY[:4])])}")
        return later.groupby("block")["seconds"].median()

    def received_mib(self, cell: pd.Series) -> pd.Series:
        """Return what a worker's memory took up before its first job began, in MiB, by block.

        Page faults since the worker began: the interpreter's start, and whatever it was sent.
        """
        jobs = self.jobs_of(cell, first=True, memory=True)
        before = (jobs["worker_minor_faults"] - jobs["minor_faults"]) * PAGE_MIB
        return before.groupby(jobs["block"]).median()


def counted(runs: pd.DataFrame, every: bool = False) -> pd.DataFrame:
    """Return the runs on which statistics rest: all that are ok with `every`."""
    counts = runs["status"] == "ok"
    return runs[counts] if every else runs[counts & runs["counts"].eq(True)]


def times_by_block(runs: pd.DataFrame, column: str = "total_s") -> pd.DataFrame:
    """Return one group's times: blocks as rows, cells as columns.

    `runs` are those that count, of one group; a column is (strategy, start_method, workers).
    """
    table = runs.pivot_table(index="block", columns=WHICH, values=column, aggfunc="mean")
    return table.where(table > 0, np.nan)


def disturbed_columns(runs: pd.DataFrame, priors: Priors) -> dict[CellKey, Disturbance]:
    """Return the `Disturbance` of each column of `times_by_block`, of the same runs."""
    cells = runs[list(IDENTITY)].drop_duplicates()
    columns = cells[WHICH].itertuples(index=False, name=None)
    keys = cells.itertuples(index=False, name=None)
    return {column: priors.disturbance_of(key) for column, key in zip(columns, keys, strict=True)}


def select(table: pd.DataFrame, **key: object) -> pd.DataFrame:
    """Return the rows of a table whose columns have the given values."""
    same = np.ones(len(table), dtype=bool)
    for column, value in key.items():
        same &= (table[column] == value).to_numpy(bool)
    return table[same]


def unspoilt(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the summary without those that have no result for the machine's sake.

    Raises `Missing` if that is why there are none.
    """
    faults = faults_of(cells)
    spoilt = [fault is not None and n == 0 for fault, n in zip(faults, cells["n"], strict=True)]
    if faults and faults[0] is not None and all(spoilt):
        what, remedy = faults[0]
        key = cells.iloc[0][["experiment", "interpreter", "strategy", "start_method"]]
        raise Missing(f"{words(key)}: the machine is why it failed: {what}; {remedy}")
    return cells[[not one for one in spoilt]]


def ending(status: str, reason: object) -> str:
    """Return how a cell ended: its exception's name, or its status."""
    if fault_of(status, reason):
        return "the machine"
    name = re.match(r"\w+(?=:)", str(reason))
    return name.group() if name and status == "failed" else status


def words(key: PartialCell | pd.Series) -> str:
    """Return a partial cell in words."""
    return ", ".join(f"{name} {value}" for name, value in key.items())
