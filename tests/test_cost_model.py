"""The cost model on runs whose costs are known."""

from multiprocessing.pool import ThreadPool

import numpy as np
import pytest
from known_costs import CHEAP, COSTS, JOBS, SIZES, study

from costs.break_even import with_interval
from costs.cost_model import TERMS, Amounts, shipments
from costs.fit_costs import fit, limits_of_garbage
from costs.garbage import enough_garbage
from costs.held_out import errors, held_out


@pytest.mark.parametrize("strategy", ["argument", "argument_chunked"])
def test_known_costs_are_found_again(strategy):
    (model,) = fit(study(strategy=strategy)).values()
    assert model.values == pytest.approx(COSTS, rel=0.1)
    for name in COSTS:
        assert model.low[name] <= model.values[name] <= model.high[name]


def test_garbage_is_found_and_how_much_of_it_is_collected():
    """As PyPy leaves it: 0.2 KiB of every item read, 240 MiB at most."""
    garbage = {"garbage, an item": 2e-4, "a worker's garbage, an item": 2e-4}
    (model,) = fit(study(COSTS | garbage, full=1.2e6), resamples=0).values()
    assert model.full == pytest.approx(1.2e6, rel=0.4)  # 30 amounts are tried, over 6 decades
    for size, jobs, workers in [(10_000, 100, 2), (2_000_000, 50, 4), (40_000_000, 100, 2)]:
        at = Amounts(size, jobs, workers, 2, jobs, 1.2e6)
        exact = sum(
            (COSTS | garbage)[name] * paid(at) for name, (_, paid) in TERMS["memory_mib"].items()
        )
        assert model.memory(size, jobs, workers) == pytest.approx(exact, rel=0.1)


def test_no_garbage_where_memory_grows_with_the_data_alone():
    (model,) = fit(study(full=1.2e6), resamples=0).values()
    assert model.full == 0.0
    assert model.values["a worker's garbage, an item"] == 0.0


def test_no_cost_is_negative_and_what_is_not_paid_is_nothing():
    free = COSTS | {"ship a job's item": 0.0, "publish": 0.0}
    (model,) = fit(study(free), resamples=5).values()
    assert min(model.values.values()) >= 0
    assert model.values["ship a job's item"] < COSTS["ship a job's item"] / 50


@pytest.mark.parametrize(
    ("jobs", "workers", "times"), [(10, 2, 5), (100, 2, 8), (3, 2, 3), (100, 1, 4), (1, 4, 1)]
)
def test_chunks_are_those_of_a_pool(jobs, workers, times):
    """Seen in a pool itself: a chunk is a task."""
    assert shipments(jobs, workers, True) == times
    assert shipments(jobs, workers, False) == jobs
    with ThreadPool(workers) as pool:
        assert pool.map_async(id, range(jobs))._number_left == times


@pytest.mark.parametrize("by", ["size", "jobs"])
def test_what_was_not_seen_is_predicted(by):
    table = held_out(study(), by)
    assert set(table[by]) == set({"size": SIZES, "jobs": JOBS}[by])
    time, memory = errors(table)
    assert time.median() < 0.05 and memory.median() < 0.05


def test_two_sizes_leave_the_garbage_to_what_the_interpreter_shows_elsewhere():
    """Two sizes cannot separate a line from a bend: the limit is that of the other data."""
    costs = COSTS | {"garbage, an item": 2e-4, "a worker's garbage, an item": 2e-4}
    seen = study(costs, full=1.2e6)
    known = limits_of_garbage(seen.assign(implementation="PyPy"), {})
    assert known == {"cpython": pytest.approx(240, rel=0.4)}  # the name is only a name
    few = seen[seen["size"] < 4_000_000].assign(implementation="PyPy")
    assert enough_garbage(few) == 0.0
    assert enough_garbage(few, limit=known["cpython"]) == pytest.approx(1.2e6, rel=1)
    counted = few.assign(implementation="CPython")
    assert enough_garbage(counted, limit=known["cpython"]) == 0.0, "frees it at once"


def test_warming_up_is_separate_from_computing_without_workers():
    """As a just-in-time compiler does: 5 ms, whatever the number of items."""
    costs = COSTS | {"warm up": 0.005, "ship a job": 0.0, "ship a job's item": 0.0}
    costs |= {"touch an item first": 0.0}
    seen = study(costs, "serial", "none", workers=(1,))
    (model,) = fit(seen, resamples=0).values()
    assert model.values["warm up"] == pytest.approx(0.005, rel=0.1)
    assert model.values["compute an item"] == pytest.approx(3e-8, rel=0.05)
    (with_workers,) = fit(study(costs), resamples=0).values()
    assert with_workers.values["warm up"] == 0.0


def test_program_without_workers_ships_nothing():
    (model,) = fit(study(strategy="serial", method="none", workers=(1,)), resamples=0).values()
    assert model.values["ship a job's item"] == model.values["touch an item first"] == 0


def test_what_lies_outside_is_reported():
    (model,) = fit(study(), resamples=0).values()
    assert model.outside(size=8_000_000, jobs=10, workers=2) == {"size": 2.0}
    assert model.outside(size=5_000) == {"size": 0.5}


def test_prediction_has_an_interval():
    """Wider where the runs vary more; of the truth, since the resamples are of its runs."""
    asked = (300_000, 10, 2)
    quiet, loud = (next(iter(fit(study(moved=moved)).values())) for moved in (0.01, 0.3))
    for model in (quiet, loud):
        low, high = model.interval(*asked)
        assert low < model.total(*asked) < high
    assert np.ptp(quiet.interval(*asked)) < np.ptp(loud.interval(*asked)) / 5


def test_workers_without_data_are_never_advised():
    assert fit(study(CHEAP, "empty"), resamples=0) == {}


def test_number_computed_from_models_has_an_interval():
    model = fit(study())["cpython", "scan", "argument", "fork"]
    value, low, high = with_interval(lambda one: one.values["publish an item"], model)
    assert low <= value <= high and low == pytest.approx(model.low["publish an item"])


def test_memory_has_an_interval():
    (model,) = fit(study(moved=0.1)).values()
    low, high = model.memory_interval(300_000, 10, 2)
    assert low < model.memory(300_000, 10, 2) < high


def test_private_memory_of_a_worker_shows_what_more_workers_take():
    """All runs had two workers: their own memory is known, and so is that of eight."""
    rows = study(workers=(2,))
    each = COSTS["a worker"] + COSTS["a worker's own, an item"] * rows["size"]
    (model,) = fit(rows.assign(workers_uss_mib=each), resamples=0).values()
    right = COSTS["interpreter"] + 4_000_000 * COSTS["the data, an item"]
    right += 8 * (COSTS["a worker"] + 4_000_000 * COSTS["a worker's own, an item"])
    assert model.memory(4_000_000, 10, 8) == pytest.approx(right, rel=0.05)
