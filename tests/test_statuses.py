"""Every end that a run can have, provoked on purpose."""

import re
import sys
from dataclasses import dataclass

import psutil
import pytest
from libraries import WITH_LIBRARIES, skip_without_libraries
from measuring import SHARED_MEMORY, WORKLOADS
from memory_group import MemoryGroup
from needs import NEEDS

from sharing import strategies
from supervisor.columns import STATUSES, TIMES
from supervisor.machine import available_memory, total_memory

ROOM_MIB = 300  # what the memory eater may eat before it is under the floor


@dataclass(frozen=True)
class Provoked:
    """What is asked of the supervisor, and the status and reason that it has to give."""

    status: str
    reason: str
    strategy: str = "serial"
    workload: str = "arithmetic"
    time_limit_s: float = 60


CASES = {
    "ok": Provoked("ok", "^$"),
    "strategy raises": Provoked(
        "failed", "^KeyError: 'published on purpose' in publish$", "provoked_raises"
    ),
    "job raises": Provoked(
        "failed",
        r"^raises\.py, line 10: ValueError: job 3 fails on purpose in a job$",
        "argument",
        "raises",
    ),
    "unsupported": Provoked(
        "unsupported", "^not on this machine, says the test$", "provoked_unsupported"
    ),
    "takes too long": Provoked(
        "timeout",
        "^over 1 s, in (start-up|map)(, where it hung.+)?$",
        workload="endless",
        time_limit_s=1,
    ),
    "main process dies": Provoked("crashed", "^killed by SIGSEGV in map$", "provoked_segfaults"),
    "pool's worker dies": Provoked(
        "crashed", "^worker killed by SIGSEGV in map$", "global", "segfaults"
    ),
    "nested function's worker dies": Provoked(
        "crashed", "^worker killed by SIGSEGV in map$", "closure", "segfaults"
    ),
    "executor's worker dies": Provoked(
        "crashed", "^worker killed by SIGSEGV in map$", "futures", "segfaults"
    ),
    "eats memory": Provoked(
        "out_of_memory",
        r"^\d+ MiB available, under the floor of \d+ MiB .memory_floor_percent.",
        "provoked_eats_memory",
    ),
    "asks too much memory": Provoked(
        "out_of_memory", "^MemoryError in publish$", "provoked_memory_error"
    ),
    "answers wrongly": Provoked("wrong", "^job 3 answered 781, expected 780$", "global", "wrong"),
}


def test_every_status_is_provoked():
    assert {case.status for case in CASES.values()} == set(STATUSES)


@pytest.mark.parametrize("name", CASES)
def test_status(name, measurement, scripts_with_test_strategies):
    case = CASES[name]
    floor_percent = 0
    if case.strategy == "provoked_eats_memory":
        floor_percent = 100 * (available_memory() - ROOM_MIB * 2**20) / total_memory()
        if floor_percent <= 0:
            pytest.skip(f"less than {ROOM_MIB} MiB of memory are available")
    run = measurement(
        scripts=scripts_with_test_strategies,
        strategy=case.strategy,
        workload=WORKLOADS / f"{case.workload}.py",
        time_limit_s=case.time_limit_s,
        memory_floor_percent=floor_percent,
    ).run()
    assert run.exit_code == 0, run.terminal
    assert run.row["status"] == case.status, run.row["reason"]
    assert re.search(case.reason, run.row["reason"]), run.row["reason"]
    said = f": {case.status}: {run.row['reason']:.100}\n"
    silent = case.status in ("ok", "unsupported")
    assert (run.terminal == "") if silent else run.terminal.endswith(said)
    # Only the time of an answered run counts; what was reached of the others is kept.
    assert bool(run.row["total_s"]) == (case.status in ("ok", "wrong"))
    assert float(run.row["wall_s"]) > 0
    assert run.row["implementation"] and run.row["machine"] and run.row["started_utc"]


@pytest.fixture
def little_memory():
    """A control group of 300 MiB, which most root users can make, or a skip."""
    try:
        group = MemoryGroup(ROOM_MIB)
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    yield group
    group.end()


@pytest.mark.parametrize("floor_percent", [0, 8])
def test_worker_that_takes_gigabytes_at_once(measurement, little_memory, floor_percent):
    """Either the limit is seen in time, or the kernel ends the worker; never anything else."""
    one = measurement(
        strategy="global",
        workload=WORKLOADS / "takes_gigabytes.py",
        workers=1,
        jobs=1,
        memory_floor_percent=floor_percent,
    )
    one.command = little_memory.command(one.command)
    run = one.run()
    assert run.exit_code == 0, run.terminal
    assert run.row["status"] == "out_of_memory", run.row["reason"]
    killed = "worker killed by SIGKILL in map: the kernel had no memory left"
    assert run.row["reason"] == killed or "under the floor" in run.row["reason"]


