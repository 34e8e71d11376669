"""What is advised to a program, by a costs.json of known costs."""

from dataclasses import replace

import pandas as pd
import pytest
from known_costs import ALONE, CHEAP, COSTS, file, models, study

from costs.advice import Program, advise, job_seconds_to_pay, jobs_to_pay
from costs.answer_words import answer
from costs.fit_models import fit
from costs.lives import Copies

PROGRAM = Program("cpython", "scan", 300_000, 10, 0.01, 2, 2)
WALK = COSTS["compute an item"]


def by_strategy(found, program):
    return {one.candidate.strategy: one for one in advise(found, program).predictions}


def best(**asked):
    return advise(file(), replace(PROGRAM, **asked)).decision


def test_short_jobs_need_no_workers_and_long_ones_do():
    assert best(items=10_000, job_s=0.0003).chosen.strategy == "serial"
    chosen = best(job_s=0.5).chosen
    assert chosen.strategy == "global"
    assert chosen.seconds == pytest.approx(2.5, rel=0.05)


def test_fewer_workers_are_named_where_so_many_do_not_fit():
    asked = replace(PROGRAM, items=4_000_000, jobs=100, job_s=1.0, workers=16, cpus=16)
    asked = replace(asked, memory_mib=900.0)
    advice = advise(file(), asked)
    assert advice.decision.chosen.strategy == "serial"
    (said,) = (one for one in answer(file(), advice) if one.startswith("Use "))
    workers = int(said.split()[1])
    assert answer(file(), advice)[0] == said
    assert 1 < workers < 16
    fits, too_many = (advise(file(), replace(asked, workers=workers + n)) for n in (0, 1))
    assert fits.decision.chosen.strategy == "global"
    assert too_many.decision.chosen.strategy == "serial"
    assert not any(" not 16" in one for one in answer(file(), fits))
    # All that follows is of so many, but that a global would not fit with as many as were asked.
    further = [one for one in answer(file(), advice)[1:] if "does not fit" not in one]
    assert further == answer(file(), fits)[1:]
    alone = advise(file(), replace(asked, memory_mib=fits.decision.alone.most_mib))
    assert answer(file(), alone)[0].startswith("Without workers: "), "no two fit"


def test_advised_processes_say_from_when_they_pay():
    advice = advise(file(), replace(PROGRAM, job_s=0.5))
    assert any(one.startswith("`global` pays") for one in answer(file(), advice))


def test_jobs_own_time_is_believed():
    """Also where reading all data takes longer; the answer asks then whether that can be."""
    asked = replace(PROGRAM, items=4_000_000, job_s=0.001)
    alone = by_strategy(file(), asked)["serial"]
    assert alone.candidate.seconds == pytest.approx(0.01, rel=0.01)
    said = " ".join(answer(file(), advise(file(), asked)))
    assert "To read so much took 120 ms a job" in said
    assert "To read so much" not in " ".join(
        answer(file(), advise(file(), replace(asked, job_s=0.2)))
    )


def test_last_jobs_wait_for_nobody():
    seven, eight = (
        by_strategy(file(), replace(PROGRAM, jobs=jobs, job_s=1.0))["global"].candidate.seconds
        for jobs in (7, 8)
    )
    assert 4 < seven == pytest.approx(eight, rel=0.01)


@pytest.mark.parametrize(("each", "faster"), [(3e-8, True), (5e-8, False)])
def test_threads_that_take_turns_beat_no_single_one(each, faster):
    """Unless what they compute lets go of the GIL: two then pay by the item what one does."""
    threads = CHEAP | {"compute an item": each}
    runs = pd.concat([study(ALONE, "serial", "none", (1,)), study(threads, "threads", "none")])
    found = fit(runs[runs["jobs"] > 1], 0)  # of one job nobody takes a part
    seconds = {
        name: one.candidate.seconds
        for name, one in by_strategy(file(found), replace(PROGRAM, job_s=0.12)).items()
    }
    if faster:
        assert seconds["threads"] < 0.6 * seconds["serial"]
    else:
        assert seconds["threads"] >= 0.99 * seconds["serial"]


