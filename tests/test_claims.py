"""Verdicts on synthetic tables: each claim on both sides of its threshold."""

import pandas as pd
import pytest

from answers.claims import (
    A_COPY,
    ARTICLE_SIZE,
    AT_ONCE_S,
    BETTER,
    CLAIMS,
    EXTREMELY_SLOW,
    FAR_LONGER,
    NEARLY_TWICE,
    NO_COPY,
    NO_HELP,
    SLOWER,
    SMALL_GAIN,
)
from answers.evidence import PAGE_MIB, Evidence
from answers.judge_claims import CONDITION, CONFIRMED, REFUTED, UNTESTABLE, judge
from tables.summarise_runs import VALUES, summarise

A_LITTLE = 0.02


class Study:
    """Builds runs and jobs; a run's times are exact, its jobs are given as (start, seconds)."""

    def __init__(self, implementation="CPython", **machine):
        self.machine = {"smt": False, "physical_cores": 2, "gil": True} | machine
        self.implementation = implementation
        self.runs, self.jobs = [], []

    def run(self, experiment, strategy, jobs=10, job=(0.0, 1.0), **values):
        """Add one run; `job` is (started_s, seconds) of every job or a function of its number."""
        key = {
            "experiment": experiment,
            "interpreter": values.pop("interpreter", "cpython"),
            "strategy": strategy,
            "start_method": values.pop("start_method", "fork"),
            "workload": "scan",
            "size": values.pop("size", 1_000_000),
            "workers": values.pop("workers", 2),
            "jobs": jobs,
            "repeat": 1,
        }
        received = values.pop("received_mib", 0.0)
        row = dict.fromkeys(VALUES, 1.0) | key | self.machine
        row |= {"status": "ok", "reason": "", "implementation": self.implementation} | values
        self.runs.append(row)
        for number in range(jobs):
            started, seconds = job(number) if callable(job) else job
            self.jobs.append(
                key
                | {
                    "job": number,
                    "worker": number % key["workers"] + 1,
                    "started_s": started + number * 1e-6,
                    "finished_s": started + number * 1e-6 + seconds,
                    "minor_faults": 0,
                    "worker_minor_faults": received / PAGE_MIB,
                }
            )
        return self

    def verdict(self, claim):
        runs, jobs = pd.DataFrame(self.runs), pd.DataFrame(self.jobs)
        found = {one.claim: one for one in judge(Evidence(runs, jobs, summarise(runs)))}
        return found[claim].verdict


def around(threshold):
    """Return a value a little under and a little over a threshold."""
    return threshold * (1 - A_LITTLE), threshold * (1 + A_LITTLE)


def both_sides(study_of, claim, threshold, above):
    """Check the verdicts under and over a threshold; `above` is the one over it."""
    below = REFUTED if above == CONFIRMED else CONFIRMED
    low, high = around(threshold)
    assert study_of(low).verdict(claim) == below
    assert study_of(high).verdict(claim) == above


def test_idle_pool():
    def study(seconds):
        return Study().run("empty_workers", "empty", total_s=seconds)

    both_sides(study, "S1", AT_ONCE_S, REFUTED)


def test_argument_against_its_work():
    def study(times):
        return Study().run(
            "pass_as_argument", "argument", workers=1, job=(0, 0.01), map_s=0.1 * times
        )

    both_sides(study, "S2", FAR_LONGER, CONFIRMED)


@pytest.mark.parametrize(
    "claim, experiment, inheriting",
    [("S3", "pass_as_argument", "global"), ("S8", "start_methods", "closure")],
)
def test_argument_is_copied(claim, experiment, inheriting):
    def study(share):
        return (
            Study()
            .run(experiment, "argument", data_mib=100.0, received_mib=2 + 100 * share)
            .run(experiment, inheriting, data_mib=100.0, received_mib=2)
        )

    both_sides(study, claim, A_COPY, CONFIRMED)


def test_shared_objects_by_the_faster_of_the_two():
    def study(times):
        key = {"workers": 1, "size": 1000}
        return (
            Study()
            .run("shared_objects", "global", job=(0, 0.001), **key)
            .run("shared_objects", "manager_list", job=(0, 1.0), **key)
            .run("shared_objects", "locked_array", job=(0, 0.001 * times), **key)
            .run("shared_objects", "raw_array", job=(0, 0.002), **key)
        )

    both_sides(study, "S4", EXTREMELY_SLOW, CONFIRMED)


