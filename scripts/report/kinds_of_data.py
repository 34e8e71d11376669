"""Which strategy for which data, and which strategies work under which start method."""

from dataclasses import dataclass

import pandas as pd

from report.cell_facts import (
    CellFact,
    cells_compared,
    fact_of,
    facts_of,
    less_without_data,
    methods_of,
    started_by,
)
from report.types import BestOf, Names
from sharing.workloads import is_own
from stats.best import ANY_METHOD, with_result
from stats.evidence import ending
from stats.private_memory import PASSED
from wording.mechanisms import NO_METHOD
from wording.workloads import sentence_of

FEWEST_STRATEGIES = 3  # with less there is nothing to choose from


@dataclass(frozen=True)
class Choice:
    """What is best for a kind of data, a workload that `does` something, under a start method.

    `usual` of the first such method. The best strategies, least memory first; of those with worker
    processes the cell with the least memory, and the usual one and that with the least private
    memory, less that without data.
    """

    workload: str
    does: str | None
    interpreter: str
    method: str
    usual: bool
    strategies: list[str]
    first: CellFact
    least: CellFact
    private: list[CellFact]
    data_mib: float


@dataclass(frozen=True)
class StartMethods:
    """Which strategies work by which start method, in any experiment.

    `failing`: of those that fail by one, how they ended by each: names of exceptions or statuses,
    none if a cell has a result, None if it was not tried; `works`: all that have a result, by each.
    """

    methods: list[str]
    failing: dict[str, list[list[str] | None]]
    works: dict[str, list[str]]


def kinds_of_data(
    summary: pd.DataFrame, best_of: BestOf, names: Names, cpus: float
) -> list[Choice]:
    """Return the `Choice`s for all data of this project, fork first; none for only one kind.

    Each start method from the experiment that compares most strategies by it.
    """
    good = with_result(summary)
    found: list[Choice] = []
    good = good[~good["workload"].map(is_own).astype(bool)]
    for _, cells in good.groupby("workload"):
        for method in methods_of(cells):
            by_method = cells[cells["start_method"] == method].groupby("experiment")["strategy"]
            if by_method.nunique().max() >= FEWEST_STRATEGIES:
                own = cells[cells["experiment"] == by_method.nunique().idxmax()]
                usual = own["workload"].iloc[0] not in [one.workload for one in found]
                found += choices_by(method, usual, own, best_of, names, cpus)
    return found if len({one.workload for one in found}) > 1 else []


def choices_by(
    method: str, usual: bool, cells: pd.DataFrame, best_of: BestOf, names: Names, cpus: float
) -> list[Choice]:
    """Return the `Choice` of every interpreter; `cells` are those of one experiment."""
    shown = cells_compared(started_by(cells, method), cpus)
    processes = shown[shown["start_method"] != NO_METHOD].sort_values("memory_mib")
    private = less_without_data(processes, cells).dropna(subset="workers_uss_mib")
    private = private.sort_values("workers_uss_mib", ascending=False)
    private = private[private["strategy"].eq(PASSED) | ~private["interpreter"].duplicated("last")]
    found = []
    for interpreter, best in best_of(shown).items():
        least, own = (
            facts_of(rows[rows["interpreter"] == interpreter]) for rows in (processes, private)
        )
        if least:
            first, does = fact_of(best.first), sentence_of(best.first["workload"])
            place = first.workload, does, names[interpreter], method, usual
            data = max(one.data_mib or 0 for one in least)
            found.append(Choice(*place, best.strategies, first, least[0], own, data))
    return found


def start_methods(summary: pd.DataFrame) -> StartMethods | None:
    """Return the `StartMethods` of all experiments; None where there is but one method."""
    real = summary[~summary["start_method"].isin(ANY_METHOD) & (summary["status"] != "unsupported")]
    methods = methods_of(real)
    ended: dict[str, dict[str, list[str] | None]] = {}
    for (strategy, method), own in real.groupby(["strategy", "start_method"]):
        bad = {ending(*pair) for pair in zip(own["status"], own["reason"], strict=True)}
        by_method = ended.setdefault(str(strategy), dict.fromkeys(methods))
        by_method[str(method)] = [] if own["n"].any() else sorted(bad)
    failing = {name: list(own.values()) for name, own in ended.items() if any(own.values())}
    works = {one: [name for name, own in ended.items() if own[one] == []] for one in methods}
    return StartMethods(methods, failing, works) if len(methods) > 1 else None
