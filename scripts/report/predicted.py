"""What a strategy is predicted to take, in words, with its intervals."""

from wording.units import mib, time


def predicted_time(one):
    """Return the time of a `Prediction` with its interval."""
    return f"{time(one.seconds)} ({time(one.low)} – {time(one.high)})"


def predicted_memory(one):
    """Return the memory of a `Prediction` with its interval."""
    return f"{mib(one.memory_mib)} ({mib(one.least_mib)} – {mib(one.most_mib)})"
