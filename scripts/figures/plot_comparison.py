"""Draw time and memory of the techniques that answer the question, all interpreters in one row.

A row is a technique, its strategy below it. Made for one size, one number of workers and of jobs:
where there are several, the largest of each.
"""

import numpy as np
from matplotlib.lines import Line2D

from figures.drawing import draw_each
from figures.experiment import NOTE_ON_RUNS, condition_in_words, ends, note_on_bars
from figures.rows import TALL_ROW_INCHES, draw_runs, label_techniques, mark_failure
from figures.style import (
    INTERPRETER_COLOURS,
    log_limits,
    page,
    seconds_tick,
    set_log_axis,
)
from figures.techniques import BY_INHERITING, BY_SENDING, NONE, strategies_shown
from figures.titles import comparison, short_time
from stats.best import best_cells
from wording.mechanisms import SERIAL

TIME_COLUMN, MEMORY_COLUMN = "total_s", "memory_mib"
TIME_AND_MEMORY = {TIME_COLUMN: "time", MEMORY_COLUMN: "memory of all processes (PSS)"}
INTERPRETER_MARKS = ("o", "s", "D", "^", "v", "P")
MOST_TECHNIQUES = 8
SAID = {BY_INHERITING: "inheriting takes", NONE: "no workers", BY_SENDING: "sending"}


def main(argv=None):
    draw_each(argv, __doc__, "comparison", draw)


def draw(experiment):
    """Return the figure: a row for each technique, the fastest first; time left, memory right."""
    for column in ("size", "jobs"):
        experiment.largest(column)
    several = experiment.cells["workers"].max()
    alone = experiment.cells["strategy"] == SERIAL
    every = experiment.cells[(experiment.cells["workers"] == several) | alone]
    rows = strategies_shown(every, MOST_TECHNIQUES)
    cells = every[every["strategy"].isin(rows.values())]
    others = every["strategy"].nunique() - len(rows)
    interpreters = experiment.interpreters()
    figure, panels = page(
        [TALL_ROW_INCHES * (len(rows) + 0.6)],
        2,
        2.9,
        messages(experiment, every, rows),
        [
            f"{condition_in_words('size', cells['size'].max())},"
            f" {condition_in_words('jobs', cells['jobs'].max())},"
            f" {condition_in_words('workers', several)}. Log scales. Dashed: no workers.",
            f"One strategy of each technique; {others} more are in the table." if others else "",
        ],
        [
            NOTE_ON_RUNS,
            note_on_bars(cells, TIME_COLUMN),
            experiment.footnote(),
        ],
        left=0.15,
        first=1.55,
    )
    for (column, title), axes in zip(TIME_AND_MEMORY.items(), panels[0], strict=True):
        limits = log_limits(cells[[f"{column}_min", f"{column}_max"]].to_numpy().ravel())
        set_log_axis(axes.xaxis, *limits, seconds_tick if column == TIME_COLUMN else mib_tick)
        axes.set_xlabel(title)
        for row, name in enumerate(rows.values()):
            draw_row(axes, experiment, cells[cells["strategy"] == name], column, row, interpreters)
        draw_no_workers(axes, cells, column, interpreters)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_yticks([])
    label_techniques(panels[0][0], rows)
    key = [
        Line2D([], [], ls="", marker=mark(place), color=colour(place), label=experiment.named(name))
        for place, name in enumerate(interpreters)
    ]
    panels[0][0].legend(
        handles=key, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(key), frameon=False,
        handletextpad=0.1, columnspacing=1.2, borderpad=0,
    )  # fmt: skip
    return figure


def draw_row(axes, experiment, cells, column, row, interpreters):
    """Draw one strategy: a mark for each interpreter, one under the other."""
    axes.axhline(row + 0.5, color="#EEEEEE", lw=0.6, zorder=0)
    shifts = np.linspace(-0.28, 0.28, len(interpreters)) if len(interpreters) > 1 else [0]
    for _, cell in cells.iterrows():
        place = interpreters.index(cell["interpreter"])
        y = row + shifts[place]
        if cell["n"] == 0:
            text = f"{experiment.named(cell['interpreter'])}: {cell['outcome']}"
            mark_failure(axes, y, text, 7)
            continue
        draw_runs(axes, experiment, cell, column, y, colour(place), size=3)
        axes.plot(ends(cell, column), (y, y), color=colour(place), lw=1.1, zorder=3)
        axes.plot(
            cell[column], y, mark(place), ms=4.2, mew=0.4, mec="white", color=colour(place),
            zorder=4,
        )  # fmt: skip


def draw_no_workers(axes, cells, column, interpreters):
    """Draw what it takes without workers, a line for each interpreter."""
    for _, cell in cells[cells["strategy"] == SERIAL].iterrows():
        if np.isfinite(cell[column]):
            tint = colour(interpreters.index(cell["interpreter"]))
            axes.axvline(cell[column], color=tint, lw=0.8, ls=(0, (4, 3)), zorder=1)


def messages(experiment, cells, rows):
    """Return the title: for every interpreter what inheriting and sending take.

    Or who is the fastest, if neither is shown to be faster.
    """
    found = []
    for interpreter, group in cells.groupby("interpreter"):
        text = inheriting_and_sending(experiment, group, rows)
        text = text or comparison(experiment, group, rows.values())
        if text:
            found.append(f"{experiment.named(interpreter)}: {text}")
    return found or f"Time and memory of {cells['strategy'].nunique()} strategies, side by side"


def inheriting_and_sending(experiment, cells, rows):
    """Return what inheriting takes, no workers and sending: what is shown to be slower than it.

    Nothing if inheriting is not tied with the fastest that is drawn, or sending not slower; where
    nothing was sent, no workers.
    """
    cells = cells[cells["strategy"].isin(rows.values()) & (cells["n"] > 0)]
    medians = cells.groupby("strategy")[TIME_COLUMN].median()
    seconds = {name: medians[rows[name]] for name in SAID if rows.get(name) in medians}
    beside = BY_SENDING if BY_SENDING in seconds else NONE
    for best in best_cells(cells, experiment.counted, experiment.priors).values():
        not_slower = {*best.cells["strategy"], *best.open["strategy"]}
        slower = [name for name in seconds if rows[name] not in not_slower]
        if rows.get(BY_INHERITING) in best.strategies and beside in slower:
            said = [name for name in SAID if name == BY_INHERITING or name in slower]
            return ", ".join(f"{SAID[name]} {short_time(seconds[name])}" for name in said)
    return ""


def mark(place):
    """Return the mark of the interpreter at a place of the sorted ones."""
    return INTERPRETER_MARKS[place % len(INTERPRETER_MARKS)]


def colour(place):
    """Return the colour of the interpreter at a place of the sorted ones."""
    return INTERPRETER_COLOURS[place % len(INTERPRETER_COLOURS)]


def mib_tick(value):
    """Return a tick's text, such as `100 MiB`."""
    return f"{value / 1024:g} GiB" if value >= 1024 else f"{value:g} MiB"
