"""The parts of the measured program, by a fake clock and by records made by hand."""

import ast
import json
import multiprocessing
import os
import pickle
import re
import subprocess
import sys
import weakref
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from itertools import pairwise
from multiprocessing.process import BaseProcess

import pytest
from measuring import PROJECT, WORKLOADS

from sharing import answers, deaths, observer, run, strategies, workloads
from sharing.carried import REFUSALS
from sharing.clock import PHASES, Clock
from sharing.strategies import Unsupported


@pytest.fixture
def measured(monkeypatch):
    """What recipes are given, over the workload `arithmetic` of three items."""
    monkeypatch.setenv("SHARING_WORKLOAD", str(WORKLOADS / "arithmetic.py"))
    monkeypatch.setenv("SHARING_SIZE", "3")
    sys.modules.pop("sharing.measured", None)
    yield import_module("sharing.measured")
    sys.modules.pop("sharing.measured", None)


class Hands:
    """A clock that stands still until it is moved on."""

    def __init__(self, now=100.0):
        self.now = now

    def __call__(self):
        return self.now


def test_phases_follow_each_other_without_a_gap():
    hands, entered = Hands(), []
    clock = Clock(lambda name: entered.append((name, hands.now)), hands)
    for name, seconds in (("publish", 0.25), ("start", 2.0), ("map", 1.5)):
        clock.enter(name)
        hands.now += seconds
    clock.pause()
    assert clock.current == "map"
    hands.now += 50  # the look at memory is the only thing outside
    clock.enter("stop")
    hands.now += 0.5
    clock.pause()
    assert clock.seconds == {"publish": 0.25, "start": 2.0, "map": 1.5, "stop": 0.5}
    assert sum(clock.seconds.values()) == hands.now - 100 - 50
    assert clock.started == {"publish": 100.0, "start": 100.25, "map": 102.25, "stop": 153.75}
    assert entered == [(name, moment) for name, moment in clock.started.items()]


def test_phase_entered_twice_adds_up():
    hands = Hands()
    clock = Clock(now=hands)
    for name, seconds in (("publish", 1), ("start", 4), ("publish", 2)):
        clock.enter(name)
        hands.now += seconds
    clock.pause()
    assert clock.seconds == {"publish": 3, "start": 4}


def test_phase_that_runs_has_no_time_yet():
    clock = Clock(now=Hands())
    clock.enter("start")
    assert (clock.seconds, clock.current) == ({}, "start")


def test_phase_of_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match=r"'prepare'.*build, publish, start, map, stop"):
        Clock().enter("prepare")


def test_what_another_process_built_is_no_part_of_the_start():
    hands = Hands()
    clock = Clock(now=hands)
    clock.enter("start")
    hands.now += 10
    clock.enter("map")
    hands.now += 1
    clock.pause()
    clock.begin_at(107.0)
    assert clock.seconds == {"build": 7.0, "start": 3.0, "map": 1}
    assert clock.started["start"] == 107.0


def test_jobs_note_when_one_is_taken_and_the_first_is_told(monkeypatch):
    hands, first = Hands(5.0), []
    monkeypatch.setattr("sharing.observer.time.monotonic", hands)
    jobs = observer.Jobs(3, lambda: first.append(hands.now))
    assert (len(jobs), first) == (3, [])
    taken = iter(jobs)
    assert next(taken) == 0
    hands.now = 6.5
    assert list(taken) == [1, 2]
    assert (jobs.at, first) == ({0: 5.0, 1: 6.5, 2: 6.5}, [5.0])


def test_job_is_recorded(measured, monkeypatch):
    hands = Hands(2.0)
    monkeypatch.setattr("sharing.measured.time.monotonic", hands)

    def process(data, job):
        hands.now += 3
        return data[job]

    monkeypatch.setattr(measured, "_process", process)
    record = dict(zip(measured.FIELDS, measured.process("abc", 1), strict=True))
    assert (record["job"], record["result"], record["error"]) == (1, "b", None)
    assert (record["started"], record["finished"]) == (2.0, 5.0)
    assert record["pid"] == os.getpid()
    assert record["worker_minor_faults"] >= record["minor_faults"] >= 0


