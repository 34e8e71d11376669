"""What else went on beside a run: other programs' work, steal, pressure, waiting for a CPU.

The kernel counts all of it anyway, so it costs nothing while the run goes on. Linux; what a system
does not report is None.
"""

import os
import resource
import time
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


class Beside:
    """Counts from its making to `so_far`, which is to be asked when the run's processes are gone.

    A run's own CPU time is that of this process and of all that it has waited for: its children and
    theirs, and what it adopted.
    """

    def __init__(self):
        self._began = counters()

    def so_far(self):
        """Return watched_s, other_cpu_s, steal_s and cpu_pressure_s since the beginning."""
        now, began = counters(), self._began
        spent = {
            name: None if None in (now[name], began[name]) else now[name] - began[name]
            for name in now
        }
        busy = spent.pop("busy_s")
        own = spent.pop("own_s")
        return spent | {"other_cpu_s": None if busy is None else max(0.0, busy - own)}


def counters():
    """Return the kernel's counters, in seconds since they began."""
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "watched_s": time.monotonic(),
        "own_s": sum(used.ru_utime + used.ru_stime for used in own),
        **processors(),
        "cpu_pressure_s": pressure(),
    }


def processors(path="/proc/stat"):
    """Return busy_s, of all processors together without what was stolen from them, and steal_s."""
    with suppress(OSError, ValueError, IndexError):
        # proc(5): user nice system idle iowait irq softirq steal guest guest_nice; user holds guest
        fields = list(map(int, Path(path).read_text(encoding="ascii").split("\n")[0].split()[1:]))
        user, nice, system, _, _, irq, softirq, steal = fields[:8]
        return {"busy_s": (user + nice + system + irq + softirq) / TICK, "steal_s": steal / TICK}
    return {"busy_s": None, "steal_s": None}


def pressure(path="/proc/pressure/cpu"):
    """Return how long some task has waited for a CPU, in seconds; None where it is not counted."""
    with suppress(OSError, ValueError, IndexError):
        # some avg10=0.00 avg60=0.00 avg300=0.00 total=<microseconds>
        first = Path(path).read_text(encoding="ascii").split("\n")[0]
        return int(first.rpartition("total=")[2]) / 1e6
    return None


def scheduled(pids):
    """Return (seconds on a CPU, seconds of waiting for one) of all threads of the processes.

    None twice where the kernel does not say. To the nanosecond, unlike CPU times in ticks of 10 ms.
    """
    running = waiting = 0
    seen = False
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            # A thread may end while its file is read.
            with suppress(OSError, ValueError):
                on_cpu, queued, _ = task.read_text(encoding="ascii").split()
                running, waiting, seen = running + int(on_cpu), waiting + int(queued), True
    return (running / 1e9, waiting / 1e9) if seen else (None, None)
