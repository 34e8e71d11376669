"""The set of the best: equal ones stay, and the true best is hardly ever excluded."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import dunnett, t

from stats.priors import Prior, Priors
from stats.with_the_best import dunnett_quantile, standing

DRIFT = 0.25
NOISE = 0.03
PRIOR = Prior(4.0, np.log(2 * NOISE**2), 0.0, 1.0, 1.0)
ALONE = Prior(4.0, np.log(DRIFT**2), 0.0, 1.0, 1.0)
PRIORS = Priors(PRIOR, ALONE, PRIOR)


def times(rng, blocks, noise=NOISE, **factors):
    drift = rng.normal(0, DRIFT, blocks)
    return pd.DataFrame(
        {
            name: np.exp(np.log(factor) + drift + rng.normal(0, noise, blocks))
            for name, factor in factors.items()
        }
    )


# C. W. Dunnett's table of 1955, one-sided, joint confidence 95 %.
@pytest.mark.parametrize(
    "comparisons, freedom, expected",
    [(2, 5, 2.44), (5, 5, 2.98), (2, 10, 2.15), (9, 10, 2.81), (4, 20, 2.30)],
)
def test_quantile_is_that_of_dunnetts_table(comparisons, freedom, expected):
    assert dunnett_quantile(comparisons, freedom) == pytest.approx(expected, abs=0.011)


@pytest.mark.parametrize("freedom", [2, 3.05, 8, 40])
def test_quantile_of_one_comparison_is_students(freedom):
    assert dunnett_quantile(1, freedom) == pytest.approx(t.ppf(0.95, freedom), rel=2e-3)


def test_quantile_agrees_with_scipys_test():
    """At the quantile, SciPy's p-value for the largest of three comparisons is 5 %."""
    rng = np.random.default_rng(4)
    samples = [rng.normal(0, 1, 6) for _ in range(4)]
    pooled = np.mean([one.var(ddof=1) for one in samples])
    step = dunnett_quantile(3, 20) * np.sqrt(pooled * 2 / 6)
    control = samples[0] - samples[0].mean()
    shifted = [one - one.mean() for one in samples[1:3]] + [samples[3] - samples[3].mean() + step]
    found = dunnett(*shifted, control=control, alternative="greater", random_state=rng)
    assert found.pvalue[2] == pytest.approx(0.05, abs=0.003)


def test_the_best_is_a_set():
    found = standing(times(np.random.default_rng(3), 6, a=1.0, b=1.01, c=1.5, d=3.0), PRIORS)
    assert set(found.tied) == {"a", "b"} and found.open == []


def test_one_clearly_better_stands_alone_after_one_block():
    found = standing(times(np.random.default_rng(3), 1, a=1.0, b=1.6, c=1.7), PRIORS)
    assert found.may_be_best == ["a"]


def test_what_is_not_shown_to_be_slower_is_open_rather_than_tied():
    table = pd.DataFrame({"a": [1.0], "b": [1.09], "c": [1.04], "d": [9.0]})
    found = standing(table, PRIORS)
    assert (found.tied, found.open) == (["a", "c"], ["b"])


def test_what_is_shown_to_be_slower_is_not_tied_though_it_is_near():
    table = pd.DataFrame({"a": [1.0] * 30, "b": [1.04] * 30})
    table *= np.exp(np.random.default_rng(1).normal(0, DRIFT, (30, 1)))
    assert standing(table, PRIORS).may_be_best == ["a"]


def test_a_margin_of_five_percent_counts_as_equal():
    firm = Prior(4.0, np.log(0.05**2), 0.0, 1.0, 1.0)
    table = pd.DataFrame({"a": [1.0], "b": [1.05], "c": [1.06]})
    assert standing(table, Priors(firm, ALONE, firm)).tied == ["a", "b"]


def test_leader_is_found_by_common_blocks():
    """`a` was measured in a quick block that `b` missed, but is slower wherever both are."""
    table = pd.DataFrame({"a": [2.2, 2.2, 0.5], "b": [2.0, 2.0, np.nan], "c": [6.0, 6.0, 1.4]})
    assert standing(table, PRIORS).tied[0] == "b"


def test_leader_by_its_mean_can_leave_the_set():
    """By its mean over all blocks `b` leads; in the blocks that both have, `a` is faster."""
    table = pd.DataFrame(
        {"a": [1.0] * 4 + [np.nan] * 2, "b": [1.3] * 4 + [0.1] * 2, "c": [3.0] * 4 + [0.3] * 2}
    )
    assert np.log(table).mean().idxmin() == "b"
    assert standing(table, PRIORS).may_be_best == ["a"]


def test_cells_without_a_common_block_are_compared_by_how_far_blocks_lie_apart():
    table = pd.DataFrame({"a": [1.0, np.nan], "b": [np.nan, 1.5], "c": [np.nan, 9.0]})
    assert set(standing(table, PRIORS).may_be_best) == {"a", "b"}


@pytest.mark.parametrize("blocks", [1, 3])
def test_the_true_best_stays_though_nothing_shares_a_block_with_it(blocks):
    rng = np.random.default_rng(blocks)
    lost = []
    for _ in range(400):
        alone, rest = times(rng, blocks, a=1.0), times(rng, blocks, b=1.0, c=1.0, d=1.0)
        table = pd.concat([alone, rest], ignore_index=True)
        lost.append("a" not in standing(table, PRIORS).may_be_best)
    assert np.mean(lost) < 0.05


def test_one_cell_is_the_best():
    assert standing(pd.DataFrame({"a": [1.0]}), PRIORS).tied == ["a"]


@pytest.mark.parametrize("blocks", [1, 3])
@pytest.mark.parametrize("others", [2, 12])
def test_the_true_best_is_excluded_in_fewer_than_5_of_100_studies(blocks, others):
    rng = np.random.default_rng(blocks + others)
    equal = dict.fromkeys([f"s{number}" for number in range(others)], 1.0)
    lost = [
        "a" not in standing(times(rng, blocks, a=1.0, **equal), PRIORS).may_be_best
        for _ in range(400)
    ]
    assert np.mean(lost) < 0.05
