"""Intervals cover what they promise, and equal strategies are tied."""

import numpy as np
import pandas as pd
import pytest

from stats.ratios import ENOUGH_BLOCKS, against, best_set, of_logs, of_values, paired

STUDIES = 500
NOISE = 0.1  # standard deviation of the log time of a run, as seen on a quiet machine of two cores
DRIFT = 0.25  # of a block's log time, common to its runs
HIT = 0.3  # of the runs
NOTICED = 0.9  # of those that were hit


def simulated(rng, blocks, ratio, disturbed):
    """Return two Series of times by block; with disturbances some runs take up to twice as long.

    The runs that the yardstick notices are left out, as in a study, unless a cell has no other.
    """
    drift = rng.normal(0, DRIFT, blocks)
    series = []
    for factor in (ratio, 1.0):
        logs = np.log(factor) + drift + rng.normal(0, NOISE, blocks)
        if disturbed:
            hit = rng.random(blocks) < HIT
            logs = logs + hit * np.log(rng.uniform(1.1, 2.0, blocks))
            kept = ~(hit & (rng.random(blocks) < NOTICED))
            # Such a run is made again while there is time: the block has its pair all the same.
            logs = np.where(kept, logs, np.log(factor) + drift + rng.normal(0, NOISE, blocks))
        series.append(pd.Series(np.exp(logs), index=range(blocks)))
    return series


def coverage(blocks, disturbed, ratio=1.3):
    rng = np.random.default_rng(blocks + 100 * disturbed)
    found = [paired(*simulated(rng, blocks, ratio, disturbed)) for _ in range(STUDIES)]
    return np.mean([one.low <= ratio <= one.high for one in found])


@pytest.mark.parametrize("blocks", [4, 6, 10])
@pytest.mark.parametrize("disturbed", [False, True], ids=["quiet", "disturbed"])
def test_interval_covers_the_truth_in_92_to_98_of_100_studies(blocks, disturbed):
    assert 0.92 <= coverage(blocks, disturbed) <= 0.98


def test_range_of_three_blocks_covers_less_and_is_not_called_an_interval():
    """Three values lie all on one side of the truth in a quarter of the studies."""
    assert 0.7 <= coverage(3, disturbed=False) <= 0.8
    assert of_logs([0.1, 0.2, 0.3]).trial


def test_pairs_take_out_what_a_block_has_in_common():
    above = pd.Series([2.0, 20.0, 200.0, 2000.0])
    ratio = paired(above, above / 2)
    assert ratio.value == pytest.approx(2) and ratio.low == pytest.approx(ratio.high)


def test_blocks_with_one_of_both_say_nothing():
    above, below = pd.Series({1: 2.0, 2: 4.0, 3: 1.0}), pd.Series({2: 2.0, 3: 1.0, 4: 9.0})
    assert paired(above, below).blocks == 2
    assert paired(above, pd.Series({7: 1.0})) is None


def test_ratio_turned_round_is_the_inverse():
    rng = np.random.default_rng(1)
    above, below = simulated(rng, 6, 1.5, disturbed=False)
    there, back = paired(above, below), paired(below, above)
    assert there.value == pytest.approx(1 / back.value)
    assert (there.low, there.high) == pytest.approx((1 / back.high, 1 / back.low))


def test_known_interval():
    """By hand: mean 0.1, standard deviation 0.1, t(0.975, 3) = 3.182446."""
    logs = [0.0, 0.1, 0.2, 0.1]
    ratio = of_logs(logs)
    sd = np.std(logs, ddof=1)
    assert np.log(ratio.value) == pytest.approx(0.1)
    assert np.log(ratio.high) == pytest.approx(0.1 + 3.182446 * sd / 2)
    assert ratio.sd == pytest.approx(sd)


