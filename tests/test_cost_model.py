"""The cost model on runs whose costs are known, and the advice that it gives."""

from multiprocessing.pool import ThreadPool

import numpy as np
import pandas as pd
import pytest

from answers.advice import Program, equals, ways
from answers.break_even import job_seconds_to_pay, jobs_to_pay, with_interval
from answers.cost_model import KIND, TERMS, Asked, shipments
from answers.fit_costs import enough_garbage, fit, limits_of_garbage
from answers.held_out import errors, held_out
from words.mechanisms import CHUNKED

COSTS = {
    "publish": 0.004,
    "publish an item": 2e-7,
    "start": 0.006,
    "start a worker": 0.012,
    "start a worker, an item": 6e-8,
    "compute an item": 3e-8,
    "warm up": 0.0,
    "touch an item first": 1e-7,
    "ship a job": 2e-3,
    "ship a job's item": 4e-8,
    "stop": 0.005,
    "stop a worker": 0.006,
    "interpreter": 12.0,
    "the data, an item": 4e-5,
    "garbage, an item": 0.0,
    "a worker": 3.0,
    "a worker's own, an item": 3e-5,
    "a worker's garbage, an item": 0.0,
}
SIZES, JOBS, WORKERS, CPUS = (10_000, 300_000, 4_000_000), (1, 10, 100), (1, 2, 4), 2
MOVED = 0.01  # the spread of the runs' times


def study(costs=COSTS, strategy="argument", method="fork", workers=WORKERS, moved=MOVED, full=0.0):
    """Return four runs of every cell, made from known costs; `full`: items of garbage at most."""
    random = np.random.default_rng(1)
    rows = []
    for size in SIZES:
        for jobs in JOBS:
            for number in workers:
                sent = float(shipments(jobs, number, strategy in CHUNKED))
                p = float(min(number, CPUS))
                at = Asked(float(size), float(jobs), float(number), p, sent, full)
                exact = {
                    phase: sum(costs[name] * paid(at) for name, (_, paid) in terms.items())
                    for phase, terms in TERMS.items()
                }
                for repeat in range(1, 5):
                    row = {
                        name: value * random.lognormal(0, moved) for name, value in exact.items()
                    }
                    row["total_s"] = sum(v for name, v in row.items() if name.endswith("_s"))
                    key = ("cpython", "scan", strategy, method)
                    row |= dict(zip(KIND, key, strict=True)) | {"experiment": "one"}
                    row |= {"size": size, "jobs": jobs, "workers": number, "repeat": repeat}
                    if full:
                        row["workers_uss_mib"] = own_mib(costs, at) * random.lognormal(0, moved)
                    rows.append(row | {"usable_cpus": CPUS})
    return pd.DataFrame(rows)


def own_mib(costs, at):
    """Return what each of the workers has for itself."""
    read = costs["a worker's garbage, an item"] * min(at.n * at.jobs / at.w, at.full)
    return costs["a worker"] + costs["a worker's own, an item"] * at.n + read


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
        at = Asked(size, jobs, workers, 2, jobs, 1.2e6)
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
    """Two sizes tell no line from a bend: the limit is that of the other data."""
    costs = COSTS | {"garbage, an item": 2e-4, "a worker's garbage, an item": 2e-4}
    seen = study(costs, full=1.2e6)
    known = limits_of_garbage(seen.assign(implementation="PyPy"), {})
    assert known == {"cpython": pytest.approx(240, rel=0.4)}  # the name is only a name
    few = seen[seen["size"] < 4_000_000].assign(implementation="PyPy")
    assert enough_garbage(few) == 0.0
    assert enough_garbage(few, limit=known["cpython"]) == pytest.approx(1.2e6, rel=1)
    counted = few.assign(implementation="CPython")
    assert enough_garbage(counted, limit=known["cpython"]) == 0.0, "frees it at once"


def test_warming_up_is_told_from_computing_without_workers():
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


