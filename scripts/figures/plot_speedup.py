"""Draw how many times as fast workers are as none, by the number of workers.

One panel with a line for each interpreter where one strategy is measured; where several are, a
panel for each interpreter. Ratios are paired: of runs of the same block.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from figures.drawing import draw_each, keep_largest_data
from figures.experiment import condition_in_words
from figures.rows import list_failures
from figures.style import (
    INTERPRETER_COLOURS,
    QUIET,
    colour_of,
    dots,
    log_limits,
    mark_of,
    page,
    spread_apart,
)
from figures.techniques import strategies_shown
from stats.ratios import paired
from wording.machines import usable_cpus_of
from wording.mechanisms import SERIAL
from wording.units import ratio_in_words

WHOLE = "total_s"
THAN = {"none": "without workers", "one": "1"}  # in a title
AGAINST = {"none": "times as fast as without workers", "one": "times as fast as with 1 worker"}
MOST_CURVES = 9  # of one panel; of more strategies one of each technique is drawn
MOST_TICKS = 9
LINE_STYLES = ("-", "--", ":", "-.")


@dataclass(frozen=True)
class Line:
    """A line of a panel: `points` as of `curves_of`; `where` it was measured, in words."""

    where: str
    label: str
    strategy: str
    colour: str
    style: str
    points: list


def main(argv=None):
    draw_each(argv, __doc__, "speedup", draw)


def draw(experiment):
    """Return the figure: one panel, or one for each interpreter where strategies are compared."""
    keep_largest_data(experiment)
    strategies = set(experiment.cells["strategy"]) - {SERIAL}
    against = speedup_reference(experiment)
    panels_of = (one_panel if len(strategies) <= 1 else apart)(experiment, against)
    lines = [line for _, own, _ in panels_of for line in own]
    several = experiment.cells[experiment.cells["strategy"] != SERIAL]
    numbers = sorted(several["workers"].unique()) or [1]
    figure, panels = page(
        [3.6 if len(panels_of) == 1 else 2.6],
        len(panels_of),
        4.0 if len(panels_of) == 1 else 2.3,
        messages(experiment, lines, against)
        or f"{experiment.name}: speed-up by the number of workers",
        [
            "From publishing the data to stopping the workers.",
            "Dashed: no gain. Dotted: ideal, and the cores of this machine.",
            experiment.constants(),
            *experiment.left_out,
        ],
        ["Mark: geometric mean over blocks. Pale dots: every block.",
         "Bars: 95 % interval.",
         experiment.footnote()],
        left=0.75,
        right=0.35 + 0.074 * max((len(line.label) for line in lines), default=0),
        gap=1.35,  # room for the names on the left panel's right
    )  # fmt: skip
    speeds = [speed for line in lines for _, raw, _ in line.points for speed in raw]
    limits = speed_limits([*speeds, 1.0, max(numbers)])
    for axes, (title, own, cells) in zip(panels[0], panels_of, strict=True):
        axes.set_title(title)
        draw_frame(axes, numbers, limits, against, experiment.everything)
        if axes is not panels[0][0]:
            axes.set_ylabel("")
        draw_speedups(axes, own)
        list_failures(axes, cells)
    return figure


def speedup_reference(experiment):
    """Return whether no workers or one are what more lines can be compared with."""
    keys = ["interpreter", "size", "jobs"]
    cells = experiment.cells[experiment.cells["n"] > 0]
    alone = cells["strategy"] == SERIAL
    one = cells[~alone & (cells["workers"] == 1)].drop_duplicates([*keys, "strategy"])
    none = cells[~alone].drop_duplicates([*keys, "strategy"])[keys].merge(cells.loc[alone, keys])
    return "none" if len(none) and len(none) >= len(one) else "one"


def one_panel(experiment, against):
    """Return the one panel as (title, lines, cells): a line for each interpreter and condition."""
    varied = [
        name
        for name in ("jobs", "start_method")
        if experiment.cells.loc[experiment.cells["strategy"] != SERIAL, name].nunique() > 1
    ]
    interpreters, found = experiment.interpreters(), []
    for interpreter, cells in experiment.cells.groupby("interpreter"):
        conditions = cells[cells["strategy"] != SERIAL].groupby(varied) if varied else [((), cells)]
        for place, (values, own) in enumerate(conditions):
            alike = [condition_in_words(*pair) for pair in zip(varied, values, strict=True)]
            jobs = own["jobs"].unique()
            alone = cells[(cells["strategy"] == SERIAL) & cells["jobs"].isin(jobs)]
            for strategy, points in curves_of(experiment, both(own, alone), WHOLE, against):
                name = ", ".join([experiment.named(interpreter), *alike])
                tint = INTERPRETER_COLOURS[interpreters.index(interpreter) % 6]
                found.append(Line(name, name, strategy, tint, LINE_STYLES[place % 4], points))
    strategies = sorted(set(experiment.cells["strategy"]) - {SERIAL})
    return [("".join(strategies[:1]), found, experiment.cells)]


def both(own, alone):
    """Return the cells of a line and what it is compared with, each once."""
    every = pd.concat([own, alone])
    return every[~every.index.duplicated()].sort_values("workers")


def apart(experiment, against):
    """Return (title, lines, cells) for every interpreter and condition: a line a strategy."""
    experiment.largest("jobs")
    cells = experiment.cells
    if cells["strategy"].nunique() > MOST_CURVES:
        most = cells[cells["workers"] == cells["workers"].max()]
        names = {SERIAL, *strategies_shown(most, MOST_CURVES).values()}
        experiment.left_out.append(
            f"One strategy of each technique; not drawn: {cells['strategy'].nunique() - len(names)}"
            " more."
        )
        experiment.cells = cells[cells["strategy"].isin(names)]
    found = []
    for label, own in experiment.facets():
        for interpreter in experiment.interpreters():
            cells = own[own["interpreter"] == interpreter].sort_values("workers")
            title = experiment.panel_title(interpreter, label)
            curves = curves_of(experiment, cells, WHOLE, against)
            lines = [Line(title, name, name, colour_of(name), "-", points)
                     for name, points in curves]  # fmt: skip
            found.append((title, lines, cells))
    return found


def curves_of(experiment, cells, column, against):
    """Return (strategy, points) for every strategy that has a reference and something beside it.

    A point is (workers, speed-up in every block, `Ratio`).
    """
    curves = []
    alone = cells[cells["strategy"] == SERIAL]
    for strategy, group in cells[(cells["n"] > 0) & (cells["strategy"] != SERIAL)].groupby(
        "strategy"
    ):
        reference = alone if against == "none" else group[group["workers"] == 1]
        if reference.empty:
            continue
        base = by_block(experiment, reference.iloc[0], column)
        points = []
        for _, cell in group.drop_duplicates("workers").iterrows():
            own = by_block(experiment, cell, column)
            ratio = paired(base, own, experiment.priors.of(column, reference.iloc[0], cell))
            if ratio is not None:
                both = base.index.intersection(own.index)
                points.append((int(cell["workers"]), (base[both] / own[both]).to_numpy(), ratio))
        if len(points) > (against == "one"):
            curves.append((strategy, points))
    return curves


def by_block(experiment, cell, column):
    """Return a column of the cell's runs that count, by block."""
    runs = experiment.runs_of(cell)
    values = runs[runs["counts"].eq(True)].set_index("block")[column].astype(float)
    return values[values > 0].groupby(level=0).mean()


