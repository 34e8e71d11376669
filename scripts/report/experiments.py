"""An experiment: what answers its question, and a table that says why."""

from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf, log
from pathlib import Path
from typing import ClassVar

import pandas as pd

from report.cell_facts import (
    CellFact,
    cells_compared,
    fact_of,
    facts_of,
    figures_of,
    largest,
    less_without_data,
    methods_of,
    started_by,
)
from report.types import BestOf, Names
from stats.best import ANY_METHOD, SERIAL_STRATEGIES, Best
from stats.ratios import Ratio
from tables.contributed import AskedExperiment
from wording.mechanisms import has_data, in_groups, mechanism_of
from wording.workloads import sentence_of

MOST_ROWS = 15  # of the table; the rest is in summary.csv and in the page's table of runs
KINDS_OF_STEPS = {True: "faster", False: "slower", None: "tied"}
CELL_CONDITIONS = ("start_method", "size", "workers", "jobs")
ByInterpreter = dict[str, list[CellFact]]
# By interpreter and strategy: fewer workers, more, the kind of step, how many times as fast.
Steps = dict[tuple[str, str], list[tuple[int, int, str, float]]]
# A strategy, its values of the conditions, its cells by interpreter.
TableRow = tuple[str, list[object], list[CellFact | None]]
# The last five facts of an experiment.
Table = tuple[list[str], list[str], list[TableRow], bool, bool]


@dataclass(frozen=True)
class Fastest:
    """The best of an interpreter, least memory first; `slower`: how many times the slowest takes.

    None where the slowest is not shown to be slower.
    """

    interpreter: str
    strategies: list[str]
    first: CellFact
    slowest: str
    slower: Ratio | None


@dataclass(frozen=True)
class ExperimentFacts:
    """One experiment, as it was `asked` for; what its cells do not answer is empty.

    `idle`: {interpreter: cells of two idle workers}; `private`: {interpreter: the forked cells with
    the least and the most private memory}; `steps`: {(interpreter, strategy): (fewer, more, a value
    of `KINDS_OF_STEPS`, how many times)}; `fastest`: by start method, "" where there is only one. A
    row of the table is (strategy, its values of `conditions`, its cells by interpreter); `narrowed`
    if the table leaves conditions out, `hidden` if it leaves slow rows out.
    """

    template: ClassVar[str] = "experiment.md.j2"
    name: str
    asked: AskedExperiment
    does: str | None
    sizes: list[int]
    cells: int
    runs: tuple[int, int]
    idle: ByInterpreter
    private: ByInterpreter
    steps: Steps
    fastest: dict[str, list[Fastest]]
    figures: dict[str, str]
    conditions: list[str]
    interpreters: list[str]
    rows: list[TableRow]
    narrowed: bool
    hidden: bool

    @property
    def answered(self) -> bool:
        """Return whether anything answers the question."""
        return bool(self.idle or self.private or self.steps or self.fastest)

    @property
    def has_result(self) -> bool:
        """Return whether any cell has a result."""
        return any(cell and not cell.ending for *_, cells in self.rows for cell in cells)


def experiment_facts(
    name: str,
    experiment: AskedExperiment,
    folder: Path,
    cells: pd.DataFrame,
    best_of: BestOf,
    names: Names,
    cpus: float,
) -> ExperimentFacts:
    """Return one experiment's facts.

    `experiment` is what was asked for, `cells` its rows of the summary, `best_of` finds the `Best`
    of cells by interpreter, `names` what these are called, `cpus` how many could be used; `folder`
    is only asked which figures exist.
    """
    good = cells[cells["n"] > 0]
    carrying = good["strategy"].map(has_data).astype(bool)
    kinds = experiment["figures"]
    return ExperimentFacts(
        name,
        experiment,
        sentence_of(experiment["workload"]),
        [size for size in sorted(set(cells["size"])) if size > 1 or 0 < cells["size"].max() <= 1],
        len(cells),
        (cells["runs"].min(), cells["runs"].max()),
        {} if carrying.any() else idle_workers(good, names),
        private_by_fork(good, names) if kinds[:1] == ["memory"] else {},
        gain_by_step(good, best_of, names) if "speedup" in kinds else {},
        fastest_by_method(good[carrying], best_of, names, cpus),
        figures_of(folder, name, kinds),
        *table_of(cells, names, cpus),
    )


def idle_workers(cells: pd.DataFrame, names: Names) -> ByInterpreter:
    """Return the cells of two workers, or the most, that have nothing to do, by interpreter."""
    cells = cells[cells["workers"] == (2 if 2 in set(cells["workers"]) else cells["workers"].max())]
    return {
        names[str(interpreter)]: facts_of(own.sort_values("jobs"))
        for interpreter, own in cells.groupby("interpreter")
    }


