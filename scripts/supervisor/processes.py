"""The run's processes seen from outside: their memory, what they used, and their end."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

MIB = 2**20
SHARED_MEMORY = "/dev/shm/"


def tree_of(pid):
    """Return the process and all its descendants that are alive, as psutil processes."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    return []


def snapshot(pid, workers):
    """Look at the whole tree below `pid`; `workers` are the process ids that did jobs.

    Returns tree_pss_mib (proportional set size, summed: a page shared by n processes counts 1/n
    in each), workers_uss_mib and workers_uss_max_mib (private memory; None where the jobs were
    done by the main process itself), and the tree's page faults and CPU seconds so far. About
    10 ms per 512 MiB of resident memory, so never inside a clock.
    """
    pss, private, used = 0, [], dict.fromkeys(("minor_faults", "major_faults"), 0)
    used |= {"cpu_user_s": 0.0, "cpu_system_s": 0.0}
    for process in tree_of(pid):
        with suppress(psutil.NoSuchProcess):
            memory, cpu = process.memory_full_info(), process.cpu_times()
            pss += getattr(memory, "pss", memory.uss)
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


def page_faults(pid):
    """Return (minor, major) page faults of one process; zeros where there is no /proc."""
    try:
        # proc(5): the name in parentheses may hold spaces; minflt and majflt are fields 10 and 12.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0
    return int(fields[7]), int(fields[9])


def shared_memory_of(processes):
    """Return the files in the shared-memory folder that the processes have mapped.

    By inode: glibc maps a named semaphore under a temporary name that is gone afterwards.
    """
    inodes = set()
    for process in processes:
        with suppress(OSError):
            for line in Path(f"/proc/{process.pid}/maps").read_text().splitlines():
                # proc(5): address, permissions, offset, device, inode, path
                fields = line.split(maxsplit=5)
                if fields[-1].startswith(SHARED_MEMORY):
                    inodes.add(int(fields[4]))
    found = set()
    with suppress(OSError):
        for file in os.scandir(SHARED_MEMORY):
            if file.inode() in inodes:
                found.add(file.path)
    return found


def group_of(pgid):
    """Return the living processes of a process group, orphans included."""
    members = []
    for process in psutil.process_iter():
        with suppress(OSError, psutil.NoSuchProcess):
            if os.getpgid(process.pid) == pgid and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
    return members


def end_group(pgid, also=(), segments=()):
    """Kill the process group and every descendant in `also`; remove shared memory they held.

    The group is the run's own session, so managers, pools and trackers are in it; `also` names
    processes that left it. `segments` are shared-memory files seen earlier. Returns when nothing
    of it is alive, or after five seconds.
    """
    members = {*group_of(pgid), *also}
    segments = {*segments, *shared_memory_of(members)}
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pgid, signal.SIGKILL)
    for process in members:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    deadline = time.monotonic() + 5
    while group_of(pgid) and time.monotonic() < deadline:
        time.sleep(0.01)
    for segment in segments:
        with suppress(OSError):
            Path(segment).unlink()
