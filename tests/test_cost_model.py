"""The cost model on runs whose costs are known."""

from itertools import pairwise
from multiprocessing.pool import ThreadPool

import numpy as np
import pandas as pd
import pytest
from known_costs import (
    ALONE,
    CHEAP,
    COSTS,
    INTERPRETERS,
    JOBS,
    SIZES,
    amounts_at,
    file,
    phase_at,
    study,
)

from costs.advice import Program, predict
from costs.cost_model import computed_for, shipments
from costs.fit_models import fit, garbage_shown, limits_of_garbage
from costs.garbage import enough_garbage
from costs.held_out import (
    COVERED,
    coverage,
    errors,
    errors_of,
    held_out,
    memory_errors,
    quantile_of,
    time_errors,
)
from costs.kinds import hull


@pytest.mark.parametrize("strategy", ["argument", "argument_chunked"])
def test_known_costs_are_found_again(strategy):
    (model,) = fit(study(strategy=strategy)).values()
    assert model.values == pytest.approx(COSTS, rel=0.1, abs=2e-5)
    for name in COSTS:
        assert model.low[name] <= model.values[name] <= model.high[name]


def test_garbage_is_found_and_how_much_of_it_is_collected():
    """As PyPy leaves it: 0.2 KiB of every item read, 240 MiB at most."""
    garbage = {"garbage, an item": 2e-4, "a worker's garbage, an item": 2e-4}
    (model,) = fit(study(COSTS | garbage, full=1.2e6), resamples=0).values()
    assert model.full == pytest.approx(1.2e6, rel=0.4)  # 30 amounts are tried, over 6 decades
    for size, jobs, workers in [(10_000, 100, 2), (2_000_000, 50, 4), (40_000_000, 100, 2)]:
        at = amounts_at(size, jobs, workers, jobs, 1.2e6)
        exact = phase_at(COSTS | garbage, "memory_mib", at)
        at["garbage"] = min(size, model.full)
        at["its garbage"] = min(size * jobs, workers * model.full)
        assert phase_at(model.values, "memory_mib", at) == pytest.approx(exact, rel=0.1)


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


def study_held_out(by, moved=0.01):
    """Return what is held out of three strategies whose costs are known."""
    runs = [
        study(ALONE, "serial", "none", (1,), moved),
        study(ALONE | {"start a worker": 0.01}, "global", moved=moved),
        study(COSTS, "argument", moved=moved),
    ]
    return held_out(pd.concat(runs), by, {("cpython", "scan"): 4e-5}, INTERPRETERS)


@pytest.mark.parametrize("by", ["size", "jobs"])
def test_what_was_not_seen_is_predicted(by):
    table = study_held_out(by)
    assert set(table[by]) == set({"size": SIZES, "jobs": JOBS}[by])
    assert set(table["strategy"]) == {"global", "argument"}
    time, memory = errors(table)
    assert time.median() < 0.05 and memory.median() < 0.05


def test_errors_cover_what_was_held_out():
    table = study_held_out("size", moved=0.1)
    known = errors_of(table)("cpython", "scan")
    for off, error in (
        (time_errors(table, known["work"]), known["time"]),
        (memory_errors(table), known["memory"]),
    ):
        assert np.mean(off <= error * (1 + 1e-9)) >= COVERED
    found = coverage(table)["cpython"]
    assert found["cells"] == len(table) and found["time"] > 0.5 and found["memory"] > 0.5


def test_quantile_is_that_of_a_further_value():
    assert quantile_of(range(1, 20)) == 19  # 95 % of 20 with the further one
    assert quantile_of(range(1, 100)) == 95


def test_curve_of_what_is_copied_is_concave_and_never_falls():
    """Who reads as many items of larger data never copies less."""
    line = hull([(0.001, 0.3), (0.01, 0.2), (0.1, 0.31), (0.5, 0.9), (1.0, 1.0)])
    assert line[0] == [0.0, 0.0] and line[-1] == [1.0, 1.0]
    slopes = [(high - low) / (right - left) for (left, low), (right, high) in pairwise(line)]
    assert slopes == sorted(slopes, reverse=True) and slopes[-1] >= 0


def test_two_sizes_leave_the_garbage_to_what_the_interpreter_shows_elsewhere():
    """Two sizes cannot separate a line from a bend: the limit is that of the other data."""
    costs = COSTS | {"garbage, an item": 2e-4, "a worker's garbage, an item": 2e-4}
    seen = study(costs, full=1.2e6)
    known = limits_of_garbage(garbage_shown(seen.assign(implementation="PyPy"), {}))
    assert known == {"cpython": pytest.approx(240, rel=0.4)}  # the name is only a name
    few = seen[seen["size"] < 4_000_000].assign(implementation="PyPy")
    assert enough_garbage(few) == 0.0
    assert enough_garbage(few, limit=known["cpython"]) == pytest.approx(1.2e6, rel=1)
    counted = few.assign(implementation="CPython")
    assert enough_garbage(counted, limit=known["cpython"]) == 0.0, "frees it at once"


def test_warming_up_is_separate_from_computing():
    """As a just-in-time compiler does, or an import: 5 ms, whatever the number of items."""
    costs = COSTS | {"warm up": 0.005, "ship a job": 0.0, "ship a job's item": 0.0}
    costs |= {"touch an item first": 0.0}
    seen = study(costs, "serial", "none", workers=(1,))
    (model,) = fit(seen, resamples=0).values()
    assert model.values["warm up"] == pytest.approx(0.005, rel=0.1)
    assert model.values["compute an item"] == pytest.approx(3e-8, rel=0.05)
    (with_workers,) = fit(study(costs), resamples=0).values()
    assert with_workers.values["warm up"] == pytest.approx(0.005, rel=0.1)


