"""What a preflight says of forks: whose threads there are, in words, and what is tried."""

import json
import subprocess
import sys

import pytest
from interpreters_here import KNOWN, interpreter_or_skip, own
from measuring import PROJECT

from preflight.forks import sentence_on, tried
from study.code import TRIED_BY_PREFLIGHT, code_of_preflight
from supervisor.child import Report

HUNG = ("timeout", "over 5 s, in map, where it hung: nothing computed any more")
SLOW = ("timeout", "over 5 s, in map")
CLOCKS = """
import threading, time
def start(name):
    threading.Thread(target=time.sleep, args=(9,), daemon=True, name=name).start()
def build(size):
    start("clock")
    return [size]
def process(data, job):
    start(f"alarm {job}")
    return job
"""
WITH_TQDM = "import tqdm\ndef build(size):\n    return list(tqdm.tqdm(range(size)))\n"
WITH_TQDM += "def process(data, job):\n    return job\n"
NONE = {"left": {}, "ended": {}, "by_job": {}}


def look(text, command, folder):
    """Return what the preflight's program finds of a workload's threads."""
    path = folder / "mine.py"
    path.write_text(text, encoding="utf-8")
    program = PROJECT / "scripts" / "preflight" / "asked"
    words = ["--workload", path, "--size", "3", "--jobs", "1", "--threads"]
    ended = subprocess.run(
        [command, program, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    found = json.loads(ended.stdout.splitlines()[-1])
    assert found["status"] == "ok", (found, ended.stderr)
    assert "DeprecationWarning" not in ended.stderr
    return {name: found[name] for name in NONE}


@pytest.mark.parametrize("label", KNOWN)
def test_python_threads_are_named_before_and_after_a_job(label, tmp_path):
    command = sys.executable if label == own() else interpreter_or_skip(label)
    assert look(CLOCKS, command, tmp_path) == {
        "left": {"the Python thread clock": 1},
        "ended": {},
        "by_job": {"the Python thread alarm 0": 1},
    }


def test_thread_of_a_library_is_named_by_it(tmp_path):
    pytest.importorskip("tqdm")
    assert look(WITH_TQDM, sys.executable, tmp_path)["left"] == {"tqdm (tqdm_monitor)": 1}


def test_threads_of_rust_and_c_are_named_by_their_libraries(tmp_path):
    pytest.importorskip("polars")
    text = "import polars\ndef build(size):\n    return polars.DataFrame({'a': range(size)})\n"
    text += "def process(data, job):\n    return data.filter(polars.col('a') > job).height\n"
    found = look(text, sys.executable, tmp_path)
    assert {*found["left"]} == {*found["by_job"]} == {"polars"}


def test_threads_are_said_in_a_sentence():
    assert sentence_on(NONE) == ""
    there = {"left": {"grpc (Thread-1)": 1, "polars": 9}, "ended": {"OpenBLAS": 3}, "by_job": {}}
    assert sentence_on(there) == (
        "After build() there are threads beside the main one: polars (9 threads), grpc (Thread-1) "
        "and OpenBLAS (3 threads, ended by themselves before a fork)."
    )
    assert sentence_on(NONE | {"by_job": {"pyarrow": 2}}) == (
        "The first job in the same process starts pyarrow (2 threads)."
    )
    both = NONE | {"ended": {"OpenBLAS": 1}, "by_job": {"the Python thread x": 1}}
    assert sentence_on(both) == (
        "After build() there are threads beside the main one: OpenBLAS (1 thread, ended by itself "
        "before a fork); the first job in the same process starts the Python thread x."
    )


def trial(*endings, whole_s=0.5, time_limit_s=60):
    """Return what is found where runs end so one by one, and how each was started."""
    started, left = [], list(endings)

    def run(*how):
        started.append(how)
        return Report(*left.pop(0))

    return tried(run, whole_s, time_limit_s), started


def test_workers_that_answer_are_tried_once_and_not_long():
    assert trial(("ok", "")) == ({"fork": "ok"}, [("fork", "own", 6.5)])
    assert trial(SLOW, whole_s=30) == ({"fork": f"timeout: {SLOW[1]}"}, [("fork", "own", 60)])


def test_workers_that_hang_are_tried_by_every_start_method():
    found, started = trial(HUNG, HUNG, ("ok", ""), ("failed", "PicklingError: x in start"))
    assert found == {
        "fork": "hung",
        "fork with one library thread": "hung",
        "forkserver": "ok",
        "spawn": "failed: PicklingError: x in start",
    }
    assert started == [
        ("fork", "own", 6.5), ("fork", "one", 6.5), ("forkserver", "own", 6.5),
        ("spawn", "own", 6.5),
    ]  # fmt: skip


def test_workers_that_fail_if_forked_are_tried_by_every_start_method():
    failed = ("failed", "RuntimeError: thread::join failed in a job")
    found, _ = trial(failed, failed, ("ok", ""), ("ok", ""))
    assert found["fork"] == "failed: RuntimeError: thread::join failed in a job"
    assert found["forkserver"] == found["spawn"] == "ok"


def test_preflight_is_made_again_when_what_it_tries_has_changed():
    code = code_of_preflight("my_workload.py")
    for name in TRIED_BY_PREFLIGHT:
        assert f"scripts/sharing/strategies/{name}.py" in code
        assert f'"{name}"' in (PROJECT / "scripts/preflight/check_workload.py").read_text()
    assert "scripts/sharing/run.py" in code and "scripts/preflight/asked/threads.py" in code
