"""Draw what the time is spent on: publish, start, map, stop, one on top of the other."""

from collections import Counter

import numpy as np
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from figures.drawing import draw_each, keep_most_workers
from figures.experiment import condition_in_words
from figures.rows import ROW_INCHES, label_rows, mark_failure, strategies_in_order
from figures.style import PHASE_COLOURS, colour_of, dots, page, upper_right
from wording.mechanisms import SERIAL
from wording.units import time

PHASE_COLUMNS = [f"{phase}_s" for phase in PHASE_COLOURS]
MOST_BARS = 4  # strategies drawn with every number of workers; with more, only the largest
# An axis ends at this many times the median bar, so that one bar does not hide the rest.
CUT_BARS_AT = 8


def main(argv=None):
    draw_each(argv, __doc__, "phases", draw)


def draw(experiment):
    """Return the figure: a panel for each interpreter and condition."""
    keep_most_workers(experiment, MOST_BARS)
    grid = [[(title, bars_of(cells)) for title, cells in row] for row in experiment.grid()]
    labels = [label for row in grid for _, bars in row for label, _, _ in bars]
    figure, panels = page(
        [ROW_INCHES * max(len(bars) for _, bars in row) + 0.1 for row in grid],
        len(grid[0]),
        2.6 if len(grid[0]) > 1 else 5.0,
        messages(experiment),
        [
            "Seconds in each phase, one after the other.",
            experiment.constants(),
            *experiment.left_out,
        ],
        ["Bar: median of each phase. Dots: the whole of every run. ▶: longer than the axis."
         " ×: with runs that failed.", experiment.footnote()],
        left=0.086 * max(map(len, labels), default=0) + 0.1,
    )  # fmt: skip
    for row, line in zip(grid, panels, strict=True):
        for (title, bars), axes in zip(row, line, strict=True):
            limit = axis_limit(bars)
            axes.set(xlim=(0, 1.3 * limit), xlabel="seconds")
            axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} s")
            axes.set_title(title)
            draw_bars(axes, experiment, bars, limit)
    key_of_phases(figure, upper_right(panels[0]))
    return figure


def bars_of(cells):
    """Return (label, colour, cell) for every bar, the strategies as in `strategies_in_order`."""
    several = cells.loc[cells["strategy"] != SERIAL, "workers"].nunique() > 1
    found = []
    for strategy in strategies_in_order(cells, "total_s"):
        for _, cell in cells[cells["strategy"] == strategy].sort_values("workers").iterrows():
            label = (
                f"{strategy}, {condition_in_words('workers', cell['workers'])}"
                if several
                else strategy
            )
            found.append((label, colour_of(strategy), cell))
    return found


def axis_limit(bars):
    """Return the seconds at which the axis ends: the longest bar, or where it is cut."""
    lengths = [cell[PHASE_COLUMNS].sum() for _, _, cell in bars if cell["n"]]
    return min(max(lengths), CUT_BARS_AT * float(np.median(lengths))) if lengths else 1.0


def draw_bars(axes, experiment, bars, limit):
    """Draw a panel's bars and the time at their ends."""
    for y, (_, _, cell) in enumerate(bars):
        if not cell["n"]:
            mark_failure(axes, y, cell["outcome"])
            continue
        left = 0.0
        for name, (phase, colour) in zip(PHASE_COLUMNS, PHASE_COLOURS.items(), strict=True):
            length = np.nan_to_num(cell[name])
            width = max(min(left + length, 1.02 * limit) - left, 0)
            axes.barh(y, width, 0.62, min(left, limit), color=colour, lw=0, label=phase)
            left += length
        raw = experiment.raw(cell, "total_s")
        raw = raw[raw <= 1.02 * limit]
        dots(axes, raw, np.full(len(raw), y), "white", 3, 1.0, edgecolor="black", linewidth=0.6)
        cut = left > 1.02 * limit
        end = max([1.02 * limit if cut else left, *raw])
        text = ("▶ " if cut else "") + time(cell["total_s"])
        text += " ×" if cell["outcome"] else ""
        axes.annotate(text, (end, y), (4, 0), textcoords="offset points", va="center", size=7.5)
    label_rows(axes, bars)


def key_of_phases(figure, axes):
    """Put the phases' names in their colours above a panel, at the right."""
    inches = axes.get_position().height * figure.get_figheight()
    handles = [Patch(color=colour, label=phase) for phase, colour in PHASE_COLOURS.items()]
    axes.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1, 1 + 0.22 / inches), ncols=4,
        frameon=False, fontsize=7.5, handlelength=1, handletextpad=0.3, columnspacing=0.9,
        borderaxespad=0,
    )  # fmt: skip


def messages(experiment):
    """Return the title: the phase that is the longest in most cells, for each interpreter.

    A cell counts for a phase that is the longest in each of its runs, of which there are several.
    """
    found = []
    cells = experiment.cells[(experiment.cells["n"] > 0) & (experiment.cells["strategy"] != SERIAL)]
    for interpreter, group in cells.groupby("interpreter"):
        longest = [longest_phase(experiment.runs_of(cell)) for _, cell in group.iterrows()]
        decided = Counter(filter(None, longest)).most_common(1)
        if decided:
            ((phase, times),) = decided
            found.append(f"{experiment.named(interpreter)}: {phase.removesuffix('_s')} is the "
                         f"longest phase in {times} of {len(group)} cells")  # fmt: skip
    if cells.empty:
        return f"{experiment.name}: no run finished"
    return found or f"Phases of {cells['strategy'].nunique()} strategies"


def longest_phase(runs):
    """Return the phase that is the longest in each of several runs; None if there is none."""
    if len(runs) < 2:
        return None
    phases = set(runs[PHASE_COLUMNS].astype(float).fillna(0.0).idxmax(axis=1))
    return phases.pop() if len(phases) == 1 else None