def private_by_fork(cells: pd.DataFrame, names: Names) -> ByInterpreter:
    """Return the cells with the least and the most private memory, of the largest data."""
    own = cells[(cells["start_method"] == "fork") & cells["workers_uss_mib"].notna()]
    own = own[(own["size"] > 1) & own["strategy"].map(by_fork).astype(bool)]
    own = own[own["size"] == own["size"].max()]
    less = less_without_data(own, cells)["workers_uss_mib"]
    own = own.assign(workers_uss_mib=less.fillna(own["workers_uss_mib"]))
    own = own.sort_values("workers_uss_mib")
    return {
        names[str(interpreter)]: facts_of(group.iloc[[0, -1]].drop_duplicates("strategy"))
        for interpreter, group in own.groupby("interpreter")
    }


def by_fork(strategy: str) -> bool:
    """Return whether workers inherit a strategy's data by fork."""
    return mechanism_of(strategy) == "by fork"


def gain_by_step(cells: pd.DataFrame, best_of: BestOf, names: Names) -> Steps:
    """Return how many times as fast more workers are, of the strategy that is fastest with most."""
    found = {}
    forked = cells["strategy"].map(by_fork).astype(bool)  # of no rows, map makes objects
    for interpreter, own in cells[forked].groupby("interpreter"):
        own = own[own["size"] * own["jobs"] == (own["size"] * own["jobs"]).max()]
        last = own.sort_values(["workers", "total_s"], ascending=[False, True]).iloc[0]
        best = best_of(own).get(str(interpreter))
        rows = own[own["strategy"] == last["strategy"]].sort_values("workers").to_dict("records")
        ratios = [
            (fewer["workers"], more["workers"], best and best.against(fewer, more))
            for fewer, more in pairwise(rows)
        ]
        found[names[str(interpreter)], last["strategy"]] = [
            (fewer, more, KINDS_OF_STEPS[ratio.above(1.0)], exp(abs(log(ratio.value))))
            for fewer, more, ratio in ratios
            if ratio
        ]
    return {key: steps for key, steps in found.items() if steps}


def fastest_by_method(
    cells: pd.DataFrame, best_of: BestOf, names: Names, cpus: float
) -> dict[str, list[Fastest]]:
    """Return the `Fastest` of every interpreter by start method, "" where there is only one."""
    methods = methods_of(cells) or [""]
    found: dict[str, list[Fastest]] = {}
    for method in methods:
        own = cells_compared(started_by(cells, method), cpus)
        facts = [
            fastest_of(best, own[own["interpreter"] == interpreter], names[interpreter])
            for interpreter, best in best_of(own).items()
            if own.loc[own["interpreter"] == interpreter, "strategy"].nunique() > 1
        ]
        found |= {method if len(methods) > 1 else "": facts} if facts else {}
    return found


def fastest_of(best: Best, cells: pd.DataFrame, called: str) -> Fastest:
    """Return an interpreter's `Best` among cells as a `Fastest`."""
    last = cells.sort_values("total_s").iloc[-1]
    ratio = best.against(last)
    known = ratio and ratio.above(1.0) and last["strategy"] not in best.strategies
    slower = ratio if known else None
    return Fastest(called, best.strategies, fact_of(best.first), last["strategy"], slower)


def table_of(cells: pd.DataFrame, names: Names, cpus: float) -> Table:
    """Return the last five facts of an experiment; a row for each strategy and condition.

    Of the largest data, most jobs and a CPU for each worker, as far as there are too many.
    """
    shown = cells[cells["size"] > 1] if cells["size"].max() > 1 else cells
    for condition in ("size", "jobs", "workers"):  # as `cells_compared`
        if len(shown[["strategy", *CELL_CONDITIONS]].drop_duplicates()) > MOST_ROWS:
            shown = largest(shown, condition, cpus)
    absent = {"start_method": shown["start_method"].isin(ANY_METHOD)}
    absent["workers"] = shown["strategy"].isin(SERIAL_STRATEGIES)
    given = {name: shown[name].astype(object).mask(one, "–") for name, one in absent.items()}
    shown = shown.assign(**given)
    differ = [name for name in CELL_CONDITIONS if len(set(shown[name]) - {"–"}) > 1]
    least = shown.groupby("strategy")["total_s"].min()
    order = in_groups({str(name): seconds for name, seconds in least.items()})
    groups = sorted(
        shown.groupby(["strategy", *differ], sort=False),
        key=lambda one: one[1]["total_s"].fillna(inf).min(),
    )
    kept = sorted(groups[:MOST_ROWS], key=lambda one: (order.index(str(one[0][0])), one[0][1:]))
    interpreters = sorted(set(shown["interpreter"]))
    rows: list[TableRow] = []
    for (strategy, *conditions), own in kept:
        facts = {fact.interpreter: fact for fact in facts_of(own)}
        rows.append((str(strategy), [*conditions], [facts.get(one) for one in interpreters]))
    called = [names.get(interpreter, interpreter) for interpreter in interpreters]
    return differ, called, rows, len(shown) < len(cells), len(groups) > MOST_ROWS
