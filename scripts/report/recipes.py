"""One technique, twice: as most programs write it, and as an expert of it does."""

from report.markdown import markdown, with_spread
from sharing import strategies
from stats.best import answering_cells, answering_methods, best_cells
from stats.evidence import counted
from wording.labels import names_of
from wording.units import mib, ratio_in_words


def recipes(runs, summary):
    """Return a section with a row for every pair and interpreter; none without a pair."""
    names = names_of(runs)
    cells = answering_cells(summary, answering_methods(summary)[0])
    found = best_cells(cells, counted(runs)) if len(cells) else {}
    rows = []
    for usual in sorted(set(cells["strategy"]) & set(strategies.names()) if len(cells) else ()):
        for interpreter, group in found.items():
            better = strategies.better_of(usual, names[interpreter].split()[0])
            own = cells[cells["interpreter"] == interpreter].drop_duplicates("strategy")
            own = own.set_index("strategy", drop=False)
            if usual in own.index and better in own.index:
                rows.append(row(names[interpreter], own.loc[usual], own.loc[better], group))
    if not rows:
        return []
    return [
        "## The usual recipe and the expert's",
        "The same technique as most programs write it, and as its documentation or maintainers "
        "advise; times over of runs of the same block.",
        markdown(rows),
    ]


def row(interpreter, usual, better, group):
    """Return one line: both times, both memories, and how many times as long the usual takes."""
    ratio = group.against(usual, better)
    undecided = ratio is None or ratio.above(1.0) is None
    return {
        "usual": f"`{usual['strategy']}`",
        "expert's": f"`{better['strategy']}`",
        "interpreter": interpreter,
        "usual: time": with_spread(usual, "total_s"),
        "expert's: time": with_spread(better, "total_s"),
        "the usual takes": "tied" if undecided else f"{ratio_in_words(ratio)} times",
        "usual: memory": mib(usual["memory_mib"]),
        "expert's: memory": mib(better["memory_mib"]),
    }