def speed_limits(values):
    """Return the limits of the vertical axis, around the values, at least half to double."""
    low, high = log_limits(values, 1.15)
    return min(low, 0.5), 1.3 * max(high, 2.2)


def draw_frame(axes, numbers, limits, against, runs):
    """Draw what does not depend on the strategies: axes, no gain, the ideal, the cores."""
    ends = (min(numbers) / 1.12, max(numbers) * 1.12)
    axes.set(xscale="log", yscale="log", xlim=ends, ylim=limits)
    powers = [power for power in range(-30, 30) if limits[0] <= 2.0**power <= limits[1]]
    ticks = [2.0**power for power in powers if len(powers) <= MOST_TICKS or power % 2 == 0]
    for axis, places in ((axes.xaxis, numbers), (axes.yaxis, ticks)):
        axis.set_major_locator(FixedLocator(places))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: factor_tick(value)))
    axes.grid(True, axis="y")
    axes.set_xlabel("workers")
    axes.set_ylabel(AGAINST[against])
    axes.axhline(1, color=QUIET, lw=1, ls=(0, (4, 3)), zorder=1)
    axes.plot(ends, ends, color=QUIET, lw=0.8, ls=":", zorder=1)
    cores = [(runs[f"{kind}_cores"].max(), f"{kind} cores") for kind in ("physical", "logical")]
    if cores[0][0] == cores[1][0]:
        cores = cores[:1]
    if usable_cpus_of(runs) < cores[0][0]:
        cores = [(usable_cpus_of(runs), "usable CPUs")]
    for line, (number, kind) in enumerate(cores):
        if ends[0] <= number <= ends[1]:
            axes.axvline(number, color="black", lw=0.9, ls=":", zorder=1)
            axes.annotate(
                f"{number:g} {kind} ", (number, 1), (-1, -1 - 9 * line), va="top", ha="right",
                size=7, xycoords=axes.get_xaxis_transform(), textcoords="offset points",
            )  # fmt: skip


