"""Few rows that answer the question: techniques in words, and the strategy that shows each.

An experiment may compare thirty strategies, most of them variants. A figure with one message shows
one strategy of a technique: of those that most interpreters can run the fastest, or the one with
least memory, by geometric mean over the interpreters.
"""

import numpy as np

from sharing.strategies import better_of
from wording.mechanisms import (
    CHUNKED,
    IMMORTAL_STRATEGIES,
    SERIAL,
    inherits,
    mechanism_of,
    needs_library,
)

BY_INHERITING, BY_IMMORTAL, BY_FLAT, BY_SENDING = (
    "inherited",
    "immortal",
    "flat and shared",
    "sent with each job",
)
NONE = "no workers"
BY_MECHANISM = {
    "no workers or no data": "threads of a library",
    "with every job": BY_SENDING,
    "once a worker": "sent once a worker",
    "flat and shared": BY_FLAT,
    "from disk": "read by each worker",
    "server or store": "asked of a server",
    "threads": "threads",
}
# Those that answer most, first.
TECHNIQUES = (
    BY_INHERITING, NONE, BY_SENDING, BY_IMMORTAL, BY_FLAT, "sent in chunks",
    "usual call of a library", "threads",
    "threads, immortal", "threads of a library", "library, as experts do", "read by each worker",
    "sent once a worker", "asked of a server", "other",
)  # fmt: skip


def technique_of(strategy):
    """Return a strategy's technique, one of `TECHNIQUES`."""
    mechanism = mechanism_of(strategy)
    if strategy == SERIAL:
        return NONE
    if strategy in IMMORTAL_STRATEGIES:
        return "threads, immortal" if mechanism == "threads" else BY_IMMORTAL
    if strategy in CHUNKED:
        return "sent in chunks"
    if needs_library(strategy) and mechanism not in ("flat and shared", "from disk"):
        return "usual call of a library" if better_of(strategy) else "library, as experts do"
    return BY_INHERITING if inherits(strategy) else BY_MECHANISM.get(mechanism, "other")


def strategies_shown(cells, most, column="total_s"):
    """Return {technique: strategy} of at most so many techniques, the least first.

    Args:
        cells: rows of summary.csv.
        column: what is compared; flat data, which is there to save memory, by its memory.
    """
    means = relative_means(cells, column)
    by_interpreters = cells[cells["n"] > 0].groupby("strategy")["interpreter"].nunique()
    memory = means if column != "total_s" else relative_means(cells, "memory_mib")
    found, ranks = {}, {}
    for strategy, mean in means.items():
        technique = technique_of(strategy)
        by = memory[strategy] if technique == BY_FLAT else mean
        rank = (-by_interpreters.get(strategy, 0), by, strategy)
        if technique not in found or rank < ranks[technique]:
            found[technique], ranks[technique] = strategy, rank
    order = sorted(found, key=lambda name: means[found[name]])
    # Whatever is the fastest is shown, then what answers most.
    kept = [*order[:1], *(name for name in TECHNIQUES if name in order[1:])][:most]
    return {name: found[name] for name in order if name in kept}


def relative_means(cells, column):
    """Return {strategy: mean log of a column over the least of its interpreter}, or infinity."""
    values = cells[column].where(cells["n"] > 0).astype(float)
    relative = np.log(values / values.groupby(cells["interpreter"]).transform("min"))
    return relative.groupby(cells["strategy"]).mean().fillna(np.inf).to_dict()
