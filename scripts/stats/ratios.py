"""How many times as long one cell takes as another, and how far that can be relied on.

Runs of the same block lie minutes apart, those of different blocks an hour: what disturbs a machine
is much the same within a block. So a ratio is taken inside every block, and the blocks are the
sample. Logarithms make "twice" and "half" equally far from "the same".

The interval is Student's t over the blocks' log ratios. It covers the truth in 92 to 98 of 100
studies from `ENOUGH_BLOCKS` blocks on, also when disturbances hit 30 % of the runs
(tests/test_ratios.py simulates it); a percentile bootstrap of so few values does not. With fewer
blocks than that there is a range, and the word "trial": it decides only what all its blocks show
twice over.
"""

from dataclasses import dataclass
from math import ceil, exp, inf, log

import numpy as np
from scipy.stats import t as student

ENOUGH_BLOCKS = 4  # blocks; with fewer a range is all that there is
CONFIDENCE = 0.95
TRIAL_FACTOR = 2  # how far the whole range of a trial must lie beyond a threshold to decide
EQUAL = 0.05  # two times that differ by less are equal for all purposes


@dataclass(frozen=True)
class Ratio:
    """A ratio with its interval: a geometric mean over `blocks` blocks.

    `low` and `high` are the ends of the 95 % interval, or of the range where `blocks` are fewer
    than `ENOUGH_BLOCKS`. `sd` is the standard deviation of the log ratios between blocks.
    """

    value: float
    low: float
    high: float
    blocks: int
    sd: float

    @property
    def trial(self):
        """Return whether there are too few blocks for an interval."""
        return self.blocks < ENOUGH_BLOCKS

    def above(self, threshold):
        """Return whether it is above a threshold: True, False, or None where that is open."""
        if self.blocks < 2:
            return None
        margin = TRIAL_FACTOR if self.trial else 1
        if self.low > threshold * margin:
            return True
        return False if self.high * margin < threshold else None

    def within(self, low, high):
        """Return whether it lies between two values: True, False, or None where that is open."""
        above, below = self.above(low), self.above(high)
        if above is False or below is True:
            return False
        return True if above is True and below is False else None

    def blocks_to_decide(self, threshold):
        """Return how many blocks in all would show on which side of a threshold the ratio lies.

        (1.96 s / distance)², the distance in logarithms; at least `ENOUGH_BLOCKS`. A guide and no
        promise: ratio and spread are estimates. None if no number would do.
        """
        distance = abs(log(self.value) - log(threshold))
        if distance == 0 or not np.isfinite(self.sd):
            return None
        return max(ENOUGH_BLOCKS, ceil((1.96 * self.sd / distance) ** 2))

    @property
    def half_width(self):
        """Return the interval's relative half-width: 0.05 for ± 5 %; infinite for a trial."""
        return inf if self.trial else exp((log(self.high) - log(self.low)) / 2) - 1


def of_logs(logs):
    """Return the `Ratio` of log ratios, one a block; None if there are none."""
    logs = np.asarray(logs, float)
    logs = logs[np.isfinite(logs)]
    if not len(logs):
        return None
    middle = logs.mean()
    sd = logs.std(ddof=1) if len(logs) > 1 else np.nan
    if len(logs) < ENOUGH_BLOCKS:
        low, high = logs.min(), logs.max()
    else:
        reach = student.ppf((1 + CONFIDENCE) / 2, len(logs) - 1) * sd / np.sqrt(len(logs))
        low, high = middle - reach, middle + reach
    return Ratio(*map(float, np.exp((middle, low, high))), len(logs), float(sd))


def of_values(values):
    """Return values of one cell, one a block, as a `Ratio` to one of their unit."""
    return of_logs(np.log(np.asarray(values, float)))


def paired(above, below):
    """Return how many times `below` is `above`; both Series of positive values by block.

    A block with only one of both says nothing. None if no block has both.
    """
    both = above.index.intersection(below.index)
    return of_logs(np.log(above[both].to_numpy(float)) - np.log(below[both].to_numpy(float)))


def against(one, other):
    """Return how many times one `Ratio` is another, measured in other blocks: no pairs.

    Welch's interval: the variances of the mean logs add up, their degrees of freedom after
    Satterthwaite. `blocks` is the smaller number of both.
    """
    blocks = min(one.blocks, other.blocks)
    logs = log(one.value) - log(other.value)
    parts = [(ratio.sd**2 / ratio.blocks, ratio.blocks - 1) for ratio in (one, other)]
    variance = sum(part for part, _ in parts)
    if blocks < ENOUGH_BLOCKS:
        low, high = log(one.low / other.high), log(one.high / other.low)
    elif variance == 0:
        low = high = logs
    else:
        freedom = variance**2 / sum(part**2 / degrees for part, degrees in parts)
        reach = student.ppf((1 + CONFIDENCE) / 2, freedom) * variance**0.5
        low, high = logs - reach, logs + reach
    sd = (variance * blocks) ** 0.5 if blocks > 1 else float("nan")
    return Ratio(exp(logs), exp(low), exp(high), blocks, sd)


def best_set(times, beyond_doubt=EQUAL):
    """Return the names of all that are tied with the fastest, the fastest first.

    Args:
        times: seconds by block (rows) and name (columns); NaN where a run is missing.
        beyond_doubt: a practical margin; within it two are equal, whatever the interval says.

    A name leaves the set if its interval against the fastest lies above 1, and its ratio above the
    margin; if another one is faster than it as well and shares more blocks with it, against that.
    Without enough common blocks all stay.
    """
    logs = np.log(times)
    order = list(logs.mean().sort_values().index)
    logs = logs[order].to_numpy()
    there = np.isfinite(logs)
    kept = order[:1]
    for place, name in enumerate(order[1:], 1):
        common = (there[:, :place] & there[:, [place]]).sum(axis=0)
        ratio = of_logs(logs[:, place] - logs[:, common.argmax()])
        if ratio is None or not ratio.above(1.0) or ratio.value <= 1 + beyond_doubt:
            kept.append(name)
    return kept
