"""Cells that were measured together: which is slower, and what a worker of one shares."""

from collections.abc import Sequence
from contextlib import suppress

import pandas as pd

from stats.evidence import Evidence, Missing, select
from stats.private_memory import private_mib
from stats.ratios import Ratio
from supervisor.columns import IDENTITY
from wording.machines import most_workers, usable_cpus_of
from wording.units import listed

MOST_COPIED = 0.25  # of the data: what holds more of it privately does not share it


def measured_together(
    evidence: Evidence,
    interpreter: str,
    needed: Sequence[str],
    wanted: Sequence[str] = (),
    least_mib: float = 0.0,
    **key: object,
) -> dict[str, pd.Series]:
    """Return {strategy: cell} of the group that has `needed` and most of `wanted`, by fork.

    With a CPU for each worker and data of at least so many MiB; of several groups that have as many
    of them that with the most data, then the most jobs.
    """
    cells = select(evidence.summary, interpreter=interpreter, **key)
    cells = cells[(cells["n"] > 0) & cells["strategy"].isin((*needed, *wanted))]
    cells = cells[cells["start_method"].isin(("fork", "none", "own"))]
    if least_mib:
        cells = cells[cells["data_mib"] >= least_mib]
    cpus, found = usable_cpus_of(evidence.runs), []
    for (_, size, jobs), own in cells.groupby(["experiment", "size", "jobs"]):
        most = most_workers(set(own["workers"]), cpus)
        own = own[own["workers"].eq(most) | own["strategy"].eq("serial")]
        group = {cell["strategy"]: cell for _, cell in own.iterrows()}
        if {*needed} <= {*group}:
            found.append((len(group), size, jobs, group))
    if not found:
        raise Missing(f"{interpreter}: {listed(needed)} were not measured together")
    return max(found, key=lambda one: one[:3])[-1]


def ratio_of(evidence: Evidence, cell: pd.Series | None, than: pd.Series | None) -> Ratio | None:
    """Return how many times as long a cell takes as another; None if unknown, or without one."""
    if cell is None or than is None:
        return None
    with suppress(Missing):
        keys = [{name: one[name] for name in IDENTITY} for one in (cell, than)]
        return evidence.ratio("total_s", *keys)
    return None


def slower(evidence: Evidence, cell: pd.Series | None, than: pd.Series | None) -> bool | None:
    """Return whether a cell is slower than another; None if that is open, or without one."""
    ratio = ratio_of(evidence, cell, than)
    return None if ratio is None else ratio.above(1.0)


def is_slower(evidence: Evidence, cell: pd.Series | None, than: pd.Series | None) -> bool:
    """Return whether a cell is slower than another; raises `Missing` if that is open."""
    found = slower(evidence, cell, than)
    if found is None:
        raise Missing("which of them is slower is open")
    return found


def shares(evidence: Evidence, **key: object) -> tuple[bool, float] | tuple[None, None]:
    """Return (whether a worker shares the data of the largest such cell, its private MiB)."""
    try:
        cell = evidence.cell(**key)
    except Missing:
        return None, None
    private = private_mib(cell, evidence.summary)
    return bool(private <= MOST_COPIED * cell["data_mib"]), float(private)
