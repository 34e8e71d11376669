"""What runs leave in shared memory is removed, however they end; what is others' stays."""

import mmap
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from measuring import SHARED_MEMORY, WORKLOADS, left_behind, wait_until

from supervisor import processes
from supervisor.machine import available_memory, total_memory
from supervisor.shared_memory import SharedMemory, is_orphan

NOBODY = 2**22 + 1  # no process has this id
SMALL_MIB = 8
TOO_MANY = 2 * SMALL_MIB * 2**20 // 8  # numbers
ROOM_MIB = 300  # what the memory eater may eat
FAILURES = {
    "no room": {"strategy": "shared_memory", "size": TOO_MANY},
    "raises in start": {"strategy": "provoked_leaves"},
    "main process dies": {"strategy": "provoked_segfaults"},
    "worker dies": {"strategy": "shared_memory", "workload": WORKLOADS / "segfaults.py"},
    "job raises": {"strategy": "shared_memory", "workload": WORKLOADS / "raises.py"},
    "answers wrongly": {"strategy": "shared_memory", "workload": WORKLOADS / "wrong.py"},
    "takes too long": {"strategy": "provoked_hangs", "time_limit_s": 2},
    "eats memory": {"strategy": "provoked_eats_memory"},
}
STATUSES = {
    "no room": "crashed",
    "raises in start": "failed",
    "main process dies": "crashed",
    "worker dies": "crashed",
    "job raises": "failed",
    "answers wrongly": "wrong",
    "takes too long": "timeout",
    "eats memory": "out_of_memory",
}


@pytest.fixture
def small(namespace):
    """A namespace whose shared-memory folder is small."""
    return namespace(f"mount -t tmpfs -o size={SMALL_MIB}m tmpfs {SHARED_MEMORY}")


def floor_percent():
    """A floor that is reached when `ROOM_MIB` more are taken."""
    return 100 * (available_memory() - ROOM_MIB * 2**20) / total_memory()


def test_failed_runs_leave_room_for_the_next(
    measurement, small, scripts_with_test_strategies, request
):
    commands = {"cpython": sys.executable}
    with suppress(pytest.skip.Exception):
        commands["pypy"] = request.getfixturevalue("pypy")

    def make(**given):
        return small.entered(measurement(scripts=scripts_with_test_strategies, **given))

    for name, given in FAILURES.items():
        for command in commands.values():
            if name == "eats memory":
                given = given | {"memory_floor_percent": floor_percent()}
            run = make(command=command, **given).run()
            assert run.row["status"] == STATUSES[name], (name, command, run.row["reason"])
            assert small.shared_memory() == [], (name, command)
    for kill in (kill_program, kill_supervisor, signal_supervisor):
        one = make(strategy="shared_memory", workload=WORKLOADS / "endless.py")
        one.start()
        one.said("in a job")
        assert small.shared_memory()
        kill(one)
        one.finish()
        wait_until(lambda one=one: not one.survivors(), "the run to be ended")
        assert small.shared_memory() == [], kill.__name__
    for command in commands.values():
        run = make(strategy="shared_memory", size=TOO_MANY // 4, command=command).run()
        assert (run.row["status"], run.row["reason"]) == ("ok", "")
        assert small.shared_memory() == []


def kill_program(one):
    """Kill the measured program as the kernel does where memory is short."""
    children = psutil.Process(one.program.pid).children()
    (program,) = [child for child in children if "--output" not in child.cmdline()]
    program.kill()


def kill_supervisor(one):
    one.program.kill()


def signal_supervisor(one):
    one.program.send_signal(signal.SIGTERM)


NAMED = """
import multiprocessing, time
from multiprocessing.shared_memory import SharedMemory
semaphore = multiprocessing.get_context("spawn").Semaphore()
memory = SharedMemory(create=True, size=4096)
print(semaphore._semlock.name.lstrip("/"), memory.name, flush=True)
time.sleep(600)
"""


def test_named_semaphores_and_segments_go_with_the_group():
    """A semaphore is mapped under a name that it has no more; the folder has it under another."""
    run = SharedMemory()
    holder = subprocess.Popen(
        [sys.executable, "-c", NAMED], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    semaphore, memory = holder.stdout.readline().split()
    names = {f"/dev/shm/sem.{semaphore}", f"/dev/shm/{memory}"}
    processes.end_processes(lambda: processes.processes_of(holder.pid, "no such folder"), run)
    holder.wait()
    holder.stdout.close()
    assert not any(Path(name).exists() for name in names)


@pytest.fixture
def file():
    """Make a file in the shared-memory folder by its name; afterwards all are removed."""
    made = []

    def make(name):
        made.append(SHARED_MEMORY / name)
        made[-1].write_bytes(b"x")
        return made[-1]

    yield make
    for path in made:
        path.unlink(missing_ok=True)


def test_what_was_there_before_the_run_stays(file):
    before = file("psm_provoked_before")
    run = SharedMemory()
    new = file("psm_provoked_new")
    run.remove()
    assert before.exists()
    assert not new.exists()


def mapped(opened):
    memory = mmap.mmap(opened.fileno(), 1)
    opened.close()
    return memory


@pytest.mark.parametrize("use", [lambda opened: opened, mapped], ids=["open", "mapped"])
def test_what_a_living_process_uses_stays(use, file):
    run = SharedMemory()
    used = file("psm_provoked_used")
    with used.open("r+b") as opened, use(opened):
        run.remove()
        assert used.exists()
    run.remove()
    assert not used.exists()


def test_names():
    for name in (
        "psm_12ab", "wnsm_1", "sem.mp-abcdefgh", "sem.aB3xYz", "plasmaXyZ",
        f"pym-{NOBODY}-a", f"sem.loky-{NOBODY}-a", f"joblib_memmapping_folder_{NOBODY}_a",
        f"torch_{NOBODY}_12_0",
    ):  # fmt: skip
        assert is_orphan(name), name
    for name in (
        "theirs", "sem.theirs_too", "PostgreSQL.1", "pulse-shm-1", f"pym-{os.getpid()}-a",
        f"sem.loky-{os.getpid()}-a", f"joblib_memmapping_folder_{os.getpid()}_a",
        f"torch_{os.getpid()}_12_0", "torchvision",
    ):  # fmt: skip
        assert not is_orphan(name), name


def test_what_another_test_uses_is_not_left_behind(tmp_path):
    mapped, left = (SHARED_MEMORY / f"{tmp_path.parent.name}-{name}" for name in ("map", "left"))
    names = {mapped.name, left.name}
    mapped.write_bytes(b"x" * mmap.PAGESIZE)
    left.write_bytes(b"x")
    with mapped.open("r+b") as file, mmap.mmap(file.fileno(), 0):
        assert left_behind(names) == {left.name}
    assert left_behind(names) == names
    mapped.unlink()
    left.unlink()
    assert left_behind(names) == set()
