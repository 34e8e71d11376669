"""Ratios and their intervals: paired by block, moderated, from one block on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from stats.paying import shortest_job_to_pay
from stats.priors import Prior
from stats.ratios import (
    against,
    mean_ratio,
    of_logs,
    of_values,
    paired,
    scaled,
    summed,
)

STUDIES = 500
NOISE = 0.1  # standard deviation of the log time of a run
DRIFT = 0.25  # of a block's log time, common to its runs
PRIOR = Prior(4.0, np.log(2 * NOISE**2), 0.0, 1.0, 1.0)  # of ratios of two such runs
VALUES = Prior(4.0, np.log(NOISE**2), 0.0, 1.0, 1.0)
WEAK = Prior(1e-6, 0.0, 0.0, 1.0, 1.0)  # says nothing


def simulated(rng, blocks, ratio):
    """Return two Series of times by block."""
    drift = rng.normal(0, DRIFT, blocks)
    return [
        pd.Series(np.exp(np.log(factor) + drift + rng.normal(0, NOISE, blocks)))
        for factor in (ratio, 1.0)
    ]


@pytest.mark.parametrize("blocks", [1, 2, 3, 4, 6, 10])
def test_interval_covers_the_truth_in_92_to_98_of_100_studies(blocks):
    rng = np.random.default_rng(blocks)
    found = [paired(*simulated(rng, blocks, 1.3), PRIOR) for _ in range(STUDIES)]
    # Where all cells are alike, a prior of few degrees of freedom is cautious with one block.
    assert 0.92 <= np.mean([one.low <= 1.3 <= one.high for one in found]) <= 0.995


def test_pairs_take_out_what_a_block_has_in_common():
    above = pd.Series([2.0, 20.0, 200.0, 2000.0])
    ratio = paired(above, above / 2, PRIOR)
    assert ratio.value == pytest.approx(2)
    assert ratio.sd < 0.8 * np.sqrt(PRIOR.variance(1.0))  # nothing but the prior is left of it


def test_blocks_with_one_of_both_say_nothing():
    above, below = pd.Series({1: 2.0, 2: 4.0, 3: 1.0}), pd.Series({2: 2.0, 3: 1.0, 4: 9.0})
    assert paired(above, below, PRIOR).blocks == 2
    assert paired(above, pd.Series({7: 1.0}), PRIOR) is None


def test_ratio_turned_round_is_the_inverse():
    rng = np.random.default_rng(1)
    above, below = simulated(rng, 6, 1.5)
    there, back = paired(above, below, PRIOR), paired(below, above, PRIOR)
    assert there.value == pytest.approx(1 / back.value)
    assert (there.low, there.high) == pytest.approx((1 / back.high, 1 / back.low))


def test_known_interval():
    """By hand: mean 0.1, variance (4 · 0.02 + 3 · 0.02 / 3) / 7, t(0.975, 7) = 2.364624."""
    logs = [0.0, 0.1, 0.2, 0.1]
    ratio = of_logs(logs, PRIOR)
    sd = np.sqrt((4 * 0.02 + 0.02) / 7)
    assert np.log(ratio.value) == pytest.approx(0.1)
    assert np.log(ratio.high) == pytest.approx(0.1 + 2.364624 * sd / 2)
    assert ratio.sd == pytest.approx(sd)
    assert ratio.freedom == pytest.approx(7)


def test_a_prior_that_says_nothing_leaves_students_interval():
    logs = [0.0, 0.1, 0.2, 0.1]
    reach = student.ppf(0.975, 3) * np.std(logs, ddof=1) / 2
    assert np.log(of_logs(logs, WEAK).high) == pytest.approx(0.1 + reach, rel=1e-4)


def test_one_block_has_the_prior_interval():
    """t(0.975, 4) = 2.776445."""
    ratio = of_logs([0.5], PRIOR)
    assert np.log(ratio.high) == pytest.approx(0.5 + 2.776445 * np.sqrt(0.02))
    assert (ratio.blocks, ratio.freedom) == (1, 4)


def test_a_short_run_has_a_wider_interval_where_the_prior_says_so():
    prior = Prior(4.0, np.log(0.01), -0.5, 0.1, 10.0)
    one, other = pd.Series([0.1]), pd.Series([5.0])
    short, long = (paired(side, other, prior).half_width for side in (one, other))
    assert short > long  # of a pair the shorter run counts
    assert of_values([0.1], prior).half_width == pytest.approx(short)


@pytest.mark.parametrize(
    ("logs", "threshold", "answer"),
    [
        ([0.5, 0.51, 0.52, 0.53], 1.2, True),
        ([0.5, 0.51, 0.52, 0.53], 2.2, False),
        ([0.5, 0.51, 0.52, 0.53], 1.67, None),
        ([0.5], 1.05, True),  # one block decides what is far away
        ([0.5], 1.5, None),
    ],
)
def test_three_answers(logs, threshold, answer):
    assert of_logs(logs, PRIOR).above(threshold) is answer


def test_between_two_values():
    ratio = of_logs([0.2, 0.21, 0.22, 0.21], PRIOR)
    assert ratio.within(1.05, 1.5) is True
    assert ratio.within(1.5, 2.0) is False
    assert ratio.within(1.23, 2.0) is None


def test_ratio_of_two_that_were_measured_apart():
    rng = np.random.default_rng(8)
    covered = []
    for _ in range(STUDIES):
        one, other = (of_logs(np.log(f) + rng.normal(0, NOISE, 5), VALUES) for f in (1.8, 1.5))
        found = against(one, other)
        covered.append(found.low <= 1.2 <= found.high)
    assert 0.92 <= np.mean(covered) <= 0.98


def test_sum_of_two_that_were_measured_apart():
    """0.1 s once and 1000 jobs of 0.2 ms: the interval carries the spread of both."""
    rng = np.random.default_rng(9)
    covered = []
    for _ in range(STUDIES):
        once, each = (of_logs(np.log(f) + rng.normal(0, NOISE, 4), VALUES) for f in (0.1, 2e-4))
        found = summed((once, scaled(each, 1000)))
        covered.append(found.low <= 0.3 <= found.high)
    assert 0.92 <= np.mean(covered) <= 0.98
    exact = scaled(each, 1000)
    assert exact.value == pytest.approx(1000 * each.value)
    assert exact.half_width == pytest.approx(each.half_width)


def test_break_even_carries_the_spread_of_a_jobs_cost():
    """10 jobs without work take 20 ms, each further one 50 µs: 1000 pay from 139 µs on."""
    few, a_job = (of_logs(np.log([value]), VALUES) for value in (0.02, 5e-5))
    found = shortest_job_to_pay(few, 10, a_job, 1000)
    assert found.value == pytest.approx((0.02 + 990 * 5e-5) * 2 / 1000)
    exact = shortest_job_to_pay(few, 10, replace(a_job, sd=0.0), 1000)
    assert found.half_width > 1.5 * exact.half_width


def test_mean_of_ratios_has_them_as_its_sample():
    ratios = [of_logs([log], PRIOR) for log in (0.0, 0.1, 0.2, 0.1)]
    found = mean_ratio(ratios)
    reach = student.ppf(0.975, 3) * np.std([0.0, 0.1, 0.2, 0.1], ddof=1) / 2
    assert np.log(found.high) == pytest.approx(0.1 + reach)
    assert mean_ratio(ratios[:1]) == ratios[0]


def test_blocks_that_would_decide():
    ratio = of_logs([0.0, 0.25, 0.5, 0.25], PRIOR)
    needed = (1.96 * ratio.sd / abs(0.25 - np.log(1.2))) ** 2
    assert ratio.blocks_to_decide(1.2) == int(np.ceil(needed))
    assert of_logs([0.0, 0.001, 0.002], PRIOR).blocks_to_decide(2.0) == 4  # one more at least
    assert of_logs([0.0], PRIOR).blocks_to_decide(1.0) is None


def test_precision():
    ratio = of_logs([0.0, 0.1, 0.2, 0.1], PRIOR)
    assert ratio.half_width == pytest.approx(np.sqrt(ratio.high / ratio.low) - 1)


def test_nothing_to_compare():
    assert of_logs([], PRIOR) is None
    assert of_values([], PRIOR) is None
    assert of_values([2.0], VALUES).value == pytest.approx(2)
