"""Which strategy is advised to a program, by models of known costs."""

import pandas as pd
import pytest
from known_costs import ALONE, CHEAP, COSTS, models, study

from costs.advice import Program, equals, predictions
from costs.break_even import job_seconds_to_pay, jobs_to_pay
from costs.fit_costs import fit

PROGRAM = Program("cpython", "scan", size=300_000, jobs=10, workers=2, cpus=2, job_s=0.01)


def best(**asked):
    program = Program(
        "cpython", "scan", **{"size": 300_000, "jobs": 10, "workers": 2, "cpus": 2} | asked
    )
    return predictions(models(), program)


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
    seconds = {one.strategy: one.seconds for one in predictions(found, program)}
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
    for one in predictions(found, program):
        assert one.seconds == pytest.approx(10, rel=0.02) and one.workers == 1


def test_what_was_measured_comes_before_an_equal_projection():
    inherited = ALONE | {"start a worker": 0.01, "a worker": 3.0}
    small = study(inherited | {"a worker": 2.0}, "closure")
    small = small[small["size"] < 4_000_000]
    found = fit(
        pd.concat([study(ALONE, "serial", "none", (1,)), study(inherited, "global"), small]), 0
    )
    program = Program("cpython", "scan", size=4_000_000, jobs=10, workers=2, cpus=2, job_s=1.0)
    first, second = predictions(found, program)[:2]
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
    assert predictions(models(), Program("pypy", "scan", 1, 1, 1, 1)) == []


def test_no_winner_is_named_that_the_intervals_do_not_carry():
    """Two strategies whose runs vary by a third are tied: the one with less memory leads."""
    small = ALONE | {"start a worker": 0.01}
    large = small | {"compute an item": 2.8e-8, "a worker": 300.0}
    runs = [study(ALONE, "serial", "none", (1,)), study(small, "global", moved=0.3)]
    found = predictions(fit(pd.concat([*runs, study(large, "closure", moved=0.3)])), PROGRAM)
    assert {one.strategy for one in equals(found)} == {"global", "closure"}
    assert found[0].strategy == "global"


def test_clear_winner_is_named_alone():
    assert [one.strategy for one in equals(best(job_s=0.5))] == ["global"]


def test_number_of_jobs_from_which_a_strategy_pays_lies_between():
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


def test_threads_that_take_turns_are_no_faster_with_more_of_them():
    def threads(number):
        asked = best(job_s=1.0, workers=number, cpus=number)
        return next(one.seconds for one in asked if one.strategy == "threads")

    assert threads(64) == pytest.approx(threads(4), rel=0.01)
