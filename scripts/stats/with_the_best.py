"""Which of several cells may be the fastest: multiple comparisons with the best.

Every cell is in its turn what the others are compared with. It cannot be the best if another one
is shown to be faster: by Dunnett's one-sided bound, which holds for all the others together, so
that the cell that is the best in truth is excluded in at most 5 of 100 studies, however many take
part. J. C. Hsu, Multiple Comparisons (1996), chapter 4. Ratios are taken inside blocks, and their
variances moderated (`priors`). Two cells that share no block, since one or the other was disturbed
in each, are compared by their means, whose variances include how far blocks lie apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import gammaincinv, ndtr

from stats.priors import UNDISTURBED, Disturbance, Prior, Priors
from stats.ratios import CONFIDENCE, EQUAL
from tables.types import CellKey, Floats

CORRELATION = 0.5  # of two comparisons with the same cell, where all are measured equally often
NODES = 48  # of each quadrature


@dataclass(frozen=True)
class Standing:
    """Names by how they stand to the fastest, the fastest first in each list.

    tied: not shown to be slower, and by estimate at most 5 % slower; the first is the fastest.
    open: not shown to be slower, though by estimate more than that. The rest is slower.
    """

    tied: list[CellKey]
    open: list[CellKey]

    @property
    def may_be_best(self) -> list[CellKey]:
        """Return all names of which none is shown to be faster."""
        return [*self.tied, *self.open]


def standing(
    times: pd.DataFrame,
    priors: Priors,
    equal: float = EQUAL,
    disturbed: Mapping[CellKey, Disturbance] | None = None,
) -> Standing:
    """Return how a group's cells stand to the fastest of them.

    Args:
        times: seconds by block (rows) and name (columns); NaN where a run is missing.
        priors: those of the study.
        equal: a practical margin, within which two are tied.
        disturbed: what disturbed each name; nothing disturbed those that it does not have.

    The fastest is the one with the least effect, blocks taken out, of those that may be the best.
    """
    logs = np.log(times.to_numpy(float))
    by = [(disturbed or {}).get(name, UNDISTURBED) for name in map(tuple, times.columns)]
    mean, bound = pairwise(logs, priors, by)
    names, effects = list(times.columns), effects_of(logs)
    excluded = np.asarray((np.nan_to_num(bound, nan=-np.inf) > 0).any(axis=1))
    if excluded.all():  # in a circle: each by pairs of other blocks
        excluded[np.argmin(effects)] = False
    order = [place for place in np.argsort(effects, kind="stable") if not excluded[place]]
    first = order[0]
    slower = np.where(np.isfinite(mean[:, first]), mean[:, first], effects - effects[first])
    slower[first] = 0.0
    # A rounding error must not part what differs by exactly the margin.
    near = {place for place in order if slower[place] <= np.log1p(equal) + 1e-12}
    return Standing(
        [names[place] for place in order if place in near],
        [names[place] for place in order if place not in near],
    )


def pairwise(
    logs: Floats, priors: Priors, disturbed: Sequence[Disturbance]
) -> tuple[Floats, Floats]:
    """Return two tables of how much longer row i takes than column j, in logarithms.

    The mean over their common blocks, without any that of all, and the end of the one-sided
    interval beyond which it lies for all columns together. `logs` has a row a block; `disturbed`
    is what disturbed each column.
    """
    mean, error, freedom = by_pairs(logs, priors.ratios, disturbed)
    apart = by_means(logs, priors.times, disturbed)
    mean, error, freedom = (
        np.where(np.isfinite(mean), paired, unpaired)
        for paired, unpaired in zip((mean, error, freedom), apart, strict=True)
    )
    most = np.vectorize(dunnett_quantile, otypes=[float])(
        max(1, logs.shape[1] - 1), np.where(np.isfinite(freedom), np.round(freedom, 6), 1.0)
    )
    bound = mean - most * error
    np.fill_diagonal(bound, np.nan)
    return mean, bound


def by_pairs(
    logs: Floats, prior: Prior, disturbed: Sequence[Disturbance]
) -> tuple[Floats, Floats, Floats]:
    """Return three tables of row i less column j over common blocks; mean NaN without any.

    The mean, its standard error, and the degrees of freedom of that.
    """
    there = np.isfinite(logs)
    filled = np.where(there, logs, 0.0)
    both = there[:, :, None] & there[:, None, :]
    apart = np.where(both, filled[:, :, None] - filled[:, None, :], 0.0)
    blocks = both.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = apart.sum(axis=0) / blocks
        left = np.where(both, apart - mean, 0.0)
        variance = (left**2).sum(axis=0) / (blocks - 1)
        long = np.where(both, filled[:, :, None], 0.0).sum(axis=0) / blocks
        shorter = np.exp(np.fmin(long, long.T))
        added = np.array([[one.beside(other) for other in disturbed] for one in disturbed])
        variance, freedom = prior.moderated(variance, blocks - 1, shorter, added)
        return mean, np.sqrt(variance / blocks), np.asarray(freedom)


def by_means(
    logs: Floats, prior: Prior, disturbed: Sequence[Disturbance]
) -> tuple[Floats, Floats, Floats]:
    """Return the tables of `by_pairs` for the means over all blocks of each: Welch's comparison.

    The degrees of freedom after Satterthwaite, as in `ratios.against`.
    """
    blocks = np.isfinite(logs).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(logs, axis=0) / blocks
        variance = np.nansum((logs - mean) ** 2, axis=0) / (blocks - 1)
        added = np.array([one.beside(UNDISTURBED) for one in disturbed])
        variance, freedom = prior.moderated(variance, blocks - 1, np.exp(mean), added)
        part = variance / blocks
        both = part[:, None] + part[None, :]
        squares = part**2 / freedom
        freedom = both**2 / (squares[:, None] + squares[None, :])
    return mean[:, None] - mean[None, :], np.sqrt(both), freedom


def effects_of(logs: Floats) -> Floats:
    """Return the effect of each column, blocks taken out, by least squares: log t = cell + block.

    Where columns fall apart into parts without a common block, each part is about its own mean.
    """
    there = np.isfinite(logs)
    rows, columns = np.nonzero(there)
    design = np.zeros((len(rows), logs.shape[1] + logs.shape[0]))
    design[np.arange(len(rows)), columns] = 1.0
    design[np.arange(len(rows)), logs.shape[1] + rows] = 1.0
    found = np.linalg.lstsq(design, logs[rows, columns], rcond=None)[0]
    effects = found[: logs.shape[1]]
    return np.where(there.any(axis=0), effects, np.inf)


@cache
def dunnett_quantile(comparisons: int, freedom: float) -> float:
    """Return what the largest of so many one-sided comparisons with one cell stays under, at 95 %.

    Of equally correlated Student's t, √½ (Zⱼ - Z₀) / S with one Z₀ and one S for all (Dunnett,
    A multiple comparison procedure …, J. Am. Stat. Assoc. 50, 1955); by quadrature.
    """
    at, weight = np.polynomial.legendre.leggauss(NODES)
    share, weight = (at + 1) / 2, weight / 2  # of a uniform variable
    spread = np.sqrt(2 * gammaincinv(freedom / 2, share) / freedom)  # of a chi-squared variable
    common, heavy = np.polynomial.hermite_e.hermegauss(NODES)
    heavy = heavy / heavy.sum()

    def covered(quantile: float) -> float:
        inner = quantile * spread[:, None] - np.sqrt(CORRELATION) * common[None, :]
        held = ndtr(inner / np.sqrt(1 - CORRELATION)) ** comparisons
        return float(weight @ held @ heavy - CONFIDENCE)

    return brentq(covered, 0.0, 200.0)
