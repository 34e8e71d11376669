"""What a figure's title may say: what an interval carries, else what the figure shows."""

from stats.best import best_cells
from wording.units import MOST_NAMES, listed, ratio_in_words


def at_most_work(cells):
    """Return the cells with most items, and of those with most jobs: one group an interpreter."""
    cells = cells[cells["size"] == cells["size"].max()]
    return cells[cells["jobs"] == cells["jobs"].max()]


def comparison(experiment, cells, against=None):
    """Return what may be said about the cells of one interpreter's group; "" if nothing.

    Who is fastest, if few strategies are tied with the fastest, and how many times as long the
    slowest strategy takes, or the slowest of the names in `against`. Each only if its interval
    shows it.
    """
    cells = cells[cells["n"] > 0]
    found = best_cells(cells, experiment.counted, experiment.priors).values()
    if not found:
        return ""
    (best,) = found
    parts = []
    names = best.strategies
    others = set(cells["strategy"]) - set(names)
    if others and best.open.empty and len(names) <= MOST_NAMES:
        parts.append(
            f"{names[0]} is the fastest" if len(names) == 1
            else f"{listed(names)} are the fastest, tied"
        )  # fmt: skip
    rest = cells[cells["strategy"].isin(others if against is None else others & set(against))]
    slower = []
    for _, cell in rest.sort_values("total_s", ascending=against is not None).iterrows():
        ratio = best.against(cell)
        if ratio is not None and ratio.above(1.0) is True:
            slower.append((cell["strategy"], ratio))
    if slower:
        name, ratio = slower[0]
        than = "" if parts else f" as {best.first['strategy']}"
        parts.append(f"{name} takes {ratio_in_words(ratio)} times as long{than}")
    return "; ".join(parts)
