"""Waits for a quiet machine before a run, within limits, and remembers what the machine gave.

What is remembered lies in a file beside the study's results, one for all its runs, which are
separate processes. The lock of the machine is held while it is read and written.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from supervisor.conditions.yardstick import KERNEL, capacity, read_yardstick
from supervisor.rows import replace_text
from supervisor.terminal import clear, is_terminal, say, show
from supervisor.types import GiveUp

SHARE = 0.05  # of the time, at most, goes into readings
AGAIN_S = 1.0  # between two readings while waiting
HEAD_START_S = 30.0  # of patience, before the study has measured anything
MOST_S = 60.0  # of patience before a single run


@dataclass
class Remembered:
    """What one run of a study leaves for the next."""

    kernel: str = KERNEL
    best_s: float | None = None  # the least time of any CPU in this study
    seconds: list[float] | None = None  # the last reading
    read_at: float = 0.0
    cost_s: float = 0.0
    waited_s: float = 0.0
    measured_s: float = 0.0


class Quiet:
    """The yardstick of one study: `before` a run and `after` it.

    Args:
        path: the file that remembers; None remembers nothing.
        enough: share of the usable CPUs, from 0 to 1, that the machine must give.
        patience: share of the study's time, from 0 to 1, that may be spent waiting.
        read: returns the seconds of each CPU, as `read_yardstick`.
        clock, sleep: in seconds; the clock is one for all runs since the machine was started.
    """

    def __init__(
        self,
        path: str | Path | None,
        enough: float,
        patience: float,
        read: Callable[[], list[float]] = read_yardstick,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path, self._enough, self._patience = path, enough, patience
        self._read, self._clock, self._sleep = read, clock, sleep
        self._known = remembered(path)

    def before(self, interrupted: GiveUp = lambda: False) -> list[float]:
        """Return the seconds of each CPU, read just now or a moment ago, when it is quiet.

        Or when patience is at an end: then the run is measured all the same, and its row says so.
        """
        seconds = self._recent() or self._reading()
        if not self._is_quiet(seconds):
            seconds = self._reading()  # a bad reading is taken again before it counts
        began = self._clock()
        allowed = min(MOST_S, self._allowance())
        said = False
        while not self._is_quiet(seconds) and not interrupted():
            if self._clock() - began + AGAIN_S > allowed:
                break
            if not said:
                found, cpus = self._capacity(seconds), len(seconds)
                # In a log once a study: on a busy machine many a run waits.
                if is_terminal():
                    show(f"waiting for quiet ({found:.2f} of {cpus} CPUs) ...")
                elif self._known.waited_s < AGAIN_S:
                    say(f"waiting for quiet ({found:.2f} of {cpus} CPUs), as others may later")
                said = True
            self._sleep(AGAIN_S)
            seconds = self._reading()
        if said:
            clear()
        self._known.waited_s += self._clock() - began
        self._save()
        return seconds

    def after(self, wall_s: float) -> list[float] | None:
        """Note that a run took `wall_s` seconds; return a new reading if it is time for one."""
        self._known.measured_s += wall_s
        seconds = None
        if not self._recent():
            seconds = self._reading()
            if not self._is_quiet(seconds):
                seconds = self._reading()
        self._save()
        return seconds

    def _recent(self) -> list[float] | None:
        """Return the last reading if it is so young that another would take more than `SHARE`.

        One of the time before the machine was started anew seems to be of the future: it is not.
        """
        age = self._clock() - self._known.read_at
        recent = self._known.seconds and 0 <= age <= self._known.cost_s / SHARE
        return self._known.seconds if recent else None

    def _reading(self) -> list[float]:
        began = self._clock()
        seconds = self._read()
        known = self._known
        known.best_s = min([*seconds, known.best_s or seconds[0]])
        now = self._clock()
        known.seconds, known.read_at, known.cost_s = seconds, now, now - began
        return seconds

    def _capacity(self, seconds: list[float]) -> float:
        return capacity(seconds, self._known.best_s or min(seconds))

    def _is_quiet(self, seconds: list[float]) -> bool:
        return self._capacity(seconds) >= self._enough * len(seconds)

    def _allowance(self) -> float:
        whole = HEAD_START_S + self._patience * self._known.measured_s
        return whole - self._known.waited_s if self._patience else 0.0

    def _save(self) -> None:
        if self._path is not None:
            replace_text(self._path, json.dumps(asdict(self._known)))


def remembered(path: str | Path | None) -> Remembered:
    """Return what the file says; a fresh start if there is none, or it is another kernel's."""
    names = [one.name for one in fields(Remembered)]
    if path is not None:
        with suppress(OSError, ValueError):
            found = json.loads(Path(path).read_text(encoding="utf-8"))
            if isinstance(found, dict) and found.get("kernel") == KERNEL:
                return Remembered(**{name: found[name] for name in names if name in found})
    return Remembered()
