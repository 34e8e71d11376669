"""What is said of each interpreter: in a sentence, or as a row of a table; and times by block."""

from report.markdown import markdown
from stats.evidence import Missing
from stats.ratios import of_values
from wording.units import time


def each(evidence, names, say):
    """Return what `say(interpreter)` says of every interpreter of which it knows something."""
    parts = []
    for interpreter, called in names.items():
        try:
            parts.append(f"{called} {say(interpreter)}")
        except Missing:
            continue
    return parts


def side_by_side(names, columns_of):
    """Return a table with a row for each interpreter of which `columns_of(interpreter)` knows.

    A list of one block; empty if nothing is known of any.
    """
    known = {}
    for interpreter, called in names.items():
        try:
            known[called] = columns_of(interpreter)
        except Missing:
            continue
    heads = list(dict.fromkeys(head for columns in known.values() for head in columns))
    rows = [
        {"": called} | {head: columns.get(head, "–") for head in heads}
        for called, columns in known.items()
        if columns
    ]
    return [markdown(rows)] if rows else []


def interval_of(series, prior):
    """Return values by block as a time with its interval; `prior` is that of a cell's times."""
    ratio = of_values(series.dropna(), prior)
    if ratio is None:
        raise Missing("no value")
    return time_with_interval(ratio)


def time_with_interval(ratio):
    """Return a `Ratio` to one second as a time with its interval."""
    return f"{time(ratio.value)} ({time(ratio.low)} – {time(ratio.high)})"