def test_what_lies_outside_is_told():
    (model,) = fit(study(), resamples=0).values()
    assert model.outside(size=8_000_000, jobs=10, workers=2) == {"size": 2.0}
    assert model.outside(size=5_000) == {"size": 0.5}


CHEAP = dict.fromkeys(COSTS, 0.0) | {"compute an item": 3e-8, "interpreter": 12.0}
ALONE = CHEAP | {"the data, an item": 4e-5}


def models(resamples=0):
    """Return models of three ways: without workers, inherited, sent with every job."""
    inherited = ALONE | {"start a worker": 0.01, "a worker": 3.0, "a worker's own, an item": 3e-5}
    # By two threads as fast as by none: they take turns.
    held_up = ALONE | {"compute an item": 6e-8, "start a worker": 0.01}
    return fit(
        pd.concat(
            [
                study(ALONE, "serial", "none", (1,)),
                study(inherited, "global"),
                study(COSTS, "argument"),
                study(held_up, "threads", "none"),
            ]
        ),
        resamples,
    )


PROGRAM = Program("cpython", "scan", size=300_000, jobs=10, workers=2, cpus=2, job_s=0.01)


def best(**asked):
    program = Program(
        "cpython", "scan", **{"size": 300_000, "jobs": 10, "workers": 2, "cpus": 2} | asked
    )
    return ways(models(), program)


def test_short_jobs_need_no_workers_and_long_ones_do():
    assert best(size=10_000, job_s=0.0)[0].strategy == "serial"
    assert best(job_s=0.5)[0].strategy == "global"
    assert best(job_s=0.5)[0].seconds == pytest.approx(2.5, rel=0.05)
    assert [one.strategy for one in best(job_s=0.5)][-1] in ("serial", "threads", "argument")


@pytest.mark.parametrize(("each", "faster"), [(3e-8, True), (5e-8, False)])
def test_threads_that_take_turns_beat_no_single_one(each, faster):
    """Unless what they compute lets go of the GIL: two then pay by the item what one does."""
    threads = CHEAP | {"compute an item": each}
    found = fit(
        pd.concat([study(ALONE, "serial", "none", (1,)), study(threads, "threads", "none")]), 0
    )
    program = Program("cpython", "scan", size=4_000_000, jobs=100, workers=2, cpus=2)
    seconds = {one.strategy: one.seconds for one in ways(found, program)}
    if faster:
        assert seconds["threads"] < 0.6 * seconds["serial"]
    else:
        assert seconds["threads"] == pytest.approx(seconds["serial"])


def test_threads_of_a_library_are_no_workers_for_the_rest_of_a_job():
    found = fit(
        pd.concat(
            [study(ALONE, name, "none", (1,)) for name in ("serial", "serial_library_threads")]
        ),
        0,
    )
    program = Program("cpython", "scan", size=10_000, jobs=100, workers=2, cpus=2, job_s=0.1)
    for one in ways(found, program):
        assert one.seconds == pytest.approx(10, rel=0.02) and one.workers == 1


def test_what_was_measured_comes_before_an_equal_projection():
    inherited = ALONE | {"start a worker": 0.01, "a worker": 3.0}
    small = study(inherited | {"a worker": 2.0}, "closure")
    small = small[small["size"] < 4_000_000]
    found = fit(
        pd.concat([study(ALONE, "serial", "none", (1,)), study(inherited, "global"), small]), 0
    )
    program = Program("cpython", "scan", size=4_000_000, jobs=10, workers=2, cpus=2, job_s=1.0)
    first, second = ways(found, program)[:2]
    assert second.memory_mib < first.memory_mib
    assert (first.strategy, second.strategy) == ("global", "closure")
    assert second.outside == {"size": pytest.approx(4_000_000 / 300_000)}


