"""Draw time and memory of every strategy side by side, all interpreters in one row.

Made for one size, one number of workers and of jobs: where there are several, the largest of each.
"""

import numpy as np
from matplotlib.lines import Line2D

from figures.drawing import draw_each
from figures.experiment import NOTE_ON_RUNS, condition_in_words, ends, note_on_bars
from figures.rows import ROW_INCHES, draw_runs
from figures.style import (
    FAILURE,
    INTERPRETER_COLOURS,
    colour_of,
    log_limits,
    page,
    seconds_tick,
    set_log_axis,
)
from figures.titles import comparison
from wording.labels import of_libraries
from wording.mechanisms import in_groups

TIME_COLUMN, MEMORY_COLUMN = "total_s", "memory_mib"
TIME_AND_MEMORY = {TIME_COLUMN: "time", MEMORY_COLUMN: "memory of all processes (PSS)"}
INTERPRETER_MARKS = ("o", "s", "D", "^", "v", "P")


def main(argv=None):
    draw_each(argv, __doc__, "comparison", draw)


def draw(experiment):
    """Return the figure: a row for each strategy, by mechanism; time left, memory right."""
    for column in ("size", "jobs"):
        experiment.largest(column)
    cells = experiment.cells
    several = cells["workers"].max()
    cells = cells[(cells["workers"] == several) | (cells["strategy"] == "serial")]
    names = order(cells)
    interpreters = experiment.interpreters()
    libraries = of_libraries(experiment.everything)
    figure, panels = page(
        [ROW_INCHES * (len(names) + 1.2)],
        2,
        3.4,
        messages(experiment, cells, libraries),
        [
            f"{condition_in_words('size', cells['size'].max())},"
            f" {condition_in_words('jobs', cells['jobs'].max())},"
            f" {condition_in_words('workers', several)}. Italic: a library's. Log scales.",
            "Dashed: the data, once.",
        ],
        [
            NOTE_ON_RUNS,
            note_on_bars(cells, TIME_COLUMN),
            experiment.footnote(),
        ],
    )
    for (column, title), axes in zip(TIME_AND_MEMORY.items(), panels[0], strict=True):
        limits = log_limits(experiment.runs[column])
        set_log_axis(axes.xaxis, *limits, seconds_tick if column == TIME_COLUMN else mib_tick)
        axes.set_xlabel(title)
        for row, name in enumerate(names):
            draw_row(axes, experiment, cells[cells["strategy"] == name], column, row, interpreters)
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(names) - 0.4, -0.6)
        for text in axes.get_yticklabels():
            text.set_color(colour_of(text.get_text()))
            text.set_style("italic" if text.get_text() in libraries else "normal")
    draw_sizes_of_data(panels[0][1], cells, interpreters)
    key = [
        Line2D([], [], ls="", marker=mark(place), color=colour(place), label=experiment.named(name))
        for place, name in enumerate(interpreters)
    ]
    panels[0][0].legend(
        handles=key, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(key), frameon=False,
        handletextpad=0.1, columnspacing=1.2, borderpad=0,
    )  # fmt: skip
    return figure


def order(cells):
    """Return the strategies, mechanism by mechanism, by their geometric mean over interpreters."""
    relative = cells[TIME_COLUMN] / cells.groupby("interpreter")[TIME_COLUMN].transform("min")
    place = np.log(relative).groupby(cells["strategy"]).mean()
    return in_groups(place.to_dict())


def draw_row(axes, experiment, cells, column, row, interpreters):
    """Draw one strategy: a mark for each interpreter, one under the other."""
    axes.axhline(row + 0.5, color="#EEEEEE", lw=0.6, zorder=0)
    shifts = np.linspace(-0.28, 0.28, len(interpreters)) if len(interpreters) > 1 else [0]
    for _, cell in cells.iterrows():
        place = interpreters.index(cell["interpreter"])
        y = row + shifts[place]
        if cell["n"] == 0:
            axes.text(
                0.99, y, f"× {experiment.named(cell['interpreter'])}: {cell['outcome']}",
                transform=axes.get_yaxis_transform(), ha="right", va="center", size=6,
                color=FAILURE,
            )  # fmt: skip
            continue
        draw_runs(axes, experiment, cell, column, y, colour(place), size=3)
        axes.plot(ends(cell, column), (y, y), color=colour(place), lw=1.1, zorder=3)
        axes.plot(
            cell[column], y, mark(place), ms=4.2, mew=0.4, mec="white", color=colour(place),
            zorder=4,
        )  # fmt: skip


def draw_sizes_of_data(axes, cells, interpreters):
    """Draw what the data takes once, a line for each interpreter."""
    for place, name in enumerate(interpreters):
        own = cells[(cells["interpreter"] == name) & (cells["data_mib"] > 0)]
        if len(own):
            data = own["data_mib"].median()
            axes.axvline(data, color=colour(place), lw=0.8, ls=(0, (4, 3)), zorder=1)


def messages(experiment, cells, libraries):
    """Return the title: who is fastest and how a library compares, for every interpreter."""
    found = []
    for interpreter, group in cells.groupby("interpreter"):
        if text := comparison(experiment, group, against=libraries or None):
            found.append(f"{experiment.named(interpreter)}: {text}")
    return found or f"Time and memory of {cells['strategy'].nunique()} strategies, side by side"


def mark(place):
    """Return the mark of the interpreter at a place of the sorted ones."""
    return INTERPRETER_MARKS[place % len(INTERPRETER_MARKS)]


def colour(place):
    """Return the colour of the interpreter at a place of the sorted ones."""
    return INTERPRETER_COLOURS[place % len(INTERPRETER_COLOURS)]


def mib_tick(value):
    """Return a tick's text, such as `100 MiB`."""
    return f"{value / 1024:g} GiB" if value >= 1024 else f"{value:g} MiB"
