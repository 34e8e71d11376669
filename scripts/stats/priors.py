"""What is known of the spread of a cell's runs before that cell was measured often.

Two runs say next to nothing of how far the runs of a cell lie apart; the runs of all other cells
say much. So the variance of a cell is drawn towards that of all (empirical Bayes): with a prior
variance s₀² on d₀ degrees of freedom, and s² from n blocks, it is

    (d₀ s₀² + (n - 1) s²) / (d₀ + n - 1),    on d₀ + n - 1 degrees of freedom,

so that Student's t gives an interval from one block on. G. K. Smyth, Linear models and empirical
Bayes methods, Stat. Appl. Genet. Mol. Biol. 3 (2004), whose method of moments on log variances
`fitted` is; that s₀² follows the length of a run is limma's trend.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import digamma, polygamma

from stats.published_priors import PUBLISHED
from supervisor.columns import GROUP, IDENTITY
from tables.types import Booleans, CellKey, Floats

ENOUGH_VARIANCES = 20  # cells that were measured twice or more: fewer give no prior of their own
ENOUGH_FOR_TREND = 100  # of them: fewer show how high the variances are, not how they fall
LEAST_SHARE = 1e-5  # of the median variance: what a variance is at least, as in limma
FIRST_BEYOND, LEAST_BEYOND = 0.5, 1e-4  # variance of log variances that is no chance
TURNS = 10  # until that stays the same
LEAST_VARIANCE = 1e-10  # of a logarithm: a hundred-thousandth of the value, for what never varies
MOST_GIVEN = 0.9  # of its CPUs: what a disturbed run had at most, whatever was read beside it


@dataclass(frozen=True)
class Prior:
    """The variance of a logarithm between blocks as it is to be expected, and how firmly.

    `freedom` is d₀. `level` is the logarithm of s₀² for a run of one second, `slope` how much it
    changes for a run that is e times as long; from `shortest` to `longest` (seconds), beyond which
    it stays. `least` is another prior, than which this one is nowhere narrower. `added` is added to
    the variance, however long a run is.
    """

    freedom: float
    level: float
    slope: float
    shortest: float
    longest: float
    least: "Prior | None" = None
    added: float = 0.0

    def variance(self, seconds: Floats | float) -> Floats:
        """Return s₀² for runs that take so long, a number or an array."""
        seconds = np.clip(np.asarray(seconds, float), self.shortest, self.longest)
        own = np.exp(self.level + self.slope * np.log(seconds))
        wider = own if self.least is None else np.maximum(own, self.least.variance(seconds))
        return wider + self.added

    def moderated(
        self,
        variance: Floats | float,
        freedom: Floats | float,
        seconds: Floats | float,
        added: Floats | float = 0.0,
    ) -> tuple[Floats, Floats | float]:
        """Return a variance on its degrees of freedom, moderated: (variance, freedom).

        `added` is what is added to the prior variance of each.
        """
        total = self.freedom + freedom
        own = np.where(freedom > 0, freedom * np.nan_to_num(variance), 0.0)
        return (self.freedom * (self.variance(seconds) + added) + own) / total, total

    def no_narrower_than(self, other: "Prior") -> "Prior":
        """Return this prior, widened where it is narrower than another."""
        freedom = min(self.freedom, other.freedom)
        return Prior(freedom, self.level, self.slope, self.shortest, self.longest, other)

    def widened(self, variance: float) -> "Prior":
        """Return this prior with a variance added."""
        return replace(self, added=self.added + variance)


class Disturbance(NamedTuple):
    """What disturbed a cell of which no run was quiet.

    `shift` is how much longer it may have taken, the mean of a log, below zero; `spread` the
    variance about that. Both are 0.0 in quiet.
    """

    shift: float = 0.0
    spread: float = 0.0

    def beside(self, other: "Disturbance") -> float:
        """Return what is added to the variance of the log ratio of two cells' times.

        Two that were disturbed alike are slowed down alike.
        """
        return (self.shift - other.shift) ** 2 + self.spread + other.spread


UNDISTURBED = Disturbance()


@dataclass(frozen=True)
class Priors:
    """The priors of a study.

    ratios: of how many times as long one cell takes as another in the same block. times: of one
    cell's time. memory: of one cell's memory. `replicates` is how many cells they rest on that were
    measured twice or more; with too few of them they are the published study's.

    `disturbed` has the cells of which no run was quiet: two runs in the same bad minute do not show
    by themselves what that does.
    """

    ratios: Prior
    times: Prior
    memory: Prior
    replicates: int = 0
    disturbed: Mapping[CellKey, Disturbance] = field(default_factory=dict)

    def of(self, column: str, *cells: Mapping[str, object] | pd.Series) -> Prior:
        """Return the prior of a cell's values in a column of runs.csv, or of two cells' ratios.

        A cell is whatever has the columns that identify it.
        """
        if column.endswith("_mib"):
            return self.memory
        one, *others = (
            self.disturbance_of(tuple(cell[name] for name in IDENTITY)) for cell in cells
        )
        return self.of_pair(one, *others) if others else self.of_one(one)

    def of_one(self, cell: Disturbance) -> Prior:
        """Return the prior of the times of a cell that was disturbed so."""
        return self.times.widened(cell.beside(UNDISTURBED))

    def of_pair(self, one: Disturbance, other: Disturbance) -> Prior:
        """Return the prior of the ratios of the times of two cells that were disturbed so."""
        return self.ratios.widened(one.beside(other))

    def disturbance_of(self, cell: CellKey) -> Disturbance:
        """Return what disturbed a cell."""
        return self.disturbed.get(cell, UNDISTURBED)


def published_priors() -> Priors:
    """Return the `Priors` of the published study, from the module that `fit_priors` writes."""
    ratios, times, memory = (
        Prior(**PUBLISHED[kind], least=None) for kind in ("ratios", "times", "memory")
    )
    return Priors(ratios, times, memory, int(PUBLISHED["study"]["replicates"]))


def priors_of(counted: pd.DataFrame) -> Priors:
    """Return the `Priors` of a study by its runs that count, nowhere narrower than the published.

    Without enough cells of its own that were measured twice they are the published ones.
    """
    known = published_priors()
    disturbed = are_of(counted, never_quiet_cells(counted))
    samples = variances_of(counted[~disturbed])
    found = {}
    for kind, sample in samples.items():
        own = least = getattr(known, kind)
        if len(sample) >= ENOUGH_VARIANCES:
            own = fitted(sample, least).no_narrower_than(least)
        found[kind] = own
    return Priors(
        **found,
        replicates=len(samples["ratios"]),
        disturbed=disturbances_of(counted[disturbed]),
    )


def never_quiet_cells(runs: pd.DataFrame) -> frozenset[CellKey]:
    """Return the cells of which all rows of a table of runs were disturbed."""
    if "disturbed" not in runs:
        return frozenset()
    all_of_it = runs["disturbed"].eq(True).groupby([runs[name] for name in IDENTITY]).all()
    return frozenset(all_of_it.index[all_of_it])


def are_of(runs: pd.DataFrame, cells: Collection[CellKey]) -> Booleans:
    """Return of each row of a table of runs whether its cell is one of `cells`."""
    if not cells:
        return np.zeros(len(runs), bool)
    keys = runs[list(IDENTITY)].itertuples(index=False, name=None)
    return np.array([key in cells for key in keys], bool)


def variances_of(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the variances of all cells with two runs or more, by kind of prior.

    Of a kind a table: `variance` of the logarithm between blocks, on `freedom` degrees, and the
    `seconds` that the runs take, of a ratio the shorter ones.
    """
    cell = list(IDENTITY)
    rows = runs.reindex(columns=[*cell, "block", "total_s", "workers_uss_mib"])
    logs: dict[str, pd.DataFrame] = {}
    for kind, column in (("times", "total_s"), ("memory", "workers_uss_mib")):
        own = rows[rows[column].astype(float) > 0]
        own = own.assign(log=np.log(own[column].astype(float)))
        logs[kind] = own.groupby([*cell, "block"], sort=False, as_index=False)[["log"]].mean()
    times = logs["times"]
    logs["ratios"] = to_reference(times)
    tables = {}
    for kind, table in logs.items():
        found = table.groupby(cell, sort=False)["log"].agg(variance="var", freedom="size")
        long = table.groupby(cell, sort=False)["length" if kind == "ratios" else "log"].mean()
        found["seconds"] = 1.0 if kind == "memory" else np.exp(long)
        found["freedom"] -= 1
        tables[kind] = found[found["freedom"] > 0]
    return tables