def test_work_that_is_not_in_proportion_to_the_size_is_no_cost_of_workers():
    """Items of large data take longer, out of the caches: with workers, and without them."""
    alone, inherited = study(ALONE, "serial", "none", (1,)), study(ALONE, "global", "fork", (2,))
    runs = pd.concat([alone, inherited])
    runs = runs[runs["jobs"] > 1]
    slower = runs["size"].map({SIZES[0]: 1.0, SIZES[1]: 2.0, SIZES[2]: 4.0})
    runs = runs.assign(total_s=runs["total_s"] + runs["map_s"] * (slower - 1))
    runs["map_s"] *= slower
    model = fit(runs, 0)["cpython", "scan", "global", "fork"]
    assert model.values["compute an item"] < 0.05 * ALONE["compute an item"]


def test_what_a_worker_does_once_is_no_cost_of_each_job():
    """Seen with ten jobs alone, it is put down to neither: a study without data knows."""
    costs = COSTS | {"warm up": 0.3, "ship a job": 1e-4, "ship a job's item": 0.0}
    seen = study(costs, "initializer", "spawn", workers=(2,))
    seen = seen[seen["jobs"] == 10]
    empty = [study(CHEAP | {"ship a job": 1e-4}, "empty", workers=(2,)).assign(size=0)]
    empty.append(seen[seen["size"] == SIZES[0]].assign(size=1))
    fitted = fit(pd.concat([seen, *empty]), resamples=0)
    model = next(one for (_, _, name, _), one in fitted.items() if name == "initializer")
    assert model.values["warm up"] == pytest.approx(0.3, rel=0.2)
    assert model.values["ship a job"] < 0.01  # all of it: 0.03


def test_program_without_workers_ships_nothing():
    (model,) = fit(study(strategy="serial", method="none", workers=(1,)), resamples=0).values()
    assert model.values["ship a job's item"] == model.values["touch an item first"] == 0


def predicted(found, strategy, **asked):
    """Return what is predicted of a program by one strategy."""
    program = Program("cpython", "scan", 300_000, 10, 0.009, 2, 2, **asked)
    (kind,) = (one for one in found["kinds"] if one["strategy"] == strategy)
    return predict(found, kind, program)


@pytest.fixture
def files():
    """Return a function that makes costs.json of runs that vary by so much."""

    def made(moved):
        runs = [study(ALONE, "serial", "none", (1,), moved), study(COSTS, moved=moved)]
        return file(fit(pd.concat(runs)), errors={"time": 0.0, "work": 0.0, "memory": 0.0})

    return made


def test_prediction_has_an_interval(files):
    """Wider where the runs vary more; of time and of memory."""
    quiet, loud = (predicted(files(moved), "argument").candidate for moved in (0.01, 0.3))
    for one in (quiet, loud):
        assert one.low < one.seconds < one.high and one.least_mib < one.memory_mib < one.most_mib
    assert quiet.high - quiet.low < (loud.high - loud.low) / 5


def test_prediction_is_the_sum_of_the_terms(files):
    one = predicted(files(0.0), "argument")
    at = amounts_at(300_000, 10, 2, 10)
    phases = [phase_at(COSTS, phase, at) for phase in ("publish_s", "start_s", "map_s", "stop_s")]
    # A job's own time is asked for, and is what walking the data takes.
    assert one.candidate.seconds == pytest.approx(sum(phases), rel=0.02)
    assert one.candidate.memory_mib == pytest.approx(phase_at(COSTS, "memory_mib", at), rel=0.02)


def test_formulas_are_what_the_file_describes():
    """Whatever a file describes is computed, so that no reader needs a formula of its own."""
    terms = {"time": {"a": {"items": 1, "jobs": -1}, "b": {}}}
    steps = {
        "seconds": ["+", ["sum", "time"], ["*", 2, "jobs"]],
        "least": ["min", ["value", "b"], ["/", "items", 3], ["ceil", 2.1]],
        "off": ["-", ["hypot", 3, 4], ["spread", "time"], ["log", ["exp", 1]]],
        "height": ["if", 0, 1, ["if", "jobs", ["curve", 0.25], 7]],
    }
    described = {"terms": terms, "amounts": {"double": ["*", 2, "items"]}, "steps": steps}
    kind = {
        "is": {}, "values": {"a": 5.0, "b": 100.0}, "curve": [[0, 0], [0.5, 1], [1, 2]],
        "spread": {"time": [[0.1, 0.0], [0.0, 0.0]]},
    }  # fmt: skip
    found = computed_for(described, kind, {"items": 30.0, "jobs": 3.0})
    assert found["double"] == 60 and found["seconds"] == 5 * 10 + 100 + 6
    assert found["least"] == 3 and found["height"] == 0.5
    assert found["off"] == pytest.approx(5 - 1.0 - 1.0)


def test_workers_without_data_are_never_advised():
    assert fit(study(CHEAP, "empty"), resamples=0) == {}


def test_private_memory_of_a_worker_shows_what_more_workers_take():
    """All runs had two workers: their own memory is known, and so is that of eight."""
    rows = study(workers=(2,))
    each = COSTS["a worker"] + COSTS["a worker's own, an item"] * rows["size"]
    (model,) = fit(rows.assign(workers_uss_mib=each), resamples=0).values()
    right = COSTS["interpreter"] + 4_000_000 * COSTS["the data, an item"]
    right += 8 * (COSTS["a worker"] + 4_000_000 * COSTS["a worker's own, an item"])
    at = amounts_at(4_000_000, 10, 8, 10)
    assert phase_at(model.values, "memory_mib", at) == pytest.approx(right, rel=0.05)
