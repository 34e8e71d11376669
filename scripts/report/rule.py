"""The rule: in a sentence what to do with the data under which interpreter, and what not."""

from stats.best import SERIAL_STRATEGIES
from stats.private_memory import copying
from wording.mechanisms import IMMORTAL_STRATEGIES, mechanism_of
from wording.units import listed, ratio_in_words

REFERENCE = "argument"  # what most programs do first
IN_CHUNKS = "argument_chunked"  # the same by an expert
ADVICE = {
    "by fork": "let forked workers inherit {}",
    "flat and shared": "lay {} out flat and share it",
    "threads": "share {} with threads",
}
NO_WORKERS = "use no workers"
OTHERS, AMONG_OTHERS = "the fastest is", "use"
COPIED = "give each worker a copy of {}"  # of a mechanism that shares only what is in buffers


def rule(cells, best, names, method=None):
    """Return the answer in a sentence: what to do under which interpreter, against REFERENCE.

    `method` is the start method, if the sentence shall name it.
    """
    if not best:
        return "No strategy was measured here."
    advice, slower = {}, []
    for interpreter, found in best.items():
        does = what_to_do(found, method, copying(cells[cells["interpreter"] == interpreter]))
        advice.setdefault(does, []).append(names[interpreter])
        for ratio in ratios_of(cells, found, REFERENCE):
            if REFERENCE not in found.strategies and is_slower(ratio):
                slower.append(f"{ratio_in_words(ratio)} times on {names[interpreter]}")
                slower[-1] += in_chunks(cells, found)
    where = f"Workers started by {method}, " if method else ""
    text = where + "; ".join(f"{listed(where)}: {does}" for does, where in advice.items())
    if slower:
        text += ". Do not pass it with the jobs"
    return f"**{text}**" + (f": that takes {listed(slower)} as long." if slower else ".")


def in_chunks(cells, found):
    """Return in brackets what it takes where a chunk of jobs shares one pickle, if known."""
    if IN_CHUNKS in found.strategies:
        return ""
    slower = [ratio for ratio in ratios_of(cells, found, IN_CHUNKS) if is_slower(ratio)]
    return "".join(f" (mapped in chunks: {ratio_in_words(ratio)})" for ratio in slower)


def what_to_do(found, method=None, copies=()):
    """Return what to do with the data, in words: by each of the strategies that are tied.

    The fastest comes first. `copies` names those whose workers copy the data.
    """
    alone = [name for name in found.strategies if name in SERIAL_STRATEGIES]
    if alone:
        others = [name for name in found.strategies if name not in SERIAL_STRATEGIES]
        own = " (`serial_library_threads`)" if alone == ["serial_library_threads"] else ""
        return f"{NO_WORKERS}{own}" + (
            f", tied with {strategies_in_words(others)}" if others else ""
        )
    does = {}
    for name in found.by_speed:
        does.setdefault(advice_on(name, method, name in copies), []).append(name)
    parts = []
    for what, which in does.items():
        names = strategies_in_words(which)
        if what != OTHERS:
            parts.append(f"{what} ({names})")
        else:
            parts.append(f"{OTHERS if len(does) == 1 else AMONG_OTHERS} {names}")
    return " or ".join(parts)


def strategies_in_words(strategies):
    """Return strategies as a list in a sentence."""
    return listed([f"`{name}`" for name in strategies])


def is_slower(ratio):
    """Return whether a ratio is shown: its interval lies above 1."""
    return ratio is not None and ratio.above(1.0) is True


def ratios_of(cells, found, strategy):
    """Return how many times as long a strategy takes as the recommended one; none if not there."""
    own = cells[(cells["interpreter"] == found.interpreter) & (cells["strategy"] == strategy)]
    return [found.against(own.iloc[0])] if len(own) else []


def advice_on(strategy, method=None, copied=False):
    """Return what to do with the data, by the strategy's mechanism and the start method.

    `copied` says whether its workers copied the data.
    """
    mechanism = mechanism_of(strategy)
    inherited = mechanism != "by fork" or method in (None, "fork")
    does = ADVICE.get(mechanism, OTHERS) if inherited else OTHERS
    if copied and mechanism == "flat and shared":
        does = COPIED
    if strategy in IMMORTAL_STRATEGIES:
        return f"make the data immortal and {does.format('it')}"
    return does.format("the data")
