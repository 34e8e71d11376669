"""The run's processes seen from outside: their memory, what they used, and their end."""

import ctypes
import os
import select
import subprocess
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psutil

from supervisor.machine import MIB
from supervisor.types import Leavings, Processes

PR_SET_CHILD_SUBREAPER = 36  # prctl(2), Linux


class HasPrivate(Protocol):
    """The memory of a process as psutil gives it, whatever the system."""

    @property
    def uss(self) -> int: ...


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, in place of process 1.

    So a daemon, which forks twice and leaves the session, stays below the supervisor. Linux only;
    elsewhere such a process is known by its mark alone (`processes_of`).
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def tree_of(pid: int) -> list[psutil.Process]:
    """Return the process and all its descendants that are alive, as psutil processes."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    return []


def descendants_of(pid: int, besides: int) -> list[psutil.Process]:
    """Return the living descendants of `pid`, the process `besides` left out."""
    return [process for process in tree_of(pid) if process.pid not in (pid, besides)]


def wait_for(program: subprocess.Popen[bytes], seconds: float) -> int:
    """Return the exit code of a child; raises `subprocess.TimeoutExpired` after so long.

    `Popen.wait` with a limit looks ever more rarely, so that it comes up to 50 ms late.
    """
    try:
        descriptor = os.pidfd_open(program.pid)
    except (AttributeError, OSError):  # not Linux 5.3, or forbidden in a container
        return program.wait(seconds)
    with os.fdopen(descriptor) as ending:
        select.select([ending], [], [], seconds)
    return program.wait(0)


def snapshot(processes: Processes, pid: int, workers: Collection[int]) -> dict[str, float | None]:
    """Look at a run's `processes`; `pid` is its main one, `workers` the ids of those that did jobs.

    Returns tree_pss_mib (proportional set size, summed: a page shared by n processes counts 1/n
    in each), workers_uss_mib and workers_uss_max_mib (private memory; None where the jobs were
    done by the main process itself), and the tree's page faults and CPU seconds so far. About
    10 ms per 512 MiB of resident memory, so never inside a clock.
    """
    pss, private = 0, []
    used = {"minor_faults": 0, "major_faults": 0, "cpu_user_s": 0.0, "cpu_system_s": 0.0}
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            memory, cpu = process.memory_full_info(), process.cpu_times()
            pss += pss_bytes(memory)
            if process.pid in workers and process.pid != pid:
                private.append(memory.uss / MIB)
            minor, major = page_faults(process.pid)
            used["minor_faults"] += minor
            used["major_faults"] += major
            used["cpu_user_s"] += cpu.user
            used["cpu_system_s"] += cpu.system
    return {
        "tree_pss_mib": pss / MIB,
        "workers_uss_mib": sum(private) / len(private) if private else None,
        "workers_uss_max_mib": max(private, default=None),
        **used,
    }


def pss_of(processes: Processes) -> float:
    """Return the proportional set size of all processes together, in MiB, while they run.

    A shared page counts once. Where the kernel does not know it, private memory alone.
    """
    total = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += pss_bytes(process.memory_full_info())
    return total / MIB


def pss_bytes(memory: HasPrivate) -> int:
    """Return the proportional set size in bytes; private memory where the kernel has none."""
    return getattr(memory, "pss", memory.uss)


def page_faults(pid: int) -> tuple[int, int]:
    """Return (minor, major) page faults of one process; zeros where there is no /proc."""
    try:
        # proc(5): the name in parentheses may hold spaces; minflt and majflt are fields 10 and 12.
        fields = (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(")")[2]
            .split()
        )
    except OSError:
        return 0, 0
    return int(fields[7]), int(fields[9])


def processes_of(pgid: int | None, folder: Path) -> set[psutil.Process]:
    """Return the living processes of a run: its process group, and all that carry its mark.

    The mark is the run's temporary folder, which every process inherits in its environment: also
    one that left the group and lost its parent.
    """
    found = set()
    for process in psutil.process_iter():
        with suppress(OSError, psutil.Error):
            if not is_alive(process):
                continue
            if os.getpgid(process.pid) == pgid or process.environ().get("TMPDIR") == str(folder):
                found.add(process)
    return found


def is_alive(process: psutil.Process) -> bool:
    """Return whether a process is there and no zombie, which waits for its parent alone."""
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def end_processes(find: Callable[[], Processes], memory: Leavings | None = None) -> None:
    """Kill what `find()` returns until it returns nothing; remove the `memory` that it shared.

    Again and again, because one of them may have started another meanwhile. Gives up after five
    seconds. `memory` is the run's `SharedMemory`.
    """
    ended: set[psutil.Process] = set()
    deadline = time.monotonic() + 5
    while (alive := set(find())) and time.monotonic() < deadline:
        if memory:
            memory.look(alive - ended)
        for process in alive - ended:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        ended |= alive
        time.sleep(0.01)
    if memory:
        memory.remove()
