"""Why processes gain nothing, or less than their number: facts for every interpreter."""

from dataclasses import dataclass

from costs.lost_time import Loss, loss
from report.foreign import guarded_table
from report.render import render
from stats.best import ANY_METHOD, SERIAL_STRATEGIES
from stats.evidence import counted
from tables.read_tables import read_table_of
from wording.machines import usable_cpus_of


@dataclass(frozen=True)
class Reason:
    """Why the fastest strategy with processes gains what it gains, on some interpreters.

    `start_method` is "" where it is the usual one; `pays` is whether it gains at all, and
    `answer_mib` the size of an answer, None if unknown.
    """

    interpreters: tuple
    strategy: str
    start_method: str
    pays: bool
    answer_mib: float | None
    loss: Loss


def losses(folder, runs, cells, best, preflights, names):
    """Return a sentence for every interpreter on which processes gain less than their number."""
    found = reasons(folder, runs, cells, best, preflights, names)
    return [render("losses.md.j2", one=one, loss=one.loss) for one in found]


def reasons(folder, runs, cells, best, preflights, names):
    """Return a `Reason` for every interpreter on which processes gain less than their number."""
    found = []
    for interpreter, own_best in best.items():
        own = cells[cells["interpreter"] == interpreter].sort_values("total_s")
        alone = own[own["strategy"].isin(SERIAL_STRATEGIES)]
        processes = own[(own["start_method"] != "none") & (own["workers"] > 1)]
        if alone.empty or processes.empty or not any(folder.glob("jobs.csv*")):
            continue
        cell, without = processes.iloc[0], alone.iloc[0]
        jobs = guarded_table(read_table_of(folder, "jobs"))
        sizes = [one["answer_bytes"] for one in preflights if one["interpreter"] == interpreter]
        size = sizes[0] if sizes else None
        why = loss(counted(runs), jobs, cell, without, usable_cpus_of(runs), size)
        if not why.wants_a_reason:
            continue
        ratio = own_best.against(without, cell)
        found.append(
            Reason(
                (names[interpreter],),
                cell["strategy"],
                "" if cell["start_method"] in ("fork", *ANY_METHOD) else cell["start_method"],
                why.gain > 1 and (ratio is None or ratio.above(1.0) is not False),
                None if size is None else size / 2**20,
                why,
            )
        )
    return found