def test_what_a_job_raises_is_noted_with_its_place(measured, monkeypatch):
    monkeypatch.setattr(measured, "_workload", sys.modules[__name__])
    monkeypatch.setattr(measured, "_process", lambda data, job: data[job])
    record = dict(zip(measured.FIELDS, measured.process({}, 9), strict=True))
    assert record["result"] is None
    assert re.fullmatch(r"test_measured_program\.py, line \d+: KeyError: 9", record["error"])


def test_process_is_sent_by_its_name_alone(measured):
    assert len(pickle.dumps(measured.process)) < 60


def test_data_that_another_process_builds_leaves_the_first_moment(measured, monkeypatch, tmp_path):
    monkeypatch.setenv("SHARING_BUILT", str(tmp_path / "built"))
    hands = Hands(2.0)
    monkeypatch.setattr("sharing.measured.time.monotonic", hands)
    assert measured.build() == measured.build()
    hands.now = 3.0
    measured.build()
    assert (tmp_path / "built").read_text() == "2.0"


def said_by(interpreter, statements, *flags, **variables):
    """Return what a new process of an interpreter prints that can import the measured program."""
    path = f"import sys; sys.path.insert(0, {str(PROJECT / 'scripts')!r})"
    ended = subprocess.run(
        [interpreter, *flags, "-c", f"{path}; {statements}"],
        capture_output=True, text=True, env=os.environ | variables,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
def test_program_that_is_measured_imports_little(interpreter):
    """PyPy walks a list one and a half times as slow once a module has loaded a shared object."""
    listing = "before = set(sys.modules); from sharing import measured, run; "
    listing += "print(*set(sys.modules) - before)"
    found = set(said_by(interpreter, listing, "-I", SHARING_WORKLOAD="scan").split())
    assert not {"hashlib", "ctypes", "shutil", "json.tool", "pandas"} & found
    assert ("resource" in found) == (interpreter == sys.executable)


@pytest.mark.parametrize("before", ["", "usage.by_resource();"])
@pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
def test_used_so_far_grows(interpreter, before):
    """Pages that are written for the first time are faults, and resident."""
    counting = (
        f"from sharing import usage; import os; {before}"
        "faults, mib = usage.page_faults(), usage.resident_mib();"
        "data = bytearray(os.urandom(1 << 20) * 32);"
        "print(usage.page_faults() - faults, usage.resident_mib() - mib, usage.usage())"
    )
    faults, mib, found = said_by(interpreter, counting, "-I").split(" ", 2)
    assert int(faults) >= 16  # that few if the pages are huge ones, of 2 MiB
    assert float(mib) > 30
    found = ast.literal_eval(found)
    assert found["minor_faults"] >= int(faults) and found["cpu_user_s"] + found["cpu_system_s"] > 0


def offset_of_code(seed):
    """Return where a function's code lies in its page."""
    looking = "from sharing import layout; exec('def work(): pass'); "
    looking += "print(id(work.__code__) % layout.PAGE)"
    return int(said_by(sys.executable, looking, "-S", PYTHONHASHSEED=str(seed)))


def test_objects_lie_elsewhere_in_each_block():
    """The same loop takes up to a fifth longer where they lie badly (`sharing.layout`)."""
    found = [offset_of_code(seed) for seed in range(1, 9)]
    assert len({*found}) >= 4, found
    assert offset_of_code(3) == found[2]  # of all strategies of a block


@pytest.mark.parametrize("name", strategies.names())
def test_no_phase_of_a_recipe_waits_by_the_clock(name):
    """A sleep would be measured as work. No module that a recipe runs with has one in a phase."""
    tree = ast.parse(strategies.path_of(name).read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not {one for one in called if "sleep" in one or one.endswith(".wait")}


@pytest.mark.parametrize("strategy", ["serial", "array_global", "futures", "module_global"])
def test_a_run_has_no_gap_between_its_phases_but_for_the_look_at_memory(strategy):
    ended = subprocess.run(
        [sys.executable, PROJECT / "scripts" / "sharing", f"--strategy={strategy}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    result = json.loads(ended.stdout.splitlines()[-1])
    assert result["status"] == "ok", ended.stderr
    seconds, started = result["seconds"], result["started"]
    names = [name for name in PHASES if name in started]
    assert names[-2:] == ["map", "stop"] and list(started) == names
    ends = {name: started[name] + seconds[name] for name in names}
    for before, after in pairwise(names[1:-1]):  # publish to map
        assert ends[before] == pytest.approx(started[after], abs=1e-6)
    assert ends["map"] <= started["stop"]
    total = sum(seconds[name] for name in names[1:])
    look = started["stop"] - ends["map"]
    assert total == pytest.approx(ends["stop"] - started["publish"] - look, abs=1e-3)


def record(job, pid=1, thread=1, started=10.0, finished=11.0, result=None, error=None):
    return (job, pid, thread, started, finished, 5, 50, result, error)


class ProcessWithData(multiprocessing.get_context("fork").Process):
    """A worker as MPIRE makes it: it holds the data as an attribute of its own."""

    class Data:
        """What can be watched by a weak reference."""

    def __init__(self, data):
        super().__init__()
        self.data = data

    def run(self):
        sys.exit(3)


def test_data_that_a_worker_was_given_is_freed_with_the_program(monkeypatch):
    monkeypatch.setattr(BaseProcess, "start", BaseProcess.start)  # put back afterwards
    monkeypatch.setattr(deaths, "_started", [])
    deaths.remember_processes()
    data = ProcessWithData.Data()
    freed = weakref.ref(data)
    worker = ProcessWithData(data)
    worker.start()
    worker.join()
    worker.close()
    del worker, data
    assert freed() is None
    assert deaths.death() == (
        "failed",
        "worker ended with exit code 3; its traceback is in the log",
    )


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
    one = answers.digest([record(0, result=3), record(1, result=4)])
    assert one == answers.digest([record(1, pid=5, result=4), record(0, started=0, result=3)])
    assert one != answers.digest([record(0, result=4), record(1, result=3)])
    assert one != answers.digest([record(0, result=3)])
    assert len(one) == 16
    assert answers.digest([]) == ""


def test_check_wants_every_job_answered_once_and_rightly():
    workload = workloads.load(str(WORKLOADS / "arithmetic.py"))
    right = [record(job, result=workload.expected(10, job)) for job in range(3)]
    answers.check(right[::-1], workload, 10, 3)
    with pytest.raises(answers.WrongAnswer, match="2 answers to 3 jobs"):
        answers.check(right[:2], workload, 10, 3)
    with pytest.raises(answers.WrongAnswer, match="3 answers to 3 jobs"):
        answers.check([*right[:2], right[0]], workload, 10, 3)
    with pytest.raises(answers.WrongAnswer, match="job 1 answered 0, expected 294"):
        answers.check([right[0], record(1, result=0), right[2]], workload, 10, 3)


def test_arithmetic_workload_knows_its_answers():
    workload = workloads.load(str(WORKLOADS / "arithmetic.py"))
    for size, job in ((1, 0), (7, 3), (7, 30)):
        assert workload.process(workload.build(size), job) == workload.expected(size, job)


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (MemoryError(), ("out_of_memory", "MemoryError in map")),
        (BrokenProcessPool("A child ended"), ("crashed", None)),
        (RuntimeError("Worker-1 died unexpectedly"), ("crashed", None)),
        (RuntimeError("DataLoader worker (pid(s) 7) exited unexpectedly"), ("crashed", None)),
        (RuntimeError("DataLoader worker (pid 7) is killed by signal: 11."), ("crashed", None)),
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
    status, reason = run.outcome_of(problem, "map")
    assert status == outcome[0]
    assert outcome[1] in (None, reason)


@pytest.mark.parametrize("name", strategies.names())
def test_strategy_says_what_it_is(name):
    known = strategies.described(name)
    assert len(strategies.summary_of(name)) > 20
    assert strategies.mechanism_of(name) in strategies.MECHANISMS
    assert strategies.workers_of(name) in ("processes", "own processes", "threads", None)
    assert known.get("CARRIES") in (None, *REFUSALS)


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
