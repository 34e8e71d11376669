"""Draw how many times as fast workers are as none, by the number of workers.

Where an experiment measures one strategy at several numbers of workers, also against one worker:
what the article asks. Ratios are paired: of runs of the same block.
"""

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from figures.drawing import draw_each
from figures.experiment import condition_in_words
from figures.rows import list_failures
from figures.style import QUIET, colour_of, dots, log_limits, mark_of, page, spread_apart
from stats.ratios import paired
from wording.machines import usable_cpus_of
from wording.mechanisms import SERIAL
from wording.units import ratio_in_words

# Panels: what is drawn, of which column, against which cell.
WHOLE = ("the whole", "total_s", "none")
MAP = ("map only", "map_s", "none")
ONE = ("the whole", "total_s", "one")
AGAINST = {"none": "times as fast as without workers", "one": "times as fast as with 1 worker"}


def main(argv=None):
    draw_each(argv, __doc__, "speedup", draw)


def draw(experiment):
    """Return the figure: two measures side by side, a row for each interpreter and condition."""
    experiment.largest("size")
    panels_of = measures(experiment)
    parts = [
        (interpreter, label, cells[cells["interpreter"] == interpreter].sort_values("workers"))
        for label, cells in experiment.facets()
        for interpreter in experiment.interpreters()
    ]
    curves = [[curves_of(experiment, cells, *measure[1:]) for measure in panels_of]
              for _, _, cells in parts]  # fmt: skip
    most = max((len(found[0]) for found in curves), default=1)
    figure, panels = page(
        [max(2.4, 0.17 * most + 0.3)] * max(len(parts), 1),
        2,
        2.9,
        messages(experiment, parts, curves, panels_of[0])
        or f"{experiment.name}: speed-up by the number of workers",
        [
            "Dashed: no gain. Dotted: ideal, and the cores of this machine.",
            experiment.constants(),
            *experiment.left_out,
        ],
        ["Mark: geometric mean over blocks. Pale dots: every block.",
         "Bars: 95 % interval.",
         experiment.footnote()],
        left=1.05,
        right=1.35,
        gap=1.85,  # room for the names on its left and the numbers on its right
    )  # fmt: skip
    several = experiment.cells[experiment.cells["strategy"] != SERIAL]
    numbers = sorted(several["workers"].unique()) or [1]
    limits = speed_limits(
        [
            *(speed for found in curves for lines in found for _, points in lines
              for _, raw, _ in points for speed in raw),
            1.0,
            max(numbers),
        ]
    )  # fmt: skip
    for (interpreter, label, cells), found, row in zip(parts, curves, panels, strict=False):
        first = panels_of[0][2]
        for axes, lines, (measure, _, against) in zip(row, found, panels_of, strict=True):
            axes.set_title(
                experiment.panel_title(interpreter, ", ".join(filter(None, (label, measure))))
            )
            draw_frame(axes, numbers, limits, against, experiment.everything)
            if axes is not row[0] and against == first:
                axes.set_ylabel("")
            draw_curves(axes, lines)
            list_failures(axes, cells)
    return figure


def measures(experiment):
    """Return the two panels' measures: without a cell of no workers only one worker is left."""
    alone = (experiment.cells["strategy"] == SERIAL).any()
    if not alone:
        return ONE, ("map only", "map_s", "one")
    one = experiment.cells.loc[experiment.cells["strategy"] != SERIAL, "strategy"].nunique() == 1
    return (WHOLE, ONE) if one else (WHOLE, MAP)


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
            ratio = paired(base, own, experiment.priors.ratios)
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
    ticks = [2.0**power for power in range(-6, 9) if limits[0] <= 2.0**power <= limits[1]]
    for axis, places in ((axes.xaxis, numbers), (axes.yaxis, ticks)):
        axis.set_major_locator(FixedLocator(places))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
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


def draw_curves(axes, curves):
    """Draw one line for each strategy, its name beside its last point."""
    if not curves:
        axes.text(
            0.5, 0.5, "nothing to compare", transform=axes.transAxes, ha="center", color=QUIET
        )
        return
    for index, (strategy, points) in enumerate(curves):
        colour = colour_of(strategy)
        shift = 1 + 0.012 * (index - (len(curves) - 1) / 2) * 6 / max(len(curves), 6)
        axes.plot(
            [p[0] * shift for p in points], [p[2].value for p in points], color=colour, lw=1.3
        )
        for workers, raw, ratio in points:
            x = workers * shift
            dots(axes, np.full(len(raw), x), raw, colour, size=3.5)
            axes.plot((x, x), (ratio.low, ratio.high), color=colour, lw=0.8, alpha=0.8)
            axes.plot(x, ratio.value, mark_of(workers), ms=4.5, mew=0.5, mec="white", color=colour)
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = np.array([to_axes.transform((p[-1][0], p[-1][2].value)) for _, p in curves])
    inches = axes.get_position().height * axes.figure.get_figheight()
    for (strategy, _), (x, y), place in zip(
        curves, ends, spread_apart(ends[:, 1], 0.135 / inches), strict=True
    ):
        colour = colour_of(strategy)
        axes.plot((x + 0.02, 1.03), (y, place), transform=axes.transAxes, color=colour, lw=0.5,
                  alpha=0.6, clip_on=False)  # fmt: skip
        axes.text(1.04, place, strategy, transform=axes.transAxes, va="center", size=8,
                  weight="bold", color=colour)  # fmt: skip


def messages(experiment, parts, curves, measure):
    """Return the title: the largest gain with a core for every worker that an interval carries."""
    titles = []
    cores = usable_cpus_of(experiment.everything)
    than = AGAINST[measure[2]]
    for (interpreter, label, _), found in zip(parts, curves, strict=True):
        points = [(name, *point) for name, line in found[0] for point in line if point[0] > 1]
        if not points:
            continue
        numbers = {workers for _, workers, _, _ in points}
        most = max({number for number in numbers if number <= cores} or {min(numbers)})
        gains = [
            (ratio.value, name, ratio) for name, workers, _, ratio in points if workers == most
        ]
        _, name, ratio = max(gains, key=lambda gain: gain[0])
        where = experiment.panel_title(interpreter, label)
        if ratio.above(1.0) is True:
            only = "" if len(gains) == 1 else "at best "
            titles.append(
                f"{where}: {condition_in_words('workers', most)} are {only}{ratio_in_words(ratio)}"
                f" {than} ({name})"
            )
        elif all(gain.above(1.0) is False for _, _, gain in gains):
            titles.append(f"{where}: with {condition_in_words('workers', most)} nothing is faster")
    return titles
