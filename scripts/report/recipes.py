"""One technique, twice: as most programs write it, and as an expert of it does."""

from dataclasses import dataclass

import pandas as pd

from report.cell_facts import CellFact, facts_of
from report.types import BestOf, Names
from sharing import strategies
from stats.best import answering_cells, answering_methods
from stats.ratios import Ratio


@dataclass(frozen=True)
class Recipe:
    """How many times as long the usual recipe takes as the expert's; None where they are tied."""

    interpreter: str
    usual: CellFact
    better: CellFact
    slower: Ratio | None


def recipes(summary: pd.DataFrame, best_of: BestOf, names: Names) -> list[Recipe]:
    """Return a `Recipe` for every pair and interpreter."""
    cells = answering_cells(summary, answering_methods(summary)[0])
    found = []
    for interpreter, best in best_of(cells).items() if len(cells) else ():
        own = cells[cells["interpreter"] == interpreter].drop_duplicates("strategy")
        by_name = own.set_index("strategy", drop=False)
        for name in sorted({*by_name.index} & {*strategies.names()}):
            better = strategies.better_of(name, names[interpreter].split()[0])
            if better in by_name.index:
                ratio = best.against(by_name.loc[name], by_name.loc[better])
                known = ratio and ratio.above(1.0) is not None
                usual, expert = facts_of(by_name.loc[[name, better]])
                found.append(Recipe(names[interpreter], usual, expert, ratio if known else None))
    return sorted(found, key=lambda one: (one.usual.strategy, one.interpreter))
