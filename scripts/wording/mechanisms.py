"""How data reaches the workers, by strategy: the groups and the order of tables and figures."""

from collections.abc import Iterable, Mapping
from functools import cache

from sharing import strategies

SERIAL = "serial"  # the strategy without workers
OWN_METHOD = "own"  # of a library that starts its worker processes itself
NO_METHOD = "none"  # there are no worker processes
OTHER_MECHANISM = "other"  # of a strategy that is not there any more
# Nobody writes their objects' reference counts.
IMMORTAL_STRATEGIES = ("immortal", "threads_immortal", "forkserver_preload_immortal")
CHUNKED = ("argument_chunked",)  # the data goes with a chunk of jobs, not with each
MECHANISMS = {
    **strategies.MECHANISMS,
    OTHER_MECHANISM: "by a strategy that this version does not have",
}


@cache
def mechanism_of(strategy: str) -> str:
    """Return a strategy's mechanism, a key of `MECHANISMS`."""
    return strategies.mechanism_of(strategy) if strategy in strategies.names() else OTHER_MECHANISM


@cache
def has_data(strategy: str) -> bool:
    """Return whether a strategy carries data: all do, but one that only starts workers."""
    return strategy not in strategies.names() or strategies.has_answers(strategy)


@cache
def strategies_of(mechanism: str) -> list[str]:
    """Return the names of a mechanism's strategies, sorted."""
    return [name for name in strategies.names() if mechanism_of(name) == mechanism]


def inherits(strategy: str) -> bool:
    """Return whether forked workers inherit the data as it is, without the help of a library."""
    return (
        mechanism_of(strategy) == "by fork"
        and strategy not in IMMORTAL_STRATEGIES
        and not strategies.libraries_of(strategy)
    )


@cache
def needs_library(strategy: str) -> bool:
    """Return whether a strategy needs a library beside what the data itself needs."""
    return strategy in strategies.names() and bool(strategies.libraries_of(strategy))


def newer_than(names: Iterable[str], minor: int) -> list[str]:
    """Return those of some strategies that CPython 3.`minor` is too old for, sorted."""
    since = {name: strategies.since(name) for name in names if name in strategies.names()}
    return sorted(name for name, first in since.items() if first and first > (3, minor))


def in_groups(costs: Mapping[str, float]) -> list[str]:
    """Return the strategies of `costs`, a dict of name to number, mechanism by mechanism.

    The mechanism with the least cost first, and so inside each; then by name, unknown costs (NaN)
    last.
    """
    costs = {name: cost if cost == cost else float("inf") for name, cost in costs.items()}
    least: dict[str, float] = {}
    for name, cost in costs.items():
        kind = mechanism_of(name)
        least[kind] = min(cost, least.get(kind, cost))
    place = list(MECHANISMS).index

    def key(name: str) -> tuple[float, int, float, str]:
        kind = mechanism_of(name)
        return least[kind], place(kind), costs[name], name

    return sorted(costs, key=key)