def factor_tick(value):
    """Return a tick's text: `2`, or `1/2`."""
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"


def draw_speedups(axes, lines):
    """Draw the lines, each with its name beside its last point."""
    if not lines:
        axes.text(
            0.5, 0.5, "nothing to compare", transform=axes.transAxes, ha="center", color=QUIET
        )
        return
    for index, line in enumerate(lines):
        shift = 1 + 0.012 * (index - (len(lines) - 1) / 2) * 6 / max(len(lines), 6)
        axes.plot(
            [p[0] * shift for p in line.points], [p[2].value for p in line.points],
            color=line.colour, ls=line.style, lw=1.3,
        )  # fmt: skip
        for workers, raw, ratio in line.points:
            x = workers * shift
            dots(axes, np.full(len(raw), x), raw, line.colour, size=3.5)
            axes.plot((x, x), (ratio.low, ratio.high), color=line.colour, lw=0.8, alpha=0.8)
            axes.plot(
                x, ratio.value, mark_of(workers), ms=4.5, mew=0.5, mec="white", color=line.colour
            )
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = [to_axes.transform((line.points[-1][0], line.points[-1][2].value)) for line in lines]
    inches = axes.get_position().height * axes.figure.get_figheight()
    places = spread_apart([y for _, y in ends], 0.135 / inches)
    for line, (x, y), place in zip(lines, ends, places, strict=True):
        axes.plot((x + 0.02, 1.03), (y, place), transform=axes.transAxes, color=line.colour, lw=0.5,
                  alpha=0.6, clip_on=False)  # fmt: skip
        axes.text(1.04, place, line.label, transform=axes.transAxes,
                  va="center", size=8, weight="bold", color=line.colour)  # fmt: skip


def messages(experiment, lines, against):
    """Return the title: the largest gain with a core for every worker that an interval carries."""
    titles = []
    cores = usable_cpus_of(experiment.everything)
    for where in dict.fromkeys(line.where for line in lines):
        points = [
            (line.strategy, *point)
            for line in lines if line.where == where
            for point in line.points if point[0] > 1
        ]  # fmt: skip
        if not points:
            continue
        numbers = {workers for _, workers, _, _ in points}
        most = max({number for number in numbers if number <= cores} or {min(numbers)})
        gains = [
            (ratio.value, strategy, ratio)
            for strategy, workers, _, ratio in points if workers == most
        ]  # fmt: skip
        _, strategy, ratio = max(gains, key=lambda gain: gain[0])
        if ratio.above(1.0) is True:
            at_best, who = ("", "") if len(gains) == 1 else ("at best ", f" ({strategy})")
            words = f"are {at_best}{ratio_in_words(ratio)} times as fast as {THAN[against]}{who}"
            titles.append((ratio.value, f"{where}: {condition_in_words('workers', most)} {words}"))
        elif all(gain.above(1.0) is False for _, _, gain in gains):
            text = f"{where}: with {condition_in_words('workers', most)} nothing is faster"
            titles.append((0, text))
    return [text for _, text in sorted(titles, key=lambda one: -one[0])]
