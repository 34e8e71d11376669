"""What is best for a group of cells: a set, since cells that are tied are equally good."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stats.evidence import WHICH, disturbed_columns, times_by_block
from stats.priors import Disturbance, Priors, priors_of
from stats.ratios import Ratio, compared
from stats.with_the_best import effects_of, standing
from tables.types import CellKey
from wording.mechanisms import NO_METHOD, OWN_METHOD, SERIAL

ANY_METHOD = (OWN_METHOD, NO_METHOD)  # whatever start method there is
SERIAL_STRATEGIES = (SERIAL, "serial_library_threads")  # no workers


@dataclass(frozen=True)
class Best:
    """The best cells of one interpreter in one group.

    `cells` are rows of the summary: the fastest and all that are tied with it, the one that needs
    least memory first. `open` are rows of those that are not shown to be slower than the fastest,
    though by estimate more than 5 % slower. `times` are the group's seconds, blocks as rows, cells
    as columns, `disturbed` what disturbed each of those; `priors` those of the study.
    """

    interpreter: str
    cells: pd.DataFrame
    open: pd.DataFrame
    times: pd.DataFrame
    disturbed: Mapping[CellKey, Disturbance]
    priors: Priors

    @property
    def first(self) -> pd.Series:
        """Return the cell to recommend: of the best the one that needs least memory."""
        return self.cells.iloc[0]

    @property
    def strategies(self) -> list[str]:
        """Return the names of the best strategies, each once."""
        return list(dict.fromkeys(self.cells["strategy"]))

    @property
    def by_speed(self) -> list[str]:
        """Return the same names, the fastest first."""
        order = np.argsort(effects_of(np.log(self.times.to_numpy())))
        names = dict.fromkeys(self.times.columns.get_level_values(0)[order])
        return [name for name in names if name in self.strategies]

    def against(self, cell: pd.Series, other: pd.Series | None = None) -> Ratio | None:
        """Return how many times as long a cell takes as `other`, by default the recommended one.

        Block by block; if they share none, by the times of each. None if one of them has no time.
        """
        cells = [place_in_group(row) for row in (cell, self.first if other is None else other)]
        if not all(name in self.times for name in cells):
            return None
        one, two = (self.times[name].dropna() for name in cells)
        by = [self.disturbed[name] for name in cells]
        return compared(one, two, self.priors.of_pair(*by), *map(self.priors.of_one, by))


def place_in_group(cell: pd.Series) -> CellKey:
    """Return what identifies a cell in its group."""
    return tuple(cell[name] for name in WHICH)


def best_cells(
    cells: pd.DataFrame, counted: pd.DataFrame, priors: Priors | None = None
) -> dict[str, Best]:
    """Return the `Best` of every interpreter, by its name.

    `cells` are those of one group for each interpreter, rows of the summary with a result, no
    workers at all among them; `counted` the runs that count. `priors` are those of the study; where
    `counted` is all of it, they are found by that.
    """
    priors = priors_of(counted) if priors is None else priors
    found: dict[str, Best] = {}
    for interpreter, group in cells.groupby("interpreter"):
        key = ["experiment", "interpreter", "size", "jobs"]
        wanted = pd.MultiIndex.from_frame(group[[*key, *WHICH]])
        own = counted[counted["experiment"].isin(group["experiment"])]
        own = own[pd.MultiIndex.from_frame(own[[*key, *WHICH]]).isin(wanted)]
        times = times_by_block(own)
        group = group[[place_in_group(cell) in times.columns for _, cell in group.iterrows()]]
        if group.empty:
            continue
        disturbed = disturbed_columns(own, priors)
        stand = standing(times, priors, disturbed=disturbed)
        tied, undecided = (
            group[[place_in_group(cell) in names for _, cell in group.iterrows()]]
            for names in (stand.tied, stand.open)
        )
        tied = tied.sort_values("memory_mib")
        found[str(interpreter)] = Best(str(interpreter), tied, undecided, times, disturbed, priors)
    return found


def answering_methods(summary: pd.DataFrame) -> list[str | None]:
    """Return the start methods for which the answering experiment has cells, fork first.

    [None] where it has none: no process with a start method was measured, or none has a result.
    """
    good = with_result(summary)
    if good.empty:
        return [None]
    methods = set(good.loc[good["experiment"] == answering(good), "start_method"]) - set(ANY_METHOD)
    return sorted(methods, key=lambda name: (name != "fork", name)) or [None]


def answering_cells(summary: pd.DataFrame, method: str | None = "fork") -> pd.DataFrame:
    """Return the cells that answer the question best: one size and number of workers.

    Of the experiment with most strategies those of a start method, and what has none: the size at
    which most of them have a result (the larger if equal), with as many workers as the next greater
    than one that was planned, so that there is something to share; and what has no workers at all.
    """
    good = with_result(summary)
    if good.empty or good["strategy"].nunique() < 2:
        return good.iloc[:0]
    experiment = answering(good)
    own = [*ANY_METHOD, method]
    good = good[(good["experiment"] == experiment) & good["start_method"].isin(own)]
    if good.empty:
        return good
    counts = good.groupby("size")["strategy"].nunique()
    # A large size that some strategies cannot reach says more than a small one that all can.
    size: float = counts[counts >= max(2, 0.6 * counts.max())].index.max()
    if pd.isna(size):
        size = counts.index.max()
    good = good[good["size"] == size]
    planned = summary[(summary["experiment"] == experiment) & (summary["size"] == size)]
    several = sorted(set(planned["workers"]) - {1})
    chosen: int = several[0] if several else 1
    jobs: int = good["jobs"].max()
    alone = good["start_method"].eq("none") & good["strategy"].isin(SERIAL_STRATEGIES)
    good = good[((good["workers"] == chosen) | alone) & (good["jobs"] == jobs)]
    return good.assign(order=good["workers"].ne(chosen)).sort_values(["order", "total_s"])


def with_result(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that have data and a result."""
    return summary[(summary["n"] > 0) & (summary["size"] > 0)]


def answering(good: pd.DataFrame) -> str:
    """Return the name of the experiment with most strategies."""
    return str(good.groupby("experiment")["strategy"].nunique().idxmax())
