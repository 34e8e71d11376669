"""Numbers in words, with their units, as the report and the verdicts print them."""

import math
from collections.abc import Iterable
from typing import Protocol

from sharing.workloads import is_own

MOST_NAMES = 3  # in a title or a sentence: a longer list says nothing; what is more is counted


class Interval(Protocol):
    """A value with the ends of its interval, such as a `Ratio`."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def time(seconds: float) -> str:
    """Return a duration in words, three digits."""
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6), ("ns", 1e9)):
        if abs(seconds) * factor >= 1 or unit == "ns":
            number = seconds * factor
            return f"{number:.3g} {unit}" if abs(number) < 999.5 else f"{number:.0f} {unit}"
    raise AssertionError("unreachable")


def mib(size: float) -> str:
    """Return MiB in words."""
    return f"{size / 1024:.1f} GiB" if abs(size) >= 1024 else f"{size:.1f} MiB"


def two_digits(value: float) -> str:
    """Return a number in words, two digits, or all those before the point."""
    return f"{value:.0f}" if abs(value) >= 99.5 else f"{float(f'{value:.2g}'):g}"


def about_time(seconds: float) -> str:
    """Return a duration in words, two digits."""
    return time(float(f"{seconds:.2g}"))


def about_mib(size: float) -> str:
    """Return MiB in words, two digits; what is below a tenth of one is none."""
    if size >= 1024:
        return f"{two_digits(size / 1024)} GiB"
    return f"{float(f'{size:.2g}') if size >= 0.1 else 0:g} MiB"


def items(size: float) -> str:
    """Return a number of items in words."""
    return f"{size / 1e6:g} M items" if size >= 1e6 else f"{size:_} items".replace("_", " ")


def amount(size: int, workload: str) -> str:
    """Return the size of a workload's data in words; what a user's own counts is not known."""
    return f"size {size:_}".replace("_", " ") if is_own(workload) else items(size)


def workers(number: int) -> str:
    """Return a number of workers in words."""
    return "1 worker" if number == 1 else f"{number} workers"


def cpus(count: float) -> str:
    """Return a number of CPUs in words."""
    return "1 CPU" if count == 1 else f"{number(count)} CPUs"


def cells(number: int) -> str:
    """Return a number of cells in words."""
    return "1 cell" if number == 1 else f"{number} cells"


def runs(number: int) -> str:
    """Return a number of runs in words."""
    return "1 run" if number == 1 else f"{number} runs"


def ratio(number: float) -> str:
    """Return a ratio in words: two digits, or all those before the point; never an exponent."""
    return f"{number:.0f}" if abs(number) >= 9.95 else f"{number:.2g}"


def ratio_in_words(ratio: Interval) -> str:
    """Return a `Ratio` with its interval."""
    return f"{number(ratio.value)} ({number(ratio.low)} – {number(ratio.high)})"


def speed_in_words(gain: Interval) -> str:
    """Return how many times as fast something is; what is shown to be slower, how many times."""
    if gain.high >= 1:
        return f"{ratio_in_words(gain)} times as fast"
    low, high = (1 / one if one else math.inf for one in (gain.high, gain.low))
    return f"{number(1 / gain.value)} ({number(low)} – {number(high)}) times slower"


def number(value: float) -> str:
    """Return a plain number, three digits at most."""
    return f"{value:.0f}" if abs(value) >= 99.5 else f"{value:.3g}"


def listed(texts: Iterable[object]) -> str:
    """Return texts or numbers as a list in a sentence."""
    named = [str(text) for text in texts]
    return " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))
