"""Why processes gain nothing, or less than their number: facts for every interpreter."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from costs.lost_time import Loss, loss
from report.compared import ratio_of
from report.types import Preflight
from stats.best import ANY_METHOD, SERIAL_STRATEGIES
from stats.evidence import Evidence
from wording.machines import usable_cpus_of


@dataclass(frozen=True)
class Reason:
    """Why the fastest strategy with processes gains what it gains, on some interpreters.

    `start_method` is "" where it is the usual one; `pays` is whether it is shown to gain, and
    `answer_mib` the size of an answer, None if unknown.
    """

    interpreters: tuple[str, ...]
    strategy: str
    start_method: str
    pays: bool
    answer_mib: float | None
    loss: Loss


def reason_of(
    evidence: Evidence, cells: pd.DataFrame, called: str, preflights: Sequence[Preflight]
) -> Reason | None:
    """Return the `Reason` of cells of one interpreter, None where processes gain their number."""
    cells = cells.sort_values("total_s")
    alone = cells[cells["strategy"].isin(SERIAL_STRATEGIES)]
    processes = cells[(cells["start_method"] != "none") & (cells["workers"] > 1)]
    if alone.empty or processes.empty or evidence.jobs.empty:
        return None
    cell, without = processes.iloc[0], alone.iloc[0]
    sizes = [one["answer_bytes"] for one in preflights if one["called"] == called]
    size = sizes[0] if sizes else None
    why = loss(evidence.counted, evidence.jobs, cell, without, usable_cpus_of(evidence.runs), size)
    ratio = ratio_of(evidence, without, cell)
    if not why.wants_a_reason:
        return None
    return Reason(
        (called,),
        cell["strategy"],
        "" if cell["start_method"] in ("fork", *ANY_METHOD) else cell["start_method"],
        ratio is not None and ratio.above(1.0) is True,
        None if size is None else size / 2**20,
        why,
    )
