"""A cell of the summary as a fact; which cells stand side by side; which figures there are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import TypeVar

import pandas as pd

from report.foreign import as_itself
from stats.best import ANY_METHOD, SERIAL_STRATEGIES
from stats.evidence import ending
from stats.private_memory import private_mib
from wording.machines import most_workers

Fact = TypeVar("Fact")
COLUMNS = {"total_s": "seconds", "total_s_low": "low", "total_s_high": "high"}
COLUMNS |= {"workers_uss_mib": "private_mib"}  # of the summary, by another name in a fact


@dataclass(frozen=True)
class CellFact:
    """A cell: medians in seconds, with the 95 % interval, and in MiB; None where not measured.

    `memory_mib` is of all processes, `private_mib` of one worker after the last job.
    """

    experiment: str
    interpreter: str
    strategy: str
    start_method: str
    workload: str
    size: int
    workers: int
    jobs: int
    n: int
    status: str
    reason: str | None
    start_s: float | None
    publish_s: float | None
    map_s: float | None
    stop_s: float | None
    seconds: float | None
    low: float | None
    high: float | None
    memory_mib: float | None
    private_mib: float | None
    data_mib: float | None

    @property
    def ending(self) -> str:
        """Return how the runs ended if none has a result, else nothing."""
        return "" if self.n else ending(self.status, self.reason)


def facts_of(cells: pd.DataFrame) -> list[CellFact]:
    """Return rows of the summary as `CellFact`s."""
    return facts_of_rows(cells.rename(columns=COLUMNS), CellFact)


def fact_of(cell: pd.Series) -> CellFact:
    """Return a row of the summary as a `CellFact`."""
    return facts_of(cell.to_frame().T)[0]


def facts_of_rows(table: pd.DataFrame, kind: Callable[..., Fact]) -> list[Fact]:
    """Return the rows of a table as dataclasses of a kind; None for what is missing."""
    names = list(signature(kind).parameters)
    rows = table.reindex(columns=names).to_numpy(object, copy=True)
    rows[pd.isna(rows)] = None
    return [kind(**dict(zip(names, row, strict=True))) for row in rows]


def methods_of(cells: pd.DataFrame) -> list[str]:
    """Return the start methods of cells, fork first; not what libraries and threads have."""
    methods = set(cells["start_method"]) - set(ANY_METHOD)
    return sorted(methods, key=lambda name: (name != "fork", name))


def started_by(cells: pd.DataFrame, method: str) -> pd.DataFrame:
    """Return the cells of a start method, and those that have none."""
    return cells[cells["start_method"].isin([*ANY_METHOD, method])]


def largest(cells: pd.DataFrame, condition: str, cpus: float) -> pd.DataFrame:
    """Return the cells with the most `size` or `jobs`; of "workers" those with a CPU for each.

    What has no workers stays beside these.
    """
    alone = cells["strategy"].isin(SERIAL_STRATEGIES) & (condition == "workers")
    numbers = set(cells.loc[~alone, condition])
    most = most_workers(numbers, cpus) if condition == "workers" else max(numbers, default=0)
    return cells[alone | (cells[condition] == most)]


def cells_compared(cells: pd.DataFrame, cpus: float) -> pd.DataFrame:
    """Return the cells of the largest data, then the most jobs and a CPU for each worker."""
    for condition in ("size", "jobs", "workers"):
        cells = largest(cells, condition, cpus)
    return cells


def less_without_data(cells: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return cells whose private memory is less that of a worker without data; NaN if unknown."""
    mib = [private_mib(cell, others) for _, cell in cells.iterrows()]
    return cells.assign(workers_uss_mib=pd.Series(mib, cells.index, float))


def figures_of(folder: Path, experiment: str, kinds: Iterable[str]) -> dict[str, str]:
    """Return {kind: path} of an experiment's figures that a study's folder has."""
    paths = {kind: as_itself(f"figures/{experiment}_{kind}.svg") for kind in kinds}
    return {kind: path for kind, path in paths.items() if (folder / path).is_file()}
