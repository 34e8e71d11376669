"""What a figure's title may say: what an interval carries, else what the figure shows."""

from stats.best import best_cells
from wording.units import MOST_NAMES, listed, time


def at_most_work(cells):
    """Return the cells with most items, and of those with most jobs: one group an interpreter."""
    cells = cells[cells["size"] == cells["size"].max()]
    return cells[cells["jobs"] == cells["jobs"].max()]


def short_time(seconds):
    """Return a duration in words, two digits."""
    return time(float(f"{seconds:.2g}"))


def comparison(experiment, cells, drawn=None):
    """Return what may be said about the cells of one interpreter's group; "" if nothing.

    Who is fastest, if few strategies are tied with the fastest, and what the slowest takes, each
    only if an interval shows it. All are compared; of the slow ones only `drawn` strategies are
    named, if that is given.
    """
    cells = cells[cells["n"] > 0]
    found = best_cells(cells, experiment.counted, experiment.priors).values()
    if not found:
        return ""
    (best,) = found
    names = best.strategies
    others = cells[~cells["strategy"].isin(names)].sort_values("total_s", ascending=False)
    first = short_time(best.first["total_s"])
    named = len(others) and best.open.empty and len(names) <= MOST_NAMES
    text = ""
    if named:
        text = f"{listed(names)} {'is' if len(names) == 1 else 'are'} the fastest ({first})"
    slower = others[~others["strategy"].isin(best.open["strategy"])]
    for _, cell in (slower if drawn is None else slower[slower["strategy"].isin(drawn)]).iterrows():
        ratio = best.against(cell)
        if ratio is not None and ratio.above(1.0) is True:
            slow = f"{cell['strategy']} takes {short_time(cell['total_s'])}"
            return f"{text}, {slow}" if text else f"{slow}, {best.first['strategy']} {first}"
    return text
