"""How many threads the program has when it forks: in each run's row, whoever forks."""

import sys

import pytest
from libraries import skip_without_libraries

PROCESS = "def process(data, job):\n    return sum(data) + job\n"
PLAIN = "def build(size):\n    return list(range(size))\n" + PROCESS
CLOCKS = """
import threading, time
def build(size):
    for number in range(3):
        threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
    return list(range(size))
"""
WITH_THREADS = CLOCKS + PROCESS
# A fork of build's own, after which three threads are started: the workers come later.
FORKS_ITSELF = (
    CLOCKS.replace("def build(size):", "import os\ndef build(size):\n    fork()")
    + PROCESS
    + "def fork():\n    child = os.fork()\n    if child == 0:\n        os._exit(0)\n"
    "    os.waitpid(child, 0)\n"
)


@pytest.fixture
def threads_at_fork(measurement, tmp_path):
    """Return a function that runs a workload and returns the column, as text."""

    def found(text, strategy="global", **given):
        path = tmp_path / "mine.py"
        path.write_text(text, encoding="utf-8")
        run = measurement(strategy=strategy, workload=path, **given).run()
        skip_without_libraries(strategy, given.get("command", sys.executable), run.row)
        assert run.row["status"] == "ok", (run.row["reason"], run.log)
        return run.row["threads_at_fork"]

    return found


@pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
@pytest.mark.parametrize(("text", "number"), [(PLAIN, "1"), (WITH_THREADS, "4")])
def test_threads_are_counted_when_the_first_worker_is_forked(
    text, number, interpreter, threads_at_fork
):
    assert threads_at_fork(text, command=interpreter) == number


@pytest.mark.parametrize("strategy", ["closure", "futures", "mpire", "argument", "manager_list"])
def test_every_pool_is_seen(strategy, threads_at_fork):
    own = {"mpire": 2}.get(strategy, 1)  # MPIRE starts a thread before it forks
    assert threads_at_fork(PLAIN, strategy) == str(own)
    assert threads_at_fork(WITH_THREADS, strategy) == str(own + 3)


def test_forks_of_build_are_its_own(threads_at_fork):
    assert threads_at_fork(FORKS_ITSELF) == "4"


@pytest.mark.parametrize(
    ("strategy", "method"),
    [("serial", "none"), ("threads", "none"), ("initializer", "spawn"),
     ("initializer", "forkserver")],
)  # fmt: skip
def test_nothing_is_counted_where_the_program_does_not_fork(strategy, method, threads_at_fork):
    assert threads_at_fork(WITH_THREADS, strategy, start_method=method) == ""


def test_threads_of_a_run_that_hangs_are_known(measurement, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        WITH_THREADS.replace("return sum", "time.sleep(99)\n    return sum"), encoding="utf-8"
    )
    row = measurement(strategy="global", workload=path, time_limit_s=3).run().row
    assert (row["status"], row["threads_at_fork"]) == ("timeout", "4")