@pytest.mark.parametrize(
    ("logs", "threshold", "answer"),
    [
        ([0.5, 0.51, 0.52, 0.53], 1.2, True),
        ([0.5, 0.51, 0.52, 0.53], 2.0, False),
        ([0.5, 0.51, 0.52, 0.53], 1.67, None),
        ([0.5, 0.51, 0.52], 1.2, None),  # a trial decides what all blocks show twice over
        ([0.5, 0.51, 0.52], 0.8, True),
        ([0.5, 0.51, 0.52], 3.5, False),
        ([0.5], 0.1, None),  # one block decides nothing at all
    ],
)
def test_three_answers(logs, threshold, answer):
    assert of_logs(logs).above(threshold) is answer


def test_between_two_values():
    ratio = of_logs([0.2, 0.21, 0.22, 0.21])
    assert ratio.within(1.05, 1.5) is True
    assert ratio.within(1.5, 2.0) is False
    assert ratio.within(1.23, 2.0) is None
    assert of_logs([0.2, 0.21]).within(1.0, 9.0) is None
    assert of_logs([0.2, 0.21]).within(0.5, 9.0) is True


def test_ratio_of_two_that_were_measured_apart():
    rng = np.random.default_rng(8)
    covered = []
    for _ in range(STUDIES):
        one, other = (of_logs(np.log(f) + rng.normal(0, NOISE, 5)) for f in (1.8, 1.5))
        found = against(one, other)
        covered.append(found.low <= 1.2 <= found.high)
    assert 0.92 <= np.mean(covered) <= 0.98
    trial = against(of_logs([0.1, 0.2]), of_logs([0.0, 0.3, 0.1]))
    assert (trial.low, trial.high) == pytest.approx((np.exp(-0.2), np.exp(0.2)))


def test_blocks_that_would_decide():
    ratio = of_logs([0.0, 0.25, 0.5, 0.25])
    needed = (1.96 * ratio.sd / abs(0.25 - np.log(1.2))) ** 2
    assert ratio.blocks_to_decide(1.2) == int(np.ceil(needed))
    assert of_logs([0.0, 0.001, 0.002]).blocks_to_decide(2.0) == ENOUGH_BLOCKS
    assert of_logs([0.0]).blocks_to_decide(2.0) is None


def test_precision():
    ratio = of_logs([0.0, 0.1, 0.2, 0.1])
    assert ratio.half_width == pytest.approx(np.sqrt(ratio.high / ratio.low) - 1)
    assert of_logs([0.1]).half_width == np.inf


def test_nothing_to_compare():
    assert of_logs([]) is None
    assert of_values([2.0]).value == pytest.approx(2)


def times(rng, blocks, **factors):
    drift = rng.normal(0, DRIFT, blocks)
    return pd.DataFrame(
        {
            name: np.exp(np.log(factor) + drift + rng.normal(0, 0.03, blocks))
            for name, factor in factors.items()
        }
    )


def test_the_best_is_a_set():
    table = times(np.random.default_rng(3), 6, a=1.0, b=1.01, c=1.5, d=3.0)
    assert set(best_set(table)) == {"a", "b"}


def test_one_clearly_better_stands_alone():
    assert best_set(times(np.random.default_rng(3), 6, a=1.0, b=1.6, c=1.7)) == ["a"]


def test_few_blocks_show_no_small_difference():
    assert best_set(times(np.random.default_rng(3), 3, a=1.0, b=1.6)) == ["a", "b"]


def test_a_trial_shows_what_takes_twice_as_long_in_every_block():
    assert best_set(times(np.random.default_rng(3), 3, a=1.0, b=3.0)) == ["a"]


def test_a_margin_of_five_percent_counts_as_equal():
    table = pd.DataFrame({"a": [1.0] * 5, "b": [1.04] * 5, "c": [1.06] * 5})
    assert best_set(table) == ["a", "b"]


def test_equal_ones_are_mostly_tied():
    rng = np.random.default_rng(5)
    alone = [len(best_set(times(rng, 4, a=1.0, b=1.0, c=1.0))) == 1 for _ in range(200)]
    assert np.mean(alone) < 0.05
