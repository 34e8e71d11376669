"""The parts of the measured program, by a fake clock and by records made by hand."""

import json
import os
import pickle
import re
import subprocess
import sys

import pytest
from measuring import PROJECT, WORKLOADS

from sharing import run, strategies, workloads
from sharing.phases import PHASES, Phases
from sharing.strategies import Unsupported
from sharing.timed import FIELDS, Submissions, TimedProcess
from sharing.workers import WorkerCrashed, WorkerDied


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now=100.0):
        self.now = now

    def __call__(self):
        return self.now


def test_phases_are_timed_exactly():
    clock, entered = Clock(), []

    def enter(name):
        entered.append((name, clock.now))
        clock.now += 50  # what happens on entering, the memory snapshot, is not in the phase

    phase = Phases(enter, clock)
    with phase("publish"):
        assert phase.current == "publish"
        clock.now += 0.25
    clock.now += 7  # between two phases
    with phase("map"):
        clock.now += 1.5
    assert phase.current is None
    assert phase.seconds == {"publish": 0.25, "map": 1.5}
    assert phase.started == {"publish": 150.0, "map": 207.25}
    assert entered == [("publish", 100.0), ("map", 157.25)]


def test_phase_entered_twice_adds_up():
    clock = Clock()
    phase = Phases(clock=clock)
    for seconds in (1, 2):
        with phase("publish"):
            clock.now += seconds
    assert phase.seconds == {"publish": 3}


def test_phase_cut_off_has_no_time_and_stays_current():
    phase = Phases(clock=Clock())
    with pytest.raises(KeyError), phase("start"):
        raise KeyError
    assert phase.seconds == {}
    assert phase.current == "start"


def test_phase_of_an_unknown_name_is_refused():
    with (
        pytest.raises(ValueError, match=r"'prepare'.*build, publish, start, map, stop"),
        Phases()("prepare"),
    ):
        pass


def test_submissions_note_when_a_job_is_taken(monkeypatch):
    clock = Clock(5.0)
    monkeypatch.setattr("sharing.timed.time.monotonic", clock)
    jobs = Submissions(3)
    assert len(jobs) == 3
    taken = iter(jobs)
    assert next(taken) == 0
    clock.now = 6.5
    assert list(taken) == [1, 2]
    assert jobs.at == {0: 5.0, 1: 6.5, 2: 6.5}


def test_timed_process_records_the_job(monkeypatch):
    clock = Clock(2.0)
    monkeypatch.setattr("sharing.timed.time.monotonic", clock)

    def process(data, job):
        clock.now += 3
        return data[job]

    record = dict(zip(FIELDS, TimedProcess(process)("abc", 1), strict=True))
    assert (record["job"], record["result"], record["error"]) == (1, "b", None)
    assert (record["started"], record["finished"]) == (2.0, 5.0)
    assert record["pid"] == os.getpid()
    assert record["worker_minor_faults"] >= record["minor_faults"] >= 0


def test_timed_process_notes_what_the_workload_raises():
    record = dict(zip(FIELDS, TimedProcess(lambda data, job: data[job])({}, 9), strict=True))
    assert record["result"] is None
    assert re.fullmatch(
        r"test_measured_program\.py, line \d+: KeyError: 9",
        record["error"],
    )


def test_timed_process_pickles_without_what_builds_the_data():
    class Unpicklable:
        def __reduce__(self):
            raise AssertionError("this must stay behind")

    sent = pickle.dumps(TimedProcess(len, Unpicklable()))
    assert len(sent) < 150
    assert pickle.loads(sent).process is len


def record(job, pid=1, thread=1, started=10.0, finished=11.0, result=None, error=None):
    return (job, pid, thread, started, finished, 5, 50, result, error)


def test_job_rows_count_from_map_and_number_workers_by_their_first_job():
    records = [
        record(2, pid=7, started=13.0, finished=13.5),
        record(0, pid=9, started=11.0, finished=12.0),
        record(1, pid=7, thread=2, started=12.0, finished=12.5),
    ]
    assert run.job_rows(records, {0: 10.5, 1: 10.75, 2: 11.0}, 10.0) == [
        (0, 1, 0.5, 1.0, 2.0, 5, 50),
        (1, 2, 0.75, 2.0, 2.5, 5, 50),
        (2, 3, 1.0, 3.0, 3.5, 5, 50),
    ]


def test_digest_depends_on_answers_and_jobs_alone():
    one = run.digest([record(0, result=3), record(1, result=4)])
    assert one == run.digest([record(1, pid=5, result=4), record(0, started=0, result=3)])
    assert one != run.digest([record(0, result=4), record(1, result=3)])
    assert one != run.digest([record(0, result=3)])
    assert len(one) == 16
    assert run.digest([]) == ""


def test_check_wants_every_job_answered_once_and_rightly():
    workload = workloads.load(str(WORKLOADS / "arithmetic.py"))
    right = [record(job, result=workload.expected(10, job)) for job in range(3)]
    run.check(right[::-1], workload, 10, 3)
    with pytest.raises(run.WrongAnswer, match="2 answers to 3 jobs"):
        run.check(right[:2], workload, 10, 3)
    with pytest.raises(run.WrongAnswer, match="3 answers to 3 jobs"):
        run.check([*right[:2], right[0]], workload, 10, 3)
    with pytest.raises(run.WrongAnswer, match="job 1 answered 0, expected 294"):
        run.check([right[0], record(1, result=0), right[2]], workload, 10, 3)


def test_arithmetic_workload_knows_its_answers():
    workload = workloads.load(str(WORKLOADS / "arithmetic.py"))
    for size, job in ((1, 0), (7, 3), (7, 30)):
        assert workload.process(workload.build(size), job) == workload.expected(size, job)


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (MemoryError(), ("out_of_memory", "MemoryError in map")),
        (WorkerCrashed("worker killed by SIGKILL"), ("crashed", "worker killed by SIGKILL in map")),
        (WorkerDied("worker ended with exit code 1"), ("failed", None)),
        (run.JobFailed("KeyError: 'x'"), ("failed", "KeyError: 'x' in a job")),
        (run.JobFailed("KeyError: 'MemoryError'"), ("failed", "KeyError: 'MemoryError' in a job")),
        (run.JobFailed("KeyError: 'a.py, line 3: MemoryError'"), ("failed", None)),
        (run.JobFailed("a.py, line 3: MemoryError"), ("out_of_memory", None)),
        (run.JobFailed("_ArrayMemoryError: Unable to allocate"), ("out_of_memory", None)),
        (Unsupported("no"), ("failed", "Unsupported: no in map")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_outcome_of_an_exception(problem, outcome):
    status, reason = run.outcome(problem, "map")
    assert status == outcome[0]
    assert outcome[1] in (None, reason)


@pytest.mark.parametrize("name", strategies.names())
def test_strategy_says_in_a_docstring_what_it_does(name):
    module = strategies.load(name)
    assert len(module.__doc__.splitlines()[0]) > 20
    assert strategies.workers_of(name) in (
        "processes",
        "own processes",
        "threads",
        None,
    )


def test_program_runs_by_hand_without_a_supervisor():
    ended = subprocess.run(
        [sys.executable, PROJECT / "scripts" / "sharing", "--strategy=global", "--size=9"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    messages = [json.loads(line) for line in ended.stdout.splitlines()]
    assert messages[-1]["status"] == "ok"
    assert list(messages[-1]["seconds"]) == list(PHASES)
    assert len(messages[-1]["jobs"]) == 10
