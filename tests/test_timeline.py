"""What a run's processes did and when: spans from known numbers, a figure, and a trace."""

import json

import pandas as pd
import pytest
from test_figures import study, written

from figures import plot_timeline
from figures.experiment import experiments_of
from report import write_trace
from tables.timeline import (
    FIRST_JOB,
    LATER_JOBS,
    PARENT,
    SENDING,
    share_computing,
    spans_of,
    usual_run,
)

RUN = {"publish_s": 1.0, "start_s": 2.0, "map_s": 6.0, "stop_s": 0.5}
# Worker 1: job 0 is sent for one second, job 2 was waiting for it. Worker 2 is idle at first.
JOBS = pd.DataFrame(
    [(0, 1, 0.0, 1.0, 3.0), (2, 1, 0.5, 3.5, 5.0), (1, 2, 2.0, 2.0, 6.0)],
    columns=["job", "worker", "submitted_s", "started_s", "finished_s"],
)


def spans():
    return spans_of(pd.Series(RUN), JOBS)


def test_parent_has_its_phases_one_after_the_other():
    parent = [(one.what, one.begin, one.end) for one in spans() if one.lane == PARENT]
    assert parent == [
        ("publish", 0, 1), ("start", 1, 3), ("map", 3, 9), ("stop", 9, 9.5),
    ]  # fmt: skip


def test_worker_receives_a_job_only_while_it_is_free():
    first = [(one.what, one.begin, one.end, one.job) for one in spans() if one.lane == 1]
    assert first == [
        (SENDING, 3, 4, 0), (FIRST_JOB, 4, 6, 0), (SENDING, 6, 6.5, 2), (LATER_JOBS, 6.5, 8, 2),
    ]  # fmt: skip
    second = [(one.what, one.seconds) for one in spans() if one.lane == 2]
    assert second == [(SENDING, 0), (FIRST_JOB, 4)]


def test_share_of_computing_is_of_all_workers():
    assert share_computing(spans()) == pytest.approx((2 + 1.5 + 4) / (2 * 6))


def test_phase_that_did_not_happen_takes_no_time():
    found = spans_of(pd.Series(RUN | {"stop_s": None, "publish_s": float("nan")}), JOBS)
    assert [one.seconds for one in found if one.lane == PARENT] == [0, 2, 6, 0]


@pytest.mark.parametrize(("totals", "repeat"), [([5, 1, 3], 3), ([4, 2], 2), ([1], 1)])
def test_usual_run_is_the_one_in_the_middle(totals, repeat):
    runs = pd.DataFrame({"total_s": totals, "repeat": range(1, len(totals) + 1)})
    assert usual_run(runs)["repeat"] == repeat
    assert usual_run(runs.iloc[:0]) is None


def test_trace_has_every_job_in_its_workers_thread(tmp_path):
    written(tmp_path, study())
    assert write_trace.main([str(tmp_path), str(tmp_path / "trace.json")]) == 0
    events = json.loads((tmp_path / "trace.json").read_text())["traceEvents"]
    names = {one["args"]["name"] for one in events if one["name"] == "process_name"}
    assert "e: cpython global/fork, scan 10000, 2 w., 4 jobs" in names
    jobs = [one for one in events if one["name"] in (FIRST_JOB, LATER_JOBS)]
    assert {one["ph"] for one in jobs} == {"X"} and {one["dur"] for one in jobs} == {500_000}
    assert all(one["tid"] > PARENT and one["ts"] >= 0 for one in jobs)


def test_trace_of_nothing_is_refused(tmp_path):
    written(tmp_path, study(status="timeout"))
    said = write_trace.main([str(tmp_path), str(tmp_path / "trace.json")])
    assert said.endswith("no run that is ok to be traced")


def test_runs_are_of_the_strategies_that_differ_most_where_they_were_measured(tmp_path):
    runs, _, summary = study()
    (experiment,) = experiments_of(runs, summary, ["e"])
    found = plot_timeline.chosen_runs(experiment)
    assert {(cell["interpreter"], cell["strategy"]) for cell, _ in found} == {
        ("cpython", "global"), ("pypy", "global"),
    }  # fmt: skip