def to_reference(times: pd.DataFrame) -> pd.DataFrame:
    """Return the log ratios of a table of log times to their group's reference, block by block.

    The reference is the cell without workers, else the one with the shortest median. `length` is
    the log of the shorter of both times.
    """
    cell = list(IDENTITY)
    if times.empty:
        return times.assign(length=[])
    middle = times.groupby(cell, sort=False, as_index=False)["log"].median()
    alone = (middle["strategy"] == "serial").map({True: 0, False: 1})
    first = middle.assign(alone=alone).sort_values(["alone", "log"], kind="stable")
    first = first.drop_duplicates(GROUP)[cell]
    base = times.merge(first, on=cell)[[*GROUP, "block", "log"]]
    both = times.merge(base, on=[*GROUP, "block"], suffixes=("", "_base"))
    others = both.merge(first.assign(is_first=True), on=cell, how="left")
    others = others[others["is_first"].isna()]
    return others.assign(
        log=others["log"] - others["log_base"], length=np.minimum(others["log"], others["log_base"])
    )


def disturbances_of(runs: pd.DataFrame) -> dict[CellKey, Disturbance]:
    """Return the `Disturbance` of each cell of a table of runs that were disturbed.

    By what share of its CPUs the machine gave before the run or after it, the smaller of both, and
    by what that does to a run here.
    """
    if runs.empty:
        return {}
    columns = ["capacity_before", "capacity_after"]
    gave = runs.reindex(columns=columns).astype(float).min(axis=1)
    share = gave / runs.reindex(columns=["usable_cpus"])["usable_cpus"].astype(float)
    cell = [runs[name] for name in IDENTITY]
    log = np.log(share.where(share > 0, MOST_GIVEN).clip(upper=MOST_GIVEN))
    took = pd.Series(np.log(runs["total_s"].astype(float)), index=runs.index)
    log = log * effect_of_share(log, took, cell)
    spread = float(log.var(ddof=0))
    return {cell: Disturbance(float(at), spread) for cell, at in log.groupby(cell).mean().items()}