def test_threads_that_take_turns_are_no_faster_with_more_of_them():
    one, other = (
        by_strategy(file(), replace(PROGRAM, job_s=1.0, workers=workers, cpus=workers))["threads"]
        for workers in (4, 64)
    )
    assert other.candidate.seconds >= one.candidate.seconds


def test_how_much_a_job_reads_decides_what_is_copied():
    """Not measured: a bound. Measured over a worker's life: by the curve, and with a collection."""
    few = replace(PROGRAM, items=4_000_000, share=0.0001, jobs=2)

    def memory(found, program):
        return by_strategy(found, program)["global"].candidate

    every = memory(file(), replace(few, share=1.0))
    bound = memory(file(), few)
    assert bound.memory_mib < every.memory_mib and bound.least_mib < bound.memory_mib * 0.9
    assert any("the most that it can be" in one for one in answer(file(), advise(file(), replace(
        few, job_s=9.0))))  # fmt: skip
    life = Copies([(0.001, 3e-6), (0.1, 1e-5), (1.0, 3e-5)], 4e-5)
    known = file(lives={("cpython", "scan", "global", "fork"): life})
    measured = memory(known, few)
    assert measured.memory_mib < bound.memory_mib
    assert not any("the most that it can be" in one for one in answer(known, advise(known, replace(
        few, job_s=9.0))))  # fmt: skip
    long = memory(known, replace(few, long=True))
    assert long.memory_mib == pytest.approx(every.memory_mib + 2 * 1e-5 * 4_000_000, rel=0.01)


def test_break_even_lies_between():
    asked = replace(PROGRAM, items=10_000, jobs=10)
    found = by_strategy(file(), asked)
    pays = job_seconds_to_pay(found["global"], found["serial"])
    assert 0 < pays < 0.1
    assert best(items=10_000, job_s=pays * 0.5).chosen.strategy == "serial"
    assert best(items=10_000, job_s=pays * 2).chosen.strategy == "global"


def test_number_of_jobs_from_which_something_pays():
    assert jobs_to_pay(lambda jobs: jobs >= 28) == 28
    assert jobs_to_pay(lambda jobs: True) == 1
    assert jobs_to_pay(lambda jobs: False, most=100) == float("inf")


def test_what_does_not_fit_in_memory_is_not_advised():
    decision = best(items=4_000_000, job_s=1.0, memory_mib=300)
    assert decision.chosen.strategy == "serial" and decision.why == "workers gain nothing"
    said = answer(file(), advise(file(), replace(PROGRAM, items=4_000_000, memory_mib=300)))
    assert any(one.startswith("Inherited as it is (`global`) the data needs") for one in said)


def test_program_that_was_not_measured_has_no_advice():
    advice = advise(file(), replace(PROGRAM, interpreter="pypy"))
    assert advice.decision.why == "nothing known"
    assert answer(file(), advice) == [
        "Not known from this study: such data was not measured with that Python."
    ]


def test_what_lies_outside_is_a_projection_and_less_sure():
    inside, outside = (
        by_strategy(file(), replace(PROGRAM, items=items))["global"]
        for items in (4_000_000, 40_000_000)
    )
    assert (inside.results["far"], outside.results["far"]) == (1, 10)
    width = [one.candidate.most_mib / one.candidate.memory_mib for one in (inside, outside)]
    assert width[0] == pytest.approx(2.718**0.2, rel=0.02) and width[1] > width[0]
    said = " ".join(answer(file(), advise(file(), replace(PROGRAM, items=40_000_000))))
    assert "outside of what was measured (items 10 × the most)" in said


def test_kinds_of_runs_that_read_a_part_stand_for_their_data():
    runs = [study(ALONE, "serial", "none", (1,)), study(COSTS, "global")]
    runs = pd.concat(runs).assign(workload="annotations:64")
    found = file(fit(runs, 0))
    assert {one["workload"] for one in found["kinds"]} == {"annotations"}
    assert models()  # the others are as they were
