"""Draw how long a worker's first job takes beside its later ones, and the page faults behind it."""

import numpy as np
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from figures.drawing import draw_each, keep_most_workers
from figures.experiment import condition_in_words
from figures.rows import list_failures
from figures.style import (
    QUIET,
    colour_of,
    dots,
    log_limits,
    mark_of,
    page,
    seconds_tick,
    set_log_axis,
    spread_apart,
)
from stats.evidence import placed
from stats.ratios import paired
from supervisor.columns import CELL, KEY
from wording.units import ratio_in_words

MOST_DOTS = 1200  # of one line; every file stays small, and more dots look the same


def main(argv=None):
    draw_each(argv, __doc__, "warmup", draw, ["jobs"])


def draw(experiment, jobs):
    """Return the figure: a column for each interpreter and condition, page faults below."""
    jobs = placed(jobs)
    experiment.largest("size")
    experiment.largest("jobs")
    keep_most_workers(experiment)
    parts = [
        (
            experiment.panel_title(interpreter, label),
            lines_to_draw(experiment, cells, interpreter, jobs),
            cells[cells["interpreter"] == interpreter],
        )
        for label, cells in experiment.facets()
        for interpreter in experiment.interpreters()
    ]
    figure, panels = page(
        [2.4, 1.5],
        max(len(parts), 1),
        3.3,
        messages(parts, experiment.priors.ratios)
        or f"{experiment.name}: how long a worker's jobs take, one after another",
        [
            "Duration of a job and the memory it had to fault in, by its position in its worker.",
            experiment.constants(),
            *experiment.left_out,
        ],
        ["Line: median over workers and runs, while at least half of them get that far.",
         "Pale dots: every job.",
         "Page faults are minor ones, 4 KiB each.", experiment.footnote()],
        left=0.95,
        right=1.35,
        gap=1.2,
    )  # fmt: skip
    shown = [table for _, lines, _ in parts for _, _, table in lines]
    seconds = log_limits([value for table in shown for value in table["seconds"]])
    faults = max([1.0, *(table["faults_mib"].max() for table in shown)])
    places = max([2, *(table["place"].max() for table in shown)])
    for (title, lines, cells), upper, lower in zip(parts, *panels, strict=False):
        upper.set_title(title)
        set_log_axis(upper.yaxis, *seconds, seconds_tick)
        lower.set_ylim(-0.04 * faults, 1.08 * faults)
        lower.yaxis.set_major_locator(MaxNLocator(4))
        lower.yaxis.set_major_formatter(lambda value, _: f"{value:,.4g} MiB".replace(",", " "))
        for axes, column in ((upper, "seconds"), (lower, "faults_mib")):
            set_axis_of_places(axes, places)
            draw_lines(axes, lines, column, named=axes is upper)
            if not lines:
                axes.text(0.5, 0.5, "no run finished", transform=axes.transAxes, ha="center",
                          color=QUIET)  # fmt: skip
        list_failures(upper, cells)
        upper.set_ylabel("duration")
        lower.set_ylabel("page faults")
        lower.set_xlabel("position of the job in its worker")
    return figure


def lines_to_draw(experiment, cells, interpreter, jobs):
    """Return (name, cell, jobs of the runs that are ok) for every line of a panel."""
    cells = cells[(cells["interpreter"] == interpreter) & (cells["n"] > 0)]
    good = experiment.runs[list(KEY)]
    lines = []
    for _, cell in cells.sort_values(["strategy", "workers"]).iterrows():
        mine = good[(good[list(CELL)] == cell[list(CELL)]).all(axis=1)]
        table = jobs.merge(mine, on=list(KEY))
        alone = experiment.cells["strategy"].nunique() == 1
        name = condition_in_words("workers", cell["workers"]) if alone else cell["strategy"]
        if len(table):
            lines.append((name, cell, table))
    return lines


def set_axis_of_places(axes, places):
    """Set the axis of positions: logarithmic, since the first few matter."""
    axes.set(xscale="log", xlim=(0.85, places * 1.15))
    ticks = [value for value in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if value <= places]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.grid(True, axis="y")


def draw_lines(axes, lines, column, named):
    """Draw the lines, each name in the place beside its last point that is free."""
    ends = []
    for index, (_, cell, table) in enumerate(lines):
        colour = colour_of(cell["strategy"])
        raw = table.iloc[:: -(-len(table) // MOST_DOTS)]
        shift = 1 + 0.03 * (index - (len(lines) - 1) / 2)
        dots(axes, raw["place"] * shift, raw[column], colour, size=3, alpha=0.25)
        # Few workers reach the last places: a line through one or two jobs says nothing.
        reached = table.groupby("place")[column].agg(["median", "size"])
        middle = reached.loc[reached["size"] >= reached["size"].max() / 2, "median"]
        axes.plot(middle.index * shift, middle, color=colour, lw=1.2)
        first = middle.iloc[: 1 if len(middle) > 30 else None]
        axes.plot(first.index * shift, first, mark_of(cell["workers"]), ms=4.5, mew=0.5,
                  mec="white", color=colour)  # fmt: skip
        ends.append((middle.index[-1] * shift, middle.iloc[-1]))
    if not named or not lines:
        return
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = np.array([to_axes.transform(end) for end in ends])
    inches = axes.get_position().height * axes.figure.get_figheight()
    for (name, cell, _), (x, y), place in zip(
        lines, ends, spread_apart(ends[:, 1], 0.145 / inches), strict=True
    ):
        colour = colour_of(cell["strategy"])
        axes.plot((x + 0.015, 1.02), (y, place), transform=axes.transAxes, color=colour, lw=0.5,
                  alpha=0.6, clip_on=False)  # fmt: skip
        axes.text(1.03, place, name, transform=axes.transAxes, va="center", size=8,
                  weight="bold", color=colour)  # fmt: skip


def messages(parts, prior):
    """Return the title: how much longer the first job takes, the largest ratio of each panel.

    The median of the first jobs against that of the later ones, run by run; `prior` is that of the
    ratios of times.
    """
    found = []
    for title, lines, _ in parts:
        ratios = []
        for name, cell, table in lines:
            first = table["place"] == 1
            medians = [
                table[which].groupby("repeat")["seconds"].median() for which in (first, ~first)
            ]
            ratio = paired(*medians, prior) if cell["strategy"] != "serial" else None
            if ratio is not None and ratio.above(1.0):
                which = (
                    cell["strategy"] if name == cell["strategy"] else f"{cell['strategy']}, {name}"
                )
                ratios.append((ratio.value, which, ratio))
        if ratios:
            _, which, ratio = max(ratios, key=lambda one: one[0])
            found.append(
                f"{title}: a worker's first job takes {ratio_in_words(ratio)} times as long as its"
                f" later ones ({which})"
            )
    return found