def effect_of_share(share: pd.Series, took: pd.Series, cell: list[pd.Series]) -> float:
    """Return how much a log time falls at most as the log of the share of the CPUs rises.

    The upper end of the interval of the slope within cells, between 0.0, where what was read beside
    a run says nothing of it, and 1.0, where half of the CPUs is twice the time: that, too, where
    too few cells were measured twice.
    """
    x, y = (one - one.groupby(cell).transform("mean") for one in (share, took))
    freedom = len(x) - x.groupby(cell).ngroups - 1
    if freedom < ENOUGH_VARIANCES or not x.any():
        return 1.0
    slope = -float((x * y).sum() / (x**2).sum())
    error = np.sqrt(float(((y + slope * x) ** 2).sum()) / freedom / float((x**2).sum()))
    return float(np.clip(slope + 2 * error, 0.0, 1.0))


def fitted(sample: pd.DataFrame, shape: Prior | None = None) -> Prior:
    """Return the `Prior` of a table of `variances_of`, by moments of the log variances.

    Weighted: of ten runs a variance is known much better than of two. With fewer than
    `ENOUGH_FOR_TREND` of them the slope is that of `shape`, another prior. Without one nothing else
    bounds the degrees of freedom: how far variances lie apart is at least what chance could hide.
    """
    variance, freedom, seconds = (
        sample[name].to_numpy(float) for name in ("variance", "freedom", "seconds")
    )
    least = max(LEAST_SHARE * float(np.median(variance)), LEAST_VARIANCE)
    shifted = np.log(np.maximum(variance, least)) - digamma(freedom / 2) + np.log(freedom / 2)
    length, chance = np.log(seconds), polygamma(1, freedom / 2)
    given = shape if len(sample) < ENOUGH_FOR_TREND else None
    beyond = FIRST_BEYOND
    for _ in range(TURNS):  # each variance counts by how exact it is, which depends on the rest
        weight = 1 / (chance + beyond)
        if given is not None or np.ptp(length) == 0:
            slope = 0.0 if given is None else given.slope
            level = np.average(shifted - slope * length, weights=weight)
        else:
            slope, level = np.polyfit(length, shifted, 1, w=np.sqrt(weight))
        left = shifted - level - slope * length
        least_beyond = LEAST_BEYOND if shape else moment_error(freedom, chance + beyond)
        beyond = max(least_beyond, np.average(left**2 - chance, weights=weight**2))
    d0 = 2 * inverse_trigamma(beyond)
    level += digamma(d0 / 2) - np.log(d0 / 2)
    ends = (seconds.min(), seconds.max()) if given is None else (given.shortest, given.longest)
    return Prior(float(d0), float(level), float(slope), float(ends[0]), float(ends[1]))


def moment_error(freedom: Floats, spread: Floats) -> float:
    """Return the standard error of what log variances vary beyond chance, by `fitted`'s moments.

    `spread` is the variance of each on its degrees of freedom. A normal fourth moment, and the
    excess of log chi-squared, polygamma(3, freedom / 2).
    """
    weight = spread**-2
    fourth = polygamma(3, freedom / 2) + 2 * spread**2
    return float(np.sqrt((weight**2 * fourth).sum()) / weight.sum())


def inverse_trigamma(value: float) -> float:
    """Return x > 0 whose trigamma is `value`."""
    return float(np.exp(brentq(lambda log: polygamma(1, np.exp(log)) - value, -20.0, 20.0)))


def cells_measured_once(counted: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with one run that counts, as a table of the columns of a cell and wall_s."""
    return pd.DataFrame(
        counted.groupby(list(IDENTITY), sort=False, as_index=False)
        .agg(runs=("block", "nunique"), wall_s=("wall_s", "mean"))
        .query("runs == 1")
    )
