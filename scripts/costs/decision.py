"""Which strategy to recommend: one decision, for what was measured and for what is predicted.

The report, the page and the command all ask `decide`. The least expected time wins, among what
fits into memory with its uncertainty. A simpler or smaller strategy takes its place only if it
takes at most `EQUAL` longer, and no workers at all are the simplest. The page has the same steps
in ``report/page/advice.js``; a test runs both on the same programs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, isnan

from stats.best import SERIAL_STRATEGIES
from stats.ratios import EQUAL
from wording.mechanisms import IMMORTAL_STRATEGIES, SERIAL, inherits, mechanism_of, needs_library

MOST_OTHERS = 2  # named beside the one that is chosen; of more, only that they are within 5 %
REASONS = (
    "fastest",  # it takes the least time of what fits
    "simpler",  # it is at most 5 % slower than that, and simpler or smaller
    "workers gain little",  # no workers: at most 5 % would be gained
    "workers gain nothing",  # no workers: they take the least time
    "only that fits",  # no workers: nothing that has workers fits into memory
    "alone does not fit",  # the best of what fits, which the program without workers does not
    "nothing fits",
    "nothing known",
)


@dataclass(frozen=True)
class Candidate:
    """What a program takes by one strategy: seconds, and MiB of all processes, with 95 % ends.

    An end that is not known is NaN; `measured` is False of what is predicted.
    """

    strategy: str
    start_method: str
    workers: int
    seconds: float
    low: float
    high: float
    memory_mib: float
    least_mib: float
    most_mib: float
    measured: bool


@dataclass(frozen=True)
class Decision:
    """What to do: `chosen` is None if nothing fits or is known, and `why` is one of `REASONS`.

    `others` are at most two more within 5 % of the fastest, `within` the names of the rest of them,
    `alone` is the program without workers, fitting or not, None if that is not known.
    """

    chosen: Candidate | None
    others: tuple[Candidate, ...]
    within: tuple[str, ...]
    alone: Candidate | None
    why: str


def decide(candidates: Iterable[Candidate], memory_mib: float = inf) -> Decision:
    """Return the `Decision` among candidates of one program that may take `memory_mib` MiB.

    More memory never makes a slower choice: it is made at every level of memory in turn, least
    first, and the choice of a higher level replaces an earlier one only if it is no slower.
    """
    known = [one for one in candidates if not isnan(one.seconds)]
    without = [one for one in known if one.strategy == SERIAL]
    alone = min(without, key=lambda one: one.seconds, default=None)
    if not known:
        return Decision(None, (), (), None, "nothing known")
    levels = [by_speed(level) for level in by_memory(known) if room(level[-1]) <= memory_mib]
    if not levels:
        return Decision(None, (), (), alone, "nothing fits")
    fitting = list(levels[0])
    chosen = simplest_of(fitting)
    for level in levels[1:]:
        fitting += level
        simplest = simplest_of(fitting)
        if simplest.seconds <= chosen.seconds:
            chosen = simplest
    alone_fits = alone is not None and alone in fitting
    rest = [one for one in near_fastest(fitting) if one.strategy != chosen.strategy]
    if alone is not None and alone_fits:
        rest = [one for one in rest if one.seconds <= alone.seconds]
    rest = one_a_strategy(sorted(rest, key=lambda one: (one.seconds, one.strategy)))
    return Decision(
        chosen,
        tuple(rest[:MOST_OTHERS]),
        tuple(one.strategy for one in rest[MOST_OTHERS:]),
        alone,
        reason_for(chosen, fitting, alone, alone_fits),
    )


def reason_for(
    chosen: Candidate, fitting: Sequence[Candidate], alone: Candidate | None, alone_fits: bool
) -> str:
    """Return why a candidate is chosen, one of `REASONS`."""
    fastest = min(one.seconds for one in fitting)
    if chosen.strategy in SERIAL_STRATEGIES:
        if all(one.strategy in SERIAL_STRATEGIES for one in fitting):
            return "only that fits"
        return "workers gain nothing" if chosen.seconds <= fastest else "workers gain little"
    if alone is not None and not alone_fits:
        return "alone does not fit"
    return "fastest" if chosen.seconds <= fastest else "simpler"


def simplest_of(fitting: Sequence[Candidate]) -> Candidate:
    """Return the simplest near the fastest; of equally simple ones the first, the smallest."""
    return min(near_fastest(fitting), key=lambda one: simplicity(one.strategy))


def near_fastest(fitting: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates whose expected time is at most `EQUAL` above the least."""
    least = min(one.seconds for one in fitting)
    return [one for one in fitting if one.seconds <= least * (1 + EQUAL)]


def by_memory(known: Iterable[Candidate]) -> list[list[Candidate]]:
    """Return candidates in levels, lists by rising memory: those of a level need equally much.

    What needs up to `EQUAL` more than the first of a level belongs to it, so that the simplest of
    them can be chosen: whether a level fits is decided by the most that one of it needs.
    """
    levels: list[list[Candidate]] = []
    for one in sorted(known, key=lambda one: (room(one), one.strategy, one.start_method)):
        if levels and room(one) <= room(levels[-1][0]) * (1 + EQUAL):
            levels[-1].append(one)
        else:
            levels.append([one])
    return levels


def by_speed(level: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates of a level, the fastest first."""
    return sorted(level, key=lambda one: (one.seconds, one.strategy, one.start_method))


def room(one: Candidate) -> float:
    """Return the MiB that a candidate may need; infinite where that is not known."""
    most = one.memory_mib if isnan(one.most_mib) else one.most_mib
    return inf if isnan(most) else most


def one_a_strategy(ordered: Sequence[Candidate]) -> list[Candidate]:
    """Return the first candidate of every strategy, in order."""
    return list({one.strategy: one for one in reversed(ordered)}.values())[::-1]


def simplicity(strategy: str) -> int:
    """Return how much a strategy asks of a program, from 0 on.

    No workers, threads, data that is inherited as it is, then what converts, marks or stores the
    data, and last what needs a library.
    """
    if strategy in SERIAL_STRATEGIES:
        return SERIAL_STRATEGIES.index(strategy)
    if needs_library(strategy):
        return 7
    if strategy == "threads":
        return 2
    if strategy in ("global", "initializer"):
        return 3
    if inherits(strategy) or strategy in ("argument", "argument_chunked"):
        return 4
    return 6 if strategy in IMMORTAL_STRATEGIES or mechanism_of(strategy) == "other" else 5
