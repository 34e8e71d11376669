"""How many CPUs the machine really gives right now: a fixed piece of work on each of them at once.

On a shared host the hypervisor may give less than it shows, and neither steal nor load average has
to show that. So one process on every usable CPU does the same work at the same time; how long each
takes, against the least that it ever took in this study, is what that CPU is worth at the moment.

Each process is pinned to a CPU of its own: two freshly forked ones share one CPU for their first 10
to 20 ms otherwise, and a short reading would see that alone.
"""

import os
import time
from collections.abc import Iterable, Sequence

from supervisor.machine import usable_cpus

WORK = 400_000  # rounds of the kernel: about 50 ms on a CPU of 2022
# Part of every reading's meaning: readings of different kernels are not compared.
KERNEL = "lcg-400k"


def read_yardstick(cpus: Sequence[int | None] | None = None, work: int = WORK) -> list[float]:
    """Return the seconds that each usable CPU took for the work, all of them at the same time.

    `cpus` are the CPUs' numbers; by default those that this process may use, or as many unpinned
    processes as the control group's quota allows if that is less. About 60 ms.
    """
    if cpus is None:
        allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        number = max(1, int(usable_cpus()))
        cpus = allowed if number == len(allowed) else [None] * number
    gate, open_gate = os.pipe()
    results, report = os.pipe()
    children = []
    for cpu in cpus:
        child = os.fork()
        if child == 0:
            try:
                os.close(open_gate)
                if cpu is not None:
                    os.sched_setaffinity(0, {cpu})
                os.read(gate, 1)  # the end of the pipe: all begin together
                os.write(report, f"{timed(work)!r}\n".encode())
            finally:
                os._exit(0)
        children.append(child)
    os.close(gate)
    os.close(report)
    os.close(open_gate)
    with os.fdopen(results) as lines:
        seconds = [float(line) for line in lines]
    for child in children:
        os.waitpid(child, 0)
    return seconds


def timed(work: int) -> float:
    """Return the seconds that the kernel takes: integer arithmetic, no memory."""
    began = time.perf_counter()
    value = 1
    for _ in range(work):
        value = (value * 1103515245 + 12345) & 0x7FFFFFFF
    return time.perf_counter() - began


def capacity(seconds: Iterable[float], best: float) -> float:
    """Return a reading in CPUs: the sum of what each is worth against the least time, `best`."""
    return sum(best / one for one in seconds)
