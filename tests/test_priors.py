"""The prior of a study: fitted to its own replicates, and never narrower than the published one."""

import numpy as np
import pandas as pd
import pytest
from measuring import PROJECT
from scipy.special import polygamma

from stats import fit_priors
from stats.priors import (
    ENOUGH_VARIANCES,
    MOST_GIVEN,
    Prior,
    cells_measured_once,
    fitted,
    inverse_trigamma,
    priors_of,
    published_priors,
    variances_of,
)

MODULE = PROJECT / "scripts" / "stats" / "published_priors.py"


def drawn(rng, number, d0=4.0, sd=0.05, slope=0.0, freedom=2):
    """Return a table of variances drawn by the model: s0² d0 / χ²(d0), then χ²(freedom)."""
    seconds = np.exp(rng.uniform(np.log(0.05), np.log(20), number))
    true = sd**2 * seconds**slope * d0 / rng.chisquare(d0, number)
    variance = true * rng.chisquare(freedom, number) / freedom
    return pd.DataFrame({"variance": variance, "freedom": freedom, "seconds": seconds})


def study(blocks=3, cells=40, noise=0.05, **columns):
    """Return runs that count: groups of two cells, the first without workers."""
    rng = np.random.default_rng(5)
    rows = []
    for block in range(blocks):
        for number in range(cells):
            for strategy in ("serial", "global"):
                rows.append(
                    {
                        "experiment": "e", "interpreter": "cpython", "strategy": strategy,
                        "start_method": "fork", "size": number, "workers": 1, "jobs": 4,
                        "block": 1000 * block + number, "workers_uss_mib": 5.0, "wall_s": 1.0,
                        "total_s": np.exp(rng.normal(0, noise)),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows).assign(**columns)


def test_moments_find_what_the_variances_were_drawn_from():
    found = fitted(drawn(np.random.default_rng(1), 20_000, d0=4.0, sd=0.05))
    assert found.freedom == pytest.approx(4.0, rel=0.1)
    assert np.sqrt(found.variance(1.0)) == pytest.approx(0.05, rel=0.05)
    assert found.slope == pytest.approx(0.0, abs=0.03)


def test_trend_follows_the_length_of_a_run():
    found = fitted(drawn(np.random.default_rng(1), 20_000, slope=-0.5))
    assert found.slope == pytest.approx(-0.5, abs=0.03)
    assert found.variance(0.1) > 2 * found.variance(1.0)
    assert found.variance(1e6) == found.variance(20.0 if found.longest > 20 else found.longest)


def test_variances_that_are_all_alike_make_a_firm_prior():
    found = fitted(drawn(np.random.default_rng(1), 2000, d0=1e6))
    assert found.freedom > 20


def test_few_variances_that_seem_alike_make_no_firm_prior_by_themselves():
    """What chance hides of a few hundred variances is how seldom a cell is much noisier."""
    sample = drawn(np.random.default_rng(1), 300, d0=1e6).assign(freedom=1)
    sample["variance"] = 0.0025 * np.random.default_rng(2).chisquare(1, len(sample))
    assert fitted(sample).freedom < 20
    assert fitted(sample, Prior(3.0, np.log(0.01), -0.4, 0.05, 20.0)).freedom > 20


def test_few_variances_take_the_slope_of_another_prior():
    shape = Prior(3.0, np.log(0.01), -0.4, 0.05, 20.0)
    found = fitted(drawn(np.random.default_rng(1), 40), shape)
    assert (found.slope, found.shortest, found.longest) == (-0.4, 0.05, 20.0)


@pytest.mark.parametrize("value", [0.01, 0.5, 1.6449, 30.0])
def test_inverse_of_trigamma(value):
    assert polygamma(1, inverse_trigamma(value)) == pytest.approx(value)


def test_no_prior_is_narrower_than_the_published_one():
    known = published_priors()
    for noise in (0.001, 0.02, 0.3):
        own = priors_of(study(noise=noise))
        for kind in ("ratios", "times", "memory"):
            one, least = getattr(own, kind), getattr(known, kind)
            lengths = np.geomspace(1e-3, 1e3, 30)
            assert (one.variance(lengths) >= least.variance(lengths)).all()
            assert one.freedom <= least.freedom


def test_a_noisy_machine_has_a_wide_prior():
    known, own = published_priors(), priors_of(study(noise=0.3))
    assert own.replicates == 40
    assert own.ratios.variance(1.0) > 4 * known.ratios.variance(1.0)
    assert np.sqrt(own.ratios.variance(1.0)) == pytest.approx(0.3 * np.sqrt(2), rel=0.3)


def test_without_replicates_the_prior_is_the_published_one():
    own = priors_of(study(blocks=1))
    assert (own.replicates, own.ratios) == (0, published_priors().ratios)
    assert priors_of(study(cells=ENOUGH_VARIANCES - 1, noise=0.3)).ratios == own.ratios


def test_what_rests_on_disturbed_runs_alone_has_a_wider_prior():
    """Of all cells with a quiet run nothing changes, however little the machine gave others."""
    runs = study(blocks=2, noise=0.02, usable_cpus=2.0)
    hit = (runs["size"] == 0) & (runs["strategy"] == "global")
    runs = runs.assign(disturbed=hit, capacity_before=np.where(hit, 1.0, 2.0))
    own, quiet = priors_of(runs), priors_of(runs[~hit])
    serial, slow, fast = (
        runs[(runs["size"] == size) & (runs["strategy"] == strategy)].iloc[0]
        for size, strategy in ((0, "serial"), (0, "global"), (1, "global"))
    )
    assert own.of("total_s", serial, fast) == quiet.ratios
    assert own.of("total_s", slow) == quiet.times.widened(np.log(2) ** 2)
    added = own.of("total_s", serial, slow).variance(9.0) - quiet.ratios.variance(9.0)
    assert added == pytest.approx(np.log(2) ** 2)
    assert own.of("workers_uss_mib", slow) == quiet.memory  # which no neighbour changes


def test_two_that_were_disturbed_alike_were_slowed_down_alike():
    gave = np.resize([1.2, 1.3], 80)
    runs = study(blocks=1, disturbed=True, usable_cpus=2.0, capacity_before=gave)
    own, known = priors_of(runs), published_priors()
    one, other = (runs.iloc[place] for place in (0, 1))
    # With one run a cell nobody knows what that did: at most all of it.
    apart = own.of("total_s", one, other).variance(9.0) - known.ratios.variance(9.0)
    assert apart == pytest.approx(np.log(1.3 / 1.2) ** 2 * 1.5)
    alone = own.of("total_s", one).variance(9.0) - known.times.variance(9.0)
    assert alone > np.log(1.3 / 2) ** 2


@pytest.mark.parametrize("effect", [0.0, 0.3, 1.0])
def test_what_a_lost_share_does_to_a_run_is_seen_by_cells_that_were_measured_twice(effect):
    gave = np.resize([1.2, 1.7, 1.3, 1.6, 1.4, 1.5, 1.25], 160)  # other ones in each block
    runs = study(blocks=2, noise=0.01, disturbed=True, usable_cpus=2.0, capacity_before=gave)
    runs["total_s"] *= (gave / 2) ** -effect
    shares = np.log(gave / 2)
    by_cell = pd.Series(shares).groupby([runs["size"], runs["strategy"]]).mean()
    own = priors_of(runs).disturbed
    found = [one.shift / by_cell[cell[4], cell[2]] for cell, one in own.items()]
    assert found == pytest.approx([effect] * len(found), abs=0.02)


def test_a_disturbed_run_has_lost_something_whatever_was_read():
    runs = study(blocks=1, disturbed=True, capacity_before=2.0, usable_cpus=2.0)
    shifts = {one.shift for one in priors_of(runs).disturbed.values()}
    assert shifts == {np.log(MOST_GIVEN)}


def test_ratios_are_to_the_cell_without_workers_block_by_block():
    runs = study(blocks=2, cells=1)
    runs["total_s"] = [2.0, 1.0, 8.0, 3.0]  # serial, global, serial, global
    found = variances_of(runs)["ratios"]
    assert len(found) == 1
    assert found["variance"].iloc[0] == pytest.approx(np.var(np.log([2, 8 / 3]), ddof=1))
    assert found["seconds"].iloc[0] == pytest.approx(np.sqrt(3))


def test_cells_measured_once():
    runs = study(blocks=2, cells=3)
    once = cells_measured_once(runs[(runs["block"] < 1000) | (runs["size"] == 0)])
    assert set(once["size"]) == {1, 2} and len(once) == 4


def test_nothing_measured_is_no_trouble():
    assert priors_of(study()[:0]).replicates == 0


def test_published_module_is_what_the_command_writes(tmp_path):
    fit_priors.main([str(PROJECT / "results" / "published"), str(tmp_path / "priors.py")])
    assert (tmp_path / "priors.py").read_text() == MODULE.read_text()
