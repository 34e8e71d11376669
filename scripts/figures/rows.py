"""Rows of dots: a strategy a row, a mark for each number of workers, every run behind it."""

import numpy as np

from figures.experiment import condition_in_words, ends
from figures.style import FAILURE, QUIET, colour_of, dots, mark_of, rings
from wording.mechanisms import in_groups
from wording.units import listed

ROW_INCHES, TALL_ROW_INCHES = 0.27, 0.42


def strategies_in_order(cells, column):
    """Return the strategies mechanism by mechanism, the smallest best median first."""
    return in_groups(cells.groupby("strategy")[column].min().to_dict())


def rows_of(cells, column):
    """Return (name, label, colour, cells) for every row.

    A row is a strategy, as in `strategies_in_order`; where there is but one, a number of workers.
    """
    strategies = strategies_in_order(cells, column)
    if len(strategies) == 1:
        colour = colour_of(strategies[0])
        groups = list(cells.sort_values("workers").groupby("workers"))
        return [(condition_in_words("workers", number), colour, group) for number, group in groups]
    return [(name, colour_of(name), cells[cells["strategy"] == name]) for name in strategies]


def part_of(rows, cells):
    """Return rows of a whole figure with only the cells of one panel: all panels share them."""
    return [(label, colour, own[own.index.isin(cells.index)]) for label, colour, own in rows]


def label_leftmost(panels):
    """Take the rows' names from all panels but the leftmost of each line."""
    left = min(axes.get_position().x0 for axes in panels)
    for axes in panels:
        if axes.get_position().x0 > left + 0.001:
            axes.tick_params(axis="y", labelleft=False)


def label_inches(labels):
    """Return the inches that the rows' names need at the left of a panel."""
    return max(1.1, 0.083 * max(map(len, labels), default=0) + 0.1)


def label_rows(axes, rows, extra=0):
    """Write the rows' names at the axis, the first row on top."""
    axes.set_yticks(range(len(rows)), [label for label, _, _ in rows])
    for text, (_, colour, _) in zip(axes.get_yticklabels(), rows, strict=True):
        text.set_color(colour)
        text.set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.4 + extra, -0.6)


def label_techniques(axes, rows):
    """Write the techniques at the left of a panel, each over its strategy."""
    for row, (technique, strategy) in enumerate(rows.items()):
        for text, shift, style in (
            (technique, 1, {"size": 9, "weight": "bold", "color": colour_of(strategy)}),
            (strategy, -9, {"size": 7.5, "color": QUIET}),
        ):
            axes.annotate(
                text, (0, row), (-6, shift), xycoords=axes.get_yaxis_transform(),
                textcoords="offset points", ha="right", annotation_clip=False, **style,
            )  # fmt: skip


def draw_rows(axes, experiment, rows, column, workers, extra=0):
    """Draw the rows: medians, bars and every run; failures as crosses at the right edge.

    Args:
        column: of runs.csv and summary.csv.
        workers: all numbers of workers, for the place inside a row.
        extra: rows left free at the bottom.
    """
    for place, (_, colour, cells) in enumerate(rows):
        failures = [cell for _, cell in cells.iterrows() if cell["outcome"]]
        texts = {cell["outcome"] for cell in failures}
        alike = len(failures) == len(cells) and len(texts) == 1
        if alike:
            mark_failure(axes, place, texts.pop())
        for _, cell in cells.iterrows():
            y = place + (offset(cell["workers"], workers) if cells["workers"].nunique() > 1 else 0)
            draw_cell(axes, experiment, cell, column, y, colour)
            if cell["outcome"] and not alike:
                prefix = f"{cell['workers']} w.: " if cells["workers"].nunique() > 1 else ""
                mark_failure(axes, y, prefix + cell["outcome"], 7)
    label_rows(axes, rows, extra)


def offset(number, workers):
    """Return a number of workers' place inside its row, from -0.27 (fewest) to 0.27."""
    return np.linspace(-0.27, 0.27, len(workers))[workers.index(number)] if len(workers) > 1 else 0


def draw_cell(axes, experiment, cell, column, y, colour):
    """Draw one cell: pale dots for its runs, a bar, and a mark at the median."""
    if not np.isfinite(cell[column]):
        return
    draw_runs(axes, experiment, cell, column, y, colour)
    axes.plot(ends(cell, column), (y, y), color=colour, lw=1.2, zorder=3)
    axes.plot(
        cell[column], y, mark_of(cell["workers"]), ms=4.5, mew=0.5, mec="white", color=colour,
        zorder=4,
    )  # fmt: skip


def draw_runs(axes, experiment, cell, column, y, colour, size=4):
    """Draw a pale dot for every run of a cell, a ring for one that was disturbed."""
    fair, disturbed = experiment.fair_and_disturbed(cell, column)
    dots(axes, fair, np.full(len(fair), y), colour, size)
    rings(axes, disturbed, np.full(len(disturbed), y), colour, size)


def mark_failure(axes, y, text, size=7.5):
    """Write a cross and how the cell ended at the right edge."""
    axes.text(
        0.995, y, f"× {text}", transform=axes.get_yaxis_transform(), ha="right", va="center",
        size=size, color=FAILURE, zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.4},
    )  # fmt: skip


def list_failures(axes, cells):
    """List the cells with runs that are not ok at the bottom of a panel of lines."""
    found = {}
    for _, cell in cells[cells["outcome"] != ""].sort_values("workers").iterrows():
        found.setdefault((cell["strategy"], cell["outcome"]), []).append(cell["workers"])
    texts = [
        f"× {strategy}: {outcome} ({listed(numbers)} {'worker' if numbers == [1] else 'workers'})"
        for (strategy, outcome), numbers in found.items()
    ]
    if len(texts) > 5:
        texts[4:] = [f"× and {len(texts) - 4} more"]
    axes.text(
        0.99, 0.01, "\n".join(texts), transform=axes.transAxes, ha="right", va="bottom", size=7,
        color=FAILURE, zorder=6,
    )  # fmt: skip


def band(axes, values, y, text):
    """Shade a reference from the smallest to the largest value, its name in row `y`."""
    values = values.dropna()
    if values.empty:
        return
    low, high = values.min(), values.max()
    axes.axvspan(low, high, color=QUIET, alpha=0.13, lw=0, zorder=0)
    axes.axvline(low, color=QUIET, lw=0.7, zorder=0)
    to_axes = axes.transData + axes.transAxes.inverted()
    beside = to_axes.transform((high, 0))[0] < 0.5
    axes.text(
        high if beside else low, y, f" {text} ", ha="left" if beside else "right", va="center",
        size=7, color=QUIET, style="italic",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0},
    )  # fmt: skip


def key_of_workers(axes, workers):
    """Put the meaning of the marks above a panel and its title, at the right."""
    for number in workers:
        axes.plot(
            [],
            [],
            mark_of(number),
            color=QUIET,
            ms=4.5,
            label=condition_in_words("workers", number),
        )
    inches = axes.get_position().height * axes.figure.get_figheight()
    axes.legend(
        loc="lower right", bbox_to_anchor=(1, 1 + 0.22 / inches), ncols=len(workers),
        frameon=False, fontsize=7.5, handletextpad=0.1, columnspacing=0.8, borderaxespad=0,
    )  # fmt: skip
