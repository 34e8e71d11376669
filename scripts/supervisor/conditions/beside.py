"""What else went on beside a run: other programs' work, steal, pressure, waiting for a CPU.

The kernel counts all of it anyway, so it costs nothing while the run goes on. Linux; what a system
does not report is None.
"""

import os
import resource
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


class Beside:
    """Counts from its making to `so_far`, which is to be asked when the run's processes are gone.

    A run's own CPU time is that of this process and of all that it has waited for: its children and
    theirs, and what it adopted.
    """

    def __init__(self) -> None:
        self._began = counters()

    def so_far(self) -> dict[str, float | None]:
        """Return watched_s, other_cpu_s, steal_s and cpu_pressure_s since the beginning."""
        now, began = counters(), self._began
        spent = {name: difference(now[name], began[name]) for name in now}
        own = spent.pop("own_s")
        other = difference(spent.pop("busy_s"), own)
        return spent | {"other_cpu_s": None if other is None else max(0.0, other)}


def difference(counter: float | None, before: float | None) -> float | None:
    """Return how far a counter went on; None where the system has none."""
    return None if counter is None or before is None else counter - before


def counters() -> dict[str, float | None]:
    """Return the kernel's counters, in seconds since they began."""
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "watched_s": time.monotonic(),
        "own_s": sum(used.ru_utime + used.ru_stime for used in own),
        **processors(),
        "cpu_pressure_s": pressure(),
    }


def processors(path: str | Path = "/proc/stat") -> dict[str, float | None]:
    """Return busy_s, of all processors together without what was stolen from them, and steal_s."""
    with suppress(OSError, ValueError, IndexError):
        # proc(5): user nice system idle iowait irq softirq steal guest guest_nice; user holds guest
        fields = list(map(int, Path(path).read_text(encoding="ascii").split("\n")[0].split()[1:]))
        user, nice, system, _, _, irq, softirq, steal = fields[:8]
        return {"busy_s": (user + nice + system + irq + softirq) / TICK, "steal_s": steal / TICK}
    return {"busy_s": None, "steal_s": None}


def pressure(path: str | Path = "/proc/pressure/cpu") -> float | None:
    """Return how long some task has waited for a CPU, in seconds; None where it is not counted."""
    with suppress(OSError, ValueError, IndexError):
        # some avg10=0.00 avg60=0.00 avg300=0.00 total=<microseconds>
        first = Path(path).read_text(encoding="ascii").split("\n")[0]
        return int(first.rpartition("total=")[2]) / 1e6
    return None


def scheduled(pids: Iterable[int]) -> tuple[float, float] | tuple[None, None]:
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