def test_break_even_lies_between():
    all_models = models()
    inherited = all_models["cpython", "scan", "global", "fork"]
    alone = all_models["cpython", "scan", "serial", "none"]
    pays = job_seconds_to_pay(inherited, alone, 10_000, 10, 2)
    assert 0 < pays < 0.1
    walk = 10_000 * COSTS["compute an item"]
    assert best(size=10_000, job_s=walk + pays * 0.5)[0].strategy != "global"
    assert best(size=10_000, job_s=walk + pays * 2)[0].strategy == "global"


def test_what_does_not_fit_in_memory_comes_last():
    large = best(size=4_000_000, job_s=1.0, memory_mib=300)
    assert large[0].strategy == "threads" or large[0].strategy == "serial"
    assert not large[-1].fits


def test_threads_share_one_lock_where_there_is_one():
    def threads(**asked):
        return next(one for one in best(job_s=1.0, **asked) if one.strategy == "threads")

    assert threads().seconds == pytest.approx(2 * threads(gil=False).seconds, rel=0.1)
    assert threads().seconds > 10


def test_program_that_was_not_measured_has_no_advice():
    assert ways(models(), Program("pypy", "scan", 1, 1, 1, 1)) == []


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


def test_no_winner_is_named_that_the_intervals_do_not_carry():
    """Two ways whose runs vary by a third: neither is better, so the one with less memory leads."""
    small = ALONE | {"start a worker": 0.01}
    large = small | {"compute an item": 2.8e-8, "a worker": 300.0}
    runs = [study(ALONE, "serial", "none", (1,)), study(small, "global", moved=0.3)]
    found = ways(fit(pd.concat([*runs, study(large, "closure", moved=0.3)])), PROGRAM)
    assert {one.strategy for one in equals(found)} == {"global", "closure"}
    assert found[0].strategy == "global"


def test_clear_winner_is_told_alone():
    assert [one.strategy for one in equals(best(job_s=0.5))] == ["global"]


def test_number_of_jobs_from_which_one_way_pays_lies_between():
    all_models = models()
    inherited = all_models["cpython", "scan", "global", "fork"]
    alone = all_models["cpython", "scan", "serial", "none"]
    size = 300_000
    jobs = jobs_to_pay(inherited, alone, size, 2, other_workers=1)
    assert 1 < jobs < 100
    for number, faster in ((jobs * 0.5, False), (jobs * 2, True)):
        assert (inherited.total(size, number, 2) < alone.total(size, number, 1)) == faster
    assert jobs_to_pay(alone, inherited, size, 1, other_workers=2) == float("inf")
    assert jobs_to_pay(inherited, all_models["cpython", "scan", "argument", "fork"], size, 2) == 0


def test_number_computed_from_models_has_an_interval():
    model = fit(study())["cpython", "scan", "argument", "fork"]
    value, low, high = with_interval(lambda one: one.values["publish an item"], model)
    assert low <= value <= high and low == pytest.approx(model.low["publish an item"])


def test_memory_has_an_interval():
    (model,) = fit(study(moved=0.1)).values()
    low, high = model.memory_interval(300_000, 10, 2)
    assert low < model.memory(300_000, 10, 2) < high


def test_what_a_worker_has_for_itself_tells_what_more_workers_take():
    """All runs had two workers: their own memory is known, and so is that of eight."""
    rows = study(workers=(2,))
    each = COSTS["a worker"] + COSTS["a worker's own, an item"] * rows["size"]
    (model,) = fit(rows.assign(workers_uss_mib=each), resamples=0).values()
    right = COSTS["interpreter"] + 4_000_000 * COSTS["the data, an item"]
    right += 8 * (COSTS["a worker"] + 4_000_000 * COSTS["a worker's own, an item"])
    assert model.memory(4_000_000, 10, 8) == pytest.approx(right, rel=0.05)


def test_threads_that_take_turns_are_no_faster_with_more_of_them():
    def threads(number):
        asked = best(job_s=1.0, workers=number, cpus=number)
        return next(one.seconds for one in asked if one.strategy == "threads")

    assert threads(64) == pytest.approx(threads(4), rel=0.01)