@pytest.mark.parametrize(
    "claim, experiment, strategy",
    [("S5", "big_global", "global"), ("S9", "closure_scaling", "closure")],
)
def test_inherited_without_a_copy(claim, experiment, strategy):
    def study(share, interpreter="cpython"):
        return (
            Study()
            .run("empty_workers", "empty", workers_uss_mib=3.0, interpreter=interpreter)
            .run(
                experiment,
                strategy,
                data_mib=100.0,
                workers_uss_mib=3 + 100 * share,
                interpreter=interpreter,
            )
        )

    both_sides(study, claim, NO_COPY, REFUTED)
    mixed, pypy = study(0.9), study(0.01, "pypy")
    mixed.runs += pypy.runs
    mixed.jobs += pypy.jobs
    assert mixed.verdict(claim) == CONDITION


def test_article_scale():
    assert Study().run("big_global", "global", size=ARTICLE_SIZE).verdict("S6") == CONFIRMED
    assert Study().run("big_global", "global", size=ARTICLE_SIZE - 1).verdict("S6") == UNTESTABLE
    died = Study().run("big_global", "global", size=ARTICLE_SIZE, status="out_of_memory")
    assert died.verdict("S6") == REFUTED


def test_imported_global_is_built_again():
    def study(share):
        key = {"experiment": "start_methods", "strategy": "module_global"}
        return (
            Study()
            .run(**key, start_method="fork", job=(0.1, 1))
            .run(**key, start_method="spawn", job=(0.1 + share * 4, 1))
            .run("start_methods", "argument", build_s=4.0)
        )

    both_sides(study, "S7", A_COPY, CONFIRMED)


def scaling(study, experiment, strategy, **totals):
    """Add runs with the given totals, by `w<workers>`."""
    for workers, total in totals.items():
        jobs = 100 if experiment == "closure_scaling" else 10
        study.run(experiment, strategy, workers=int(workers[1:]), total_s=total, jobs=jobs)
    return study


def test_many_jobs_scale_better():
    def study(better):
        study = scaling(Study(), "big_global", "global", w1=10.0, w2=8.0)
        return scaling(study, "closure_scaling", "closure", w1=100.0, w2=100 / (1.25 * better))

    both_sides(study, "S10", BETTER, CONFIRMED)


def test_two_workers():
    def study(times):
        return scaling(Study(), "closure_scaling", "closure", w1=10.0, w2=10 / times)

    both_sides(study, "S11", NEARLY_TWICE, CONFIRMED)


def test_four_workers_need_smt_on_two_cores():
    def study(gain, **machine):
        return scaling(Study(**machine), "closure_scaling", "closure", w1=10.0, w2=5.0, w4=5 / gain)

    low, high = SMALL_GAIN
    assert study(1.2).verdict("S12") == UNTESTABLE
    assert study(1.2, smt=True, physical_cores=8).verdict("S12") == UNTESTABLE
    both_sides(lambda gain: study(gain, smt=True), "S12", low, CONFIRMED)
    both_sides(lambda gain: study(gain, smt=True), "S12", high, REFUTED)


def test_inheriting_needs_fork():
    def study(status):
        study = Study()
        for strategy in ("global", "closure"):
            study.run("start_methods", strategy)
            for method in ("spawn", "forkserver"):
                study.run(
                    "start_methods",
                    strategy,
                    start_method=method,
                    status=status,
                    reason="NameError: DATA",
                )
        return study

    assert study("failed").verdict("S14") == CONFIRMED
    assert study("ok").verdict("S14") == REFUTED


def test_threads():
    def study(times):
        return scaling(Study(), "matrix", "threads", w1=1.0, w2=1 / times)

    both_sides(study, "S15", NO_HELP, REFUTED)


def test_loading_once():
    def study(times):
        return (
            Study().run("matrix", "from_disk", total_s=times).run("matrix", "global", total_s=1.0)
        )

    both_sides(study, "S16", SLOWER, CONFIRMED)


def test_without_experiments_nothing_is_testable():
    runs = Study().run("another", "serial")
    assert {runs.verdict(claim) for claim in CLAIMS} == {UNTESTABLE}


def test_every_claim_has_a_place():
    assert list(CLAIMS) == [f"S{number}" for number in range(1, 17)]