# MPIRE 2.10 notices that a worker is gone and ends the others by SIGTERM, then joins them without a
# limit. Under load it may wait for ever (8 of 702 times), in a program without the study as well.
MAY_HANG = ("mpire",)


# What only reads its data by a library has multiprocessing's workers, and other data than lists.
# A thread takes the program with it.
@pytest.mark.parametrize(
    "name",
    [
        name
        for name in WITH_LIBRARIES
        if name not in NEEDS and strategies.workers_of(name) != "threads"
    ],
)
def test_worker_of_a_library_that_dies(name, measurement):
    method = "fork" if strategies.workers_of(name) == "processes" else "own"
    limit = {"time_limit_s": 15} if name in MAY_HANG else {}
    crashing = WORKLOADS / "segfaults.py"
    run = measurement(strategy=name, start_method=method, workload=crashing, **limit).run()
    skip_without_libraries(name, sys.executable, run.row)
    if name in MAY_HANG and run.row["status"] == "timeout":
        assert run.row["reason"].endswith("in map, where it hung: nothing computed any more")
        return
    assert run.row["status"] == "crashed", run.row["reason"]
    # A library that keeps the exit code to itself says that a worker is gone in words of its own.
    assert re.search(r"^worker (killed by SIGSEGV|gone: .+) in map$", run.row["reason"])


def test_phases_that_were_not_reached_have_no_time(measurement, scripts_with_test_strategies):
    row = measurement(scripts=scripts_with_test_strategies, strategy="provoked_raises").run().row
    reached = [name for name in TIMES if row[name]]
    assert reached == ["build_s", "wall_s"], row


def test_timeout_ends_managers_deaf_workers_and_shared_memory(
    measurement, scripts_with_test_strategies
):
    before = set(psutil.pids())
    one = measurement(
        scripts=scripts_with_test_strategies, strategy="provoked_hangs", time_limit_s=4
    )
    one.start()
    one.said("hanging with")
    # The supervisor, its guardian, the program, the Manager, two workers; a tracker of resources.
    during = one.survivors()
    assert len(during) >= 6
    assert not {process.pid for process in during} & before
    run = one.finish()
    name, items = re.search(r"hanging with (\S+) and (\d+) items", run.log).groups()
    assert items == "40"
    assert run.row["status"] == "timeout"
    assert one.survivors() == []
    assert not (SHARED_MEMORY / name).exists()


def test_partial_answers_are_wrong(measurement, scripts_with_test_strategies):
    strategy = scripts_with_test_strategies / "sharing/strategies/provoked_forgetful.py"
    strategy.write_text(
        "from sharing.measured import build, process\n\n"
        "WORKERS = None\n\n"
        "def share(workers, jobs):\n"
        "    data = build()\n"
        "    for job in jobs:\n"
        "        if job:\n"
        "            yield process(data, job)\n"
    )
    run = measurement(scripts=scripts_with_test_strategies, strategy="provoked_forgetful").run()
    assert (run.row["status"], run.row["reason"]) == ("wrong", "4 answers to 5 jobs")


@pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
def test_bug_outside_the_phases_fails_the_rule(
    measurement, interpreter, scripts_with_test_strategies
):
    run = measurement(
        command=interpreter, scripts=scripts_with_test_strategies, strategy="provoked_bug"
    ).run()
    assert run.exit_code == 1
    assert run.row is None
    assert run.jobs == []
    assert "Traceback" in run.terminal
    assert "LookupError: a bug before the first phase" in run.terminal


def test_interpreter_without_the_program_is_a_bug(measurement):
    run = measurement(command=f"{sys.executable} -c 'raise SystemExit(7)'").run()
    assert run.exit_code == 1
    assert run.row is None
    assert "ended with exit code 7 in start-up" in run.terminal


def test_workers_that_the_program_itself_ends_have_not_crashed(
    measurement, scripts_with_test_strategies
):
    """A pool that is left by an exception ends its workers by SIGTERM, which may take a while."""
    strategy = scripts_with_test_strategies / "sharing/strategies/provoked_leaves_slowly.py"
    strategy.write_text(
        "import multiprocessing, time\n"
        "from sharing.measured import build\n\n"
        "def share(workers, jobs, start_method):\n"
        "    build()\n"
        "    context = multiprocessing.get_context(start_method)\n"
        "    worker = context.Process(target=time.sleep, args=(9,))\n"
        "    worker.start()\n"
        "    worker.terminate()\n"
        "    time.sleep(1.2)  # the death watch looks twice in it\n"
        "    raise KeyError('on purpose')\n"
        "    yield\n"
    )
    name = "provoked_leaves_slowly"
    row = measurement(scripts=scripts_with_test_strategies, strategy=name).run().row
    assert (row["status"], row["reason"]) == ("failed", "KeyError: 'on purpose' in publish")
