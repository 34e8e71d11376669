"""How many times as long one cell takes as another, and how far that can be relied on.

Runs of the same block lie minutes apart, those of different blocks an hour: what disturbs a machine
is much the same within a block. So a ratio is taken inside every block, and the blocks are the
sample. Logarithms make "twice" and "half" equally far from "the same".

The 95 % interval is Student's t over the blocks' log ratios with a moderated variance (`priors`),
so that there is one from one block on. `benchmarks/coverage.py` shows how often it covers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, exp, inf, log

import numpy as np
import pandas as pd
from scipy.special import stdtrit  # scipy.stats takes a second to import

from stats.priors import Prior
from tables.types import Floats

CONFIDENCE = 0.95
EQUAL = 0.05  # two times that differ by less are equal for all purposes


@dataclass(frozen=True)
class Ratio:
    """A ratio with its 95 % interval, from `low` to `high`: a geometric mean over `blocks` blocks.

    `sd` is the moderated standard deviation of the log ratios between blocks, on `freedom` degrees
    of freedom.
    """

    value: float
    low: float
    high: float
    blocks: int
    sd: float
    freedom: float = inf

    def above(self, threshold: float) -> bool | None:
        """Return whether it is above a threshold: True, False, or None where that is open."""
        if self.low > threshold:
            return True
        return False if self.high < threshold else None

    def within(self, low: float, high: float) -> bool | None:
        """Return whether it lies between two values: True, False, or None where that is open."""
        above, below = self.above(low), self.above(high)
        if above is False or below is True:
            return False
        return True if above is True and below is False else None

    def blocks_to_decide(self, threshold: float) -> int | None:
        """Return how many blocks in all would show on which side of a threshold the ratio lies.

        (1.96 s / distance)², the distance in logarithms; at least one more than there are. A guide
        and no promise: ratio and spread are estimates. None if no number would do.
        """
        distance = abs(log(self.value) - log(threshold))
        if distance == 0 or not np.isfinite(self.sd):
            return None
        return max(self.blocks + 1, ceil((1.96 * self.sd / distance) ** 2))

    @property
    def half_width(self) -> float:
        """Return the interval's relative half-width: 0.05 for ± 5 %."""
        return exp((log(self.high) - log(self.low)) / 2) - 1


def of_logs(logs: Floats, prior: Prior, seconds: float = 1.0) -> Ratio | None:
    """Return the `Ratio` of log ratios, one a block; None if there are none.

    `prior` is the `Prior` of such values, for runs that take so many seconds.
    """
    logs = np.asarray(logs, float)
    logs = logs[np.isfinite(logs)]
    if not len(logs):
        return None
    own = logs.var(ddof=1) if len(logs) > 1 else 0.0
    variance, freedom = prior.moderated(own, len(logs) - 1, seconds)
    return around(logs.mean(), float(variance) ** 0.5, len(logs), float(freedom))


def of_values(
    values: pd.Series | Floats, prior: Prior, seconds: float | None = None
) -> Ratio | None:
    """Return values of one cell, one a block, as a `Ratio` to one of their unit; None without any.

    They are the seconds that a run takes, unless these are given.
    """
    values = np.asarray(values, float)
    if not len(values):
        return None
    logs = np.log(values)
    return of_logs(logs, prior, np.exp(logs.mean()) if seconds is None else seconds)


def paired(above: pd.Series, below: pd.Series, prior: Prior) -> Ratio | None:
    """Return how many times `below` is `above`; both Series of positive values by block.

    A block with only one of both says nothing. None if no block has both.
    """
    both = above.index.intersection(below.index)
    if not len(both):
        return None
    one, other = (np.log(side[both].to_numpy(float)) for side in (above, below))
    return of_logs(one - other, prior, np.exp(min(one.mean(), other.mean())))


def compared(
    above: pd.Series, below: pd.Series, pair: Prior, one: Prior, other: Prior
) -> Ratio | None:
    """Return how many times `below` is `above`, as `paired`; without a common block as `against`.

    `pair` is the prior of their ratios, `one` and `other` are those of each. None if one is empty.
    """
    ratio = paired(above, below, pair)
    if ratio is not None:
        return ratio
    first, second = of_values(above, one), of_values(below, other)
    return against(first, second) if first and second else None


def against(one: Ratio, other: Ratio) -> Ratio:
    """Return how many times one `Ratio` is another, measured in other blocks: no pairs.

    Welch's interval: the variances of the mean logs add up, their degrees of freedom after
    Satterthwaite. `blocks` is the smaller number of both.
    """
    parts = [(ratio.sd**2 / ratio.blocks, ratio.freedom) for ratio in (one, other)]
    return of_variances(log(one.value) - log(other.value), parts, min(one.blocks, other.blocks))


def scaled(ratio: Ratio, factor: float) -> Ratio:
    """Return a `Ratio` times a number that is known exactly."""
    value, low, high = (one * factor for one in (ratio.value, ratio.low, ratio.high))
    return replace(ratio, value=value, low=low, high=high)


def summed(parts: Sequence[Ratio]) -> Ratio:
    """Return the sum of quantities that were measured apart, each a `Ratio` to one of their unit.

    The variances of the parts add up, each a share of the whole (the delta method in logarithms);
    their degrees of freedom after Satterthwaite. `blocks` is the smallest number of all.
    """
    whole = sum(part.value for part in parts)
    own = [((part.value / whole) ** 2 * part.sd**2 / part.blocks, part.freedom) for part in parts]
    return of_variances(log(whole), own, min(part.blocks for part in parts))


def mean_ratio(ratios: Sequence[Ratio]) -> Ratio:
    """Return the geometric mean of several `Ratio`s as one: they are the sample.

    Of one it is that one. Its interval says how far ratios lie apart, rather than runs: no prior.
    """
    if len(ratios) == 1:
        return ratios[0]
    logs = np.log([one.value for one in ratios])
    return around(logs.mean(), float(logs.std(ddof=1)), len(logs), len(logs) - 1)


def of_variances(middle: float, parts: Sequence[tuple[float, float]], blocks: int) -> Ratio:
    """Return the `Ratio` of a log to whose variance parts add up, a list of (part, its freedom)."""
    variance = sum(part for part, _ in parts)
    squares = sum(part**2 / freedom for part, freedom in parts)
    freedom = variance**2 / squares if squares else inf
    return around(middle, (variance * blocks) ** 0.5, blocks, freedom)


def around(middle: float, sd: float, blocks: int, freedom: float) -> Ratio:
    """Return the `Ratio` of a mean log over so many blocks, with its interval."""
    reach = quantile_of_t(round(freedom, 6)) * sd / np.sqrt(blocks)
    value, low, high = map(float, np.exp((middle, middle - reach, middle + reach)))
    return Ratio(value, low, high, int(blocks), float(sd), float(freedom))


@cache
def quantile_of_t(freedom: float) -> float:
    """Return Student's t beyond which lies half of what `CONFIDENCE` leaves."""
    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
