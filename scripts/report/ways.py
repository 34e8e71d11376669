"""What a way to share is predicted to take, in words, with its intervals."""

from wording.units import mib, time


def taking(way):
    """Return a `Way`'s predicted time with its interval."""
    return f"{time(way.seconds)} ({time(way.low)} – {time(way.high)})"


def needing(way):
    """Return a `Way`'s predicted memory with its interval."""
    return f"{mib(way.memory_mib)} ({mib(way.least_mib)} – {mib(way.most_mib)})"
