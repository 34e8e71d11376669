"""Draw how much faster more workers are than the same strategy with the fewest (mostly 1)."""

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from figures.experiment import (
    arguments_of,
    experiments_of,
    in_words,
    read_study,
)
from figures.rows import list_failures
from figures.style import QUIET, colour_of, dots, log_limits, mark_of, page, save, spread
from words.machines import usable_cpus
from words.units import ENOUGH, ratio

MEASURES = {"total_s": "the whole", "map_s": "map only"}
RESAMPLES = 2000


def main(argv=None):
    arguments = arguments_of(argv, __doc__)
    runs, summary = read_study(arguments.study, "runs", "summary")
    for experiment in experiments_of(runs, summary, arguments.experiments):
        save(draw(experiment), arguments.study, f"{experiment.name}_speedup")


def draw(experiment):
    """Return the figure: whole and map side by side, a row for each interpreter and condition."""
    experiment.largest("size")
    experiment.cells = experiment.cells[experiment.cells["strategy"] != "serial"]
    fewest = int(experiment.cells["workers"].min()) if len(experiment.cells) else 1
    parts = [
        (interpreter, label, cells[cells["interpreter"] == interpreter].sort_values("workers"))
        for label, cells in experiment.facets()
        for interpreter in experiment.interpreters()
    ]
    curves = [
        {column: curves_of(experiment, cells, column, fewest) for column in MEASURES}
        for _, _, cells in parts
    ]
    most = max((len(found["total_s"]) for found in curves), default=1)
    figure, panels = page(
        [max(2.4, 0.17 * most + 0.3)] * max(len(parts), 1),
        2,
        2.9,
        messages(experiment, parts, curves, fewest)
        or f"{experiment.name}: no numbers of workers to compare",
        [
            "Dashed: ideal. Dotted: cores of this machine.",
            experiment.constants(),
            *experiment.left_out,
        ],
        ["Mark: ratio of medians. Pale dots: every run.",
         f"Bars: 95 % bootstrap interval of the ratio from {ENOUGH} runs on, else its range.",
         experiment.machine()],
        left=0.75,
        right=1.35,
        gap=1.1,
    )  # fmt: skip
    numbers = sorted(experiment.cells["workers"].unique()) or [1]
    speeds = [
        speed
        for found in curves
        for lines in found.values()
        for _, points in lines
        for point in points
        for speed in point[1]
    ]
    limits = speed_limits([*speeds, 1.0, max(numbers) / fewest])
    for (interpreter, label, cells), found, row in zip(parts, curves, panels, strict=False):
        for axes, (column, measure) in zip(row, MEASURES.items(), strict=True):
            axes.set_title(
                experiment.panel_title(interpreter, ", ".join(filter(None, (label, measure))))
            )
            frame(axes, numbers, limits, fewest, experiment.everything)
            draw_curves(axes, found[column])
            list_failures(axes, cells)
    return figure


def curves_of(experiment, cells, column, fewest):
    """Return (strategy, points) for every strategy that has a reference and something beside it.

    A point is (workers, speed-up of every run, speed-up of the median, low, high).
    """
    curves = []
    for strategy, group in cells[cells["n"] > 0].groupby("strategy"):
        first = group[group["workers"] == fewest]
        if first.empty or len(group) < 2:
            continue
        reference = experiment.raw(first.iloc[0], column)
        points = [
            (int(cell["workers"]), *speedup(reference, experiment.raw(cell, column)))
            for _, cell in group.iterrows()
        ]
        curves.append((strategy, points))
    return curves


def speedup(reference, times):
    """Return how many times as fast `times` are as `reference` (both seconds).

    Returns:
        The ratio for every run, the ratio of the medians, and the ends of its 95 % percentile
        bootstrap interval, both sides resampled; the smallest and largest ratio of any two runs
        where either side has fewer than five.
    """
    middle = np.median(reference)
    if min(len(reference), len(times)) < ENOUGH:
        low, high = reference.min() / times.max(), reference.max() / times.min()
    else:
        rng = np.random.default_rng(0)
        above, below = (
            np.median(rng.choice(values, (RESAMPLES, len(values))), axis=1)
            for values in (reference, times)
        )
        low, high = np.percentile(above / below, (2.5, 97.5))
    return middle / times, middle / np.median(times), low, high


def speed_limits(values):
    """Return the limits of the vertical axis, around the values, at least half to double."""
    low, high = log_limits(values, 1.15)
    return min(low, 0.5), 1.3 * max(high, 2.2)


def frame(axes, numbers, limits, fewest, runs):
    """Draw what does not depend on the strategies: axes, the ideal, the cores."""
    ends = (min(numbers) / 1.12, max(numbers) * 1.12)
    axes.set(xscale="log", yscale="log", xlim=ends, ylim=limits)
    ticks = [2.0**power for power in range(-6, 9) if limits[0] <= 2.0**power <= limits[1]]
    for axis, places in ((axes.xaxis, numbers), (axes.yaxis, ticks)):
        axis.set_major_locator(FixedLocator(places))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(True, axis="y")
    axes.set_xlabel("workers")
    axes.set_ylabel(f"times as fast as with {in_words('workers', fewest)}")
    axes.axhline(1, color=QUIET, lw=0.8, zorder=1)
    axes.plot(ends, [end / fewest for end in ends], color=QUIET, lw=1, ls=(0, (4, 3)), zorder=1)
    cores = [(runs[f"{kind}_cores"].max(), f"{kind} cores") for kind in ("physical", "logical")]
    if cores[0][0] == cores[1][0]:
        cores = cores[:1]
    if usable_cpus(runs) < cores[0][0]:
        cores = [(usable_cpus(runs), "usable CPUs")]
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
        axes.plot([p[0] * shift for p in points], [p[2] for p in points], color=colour, lw=1.3)
        for workers, raw, middle, low, high in points:
            x = workers * shift
            dots(axes, np.full(len(raw), x), raw, colour, size=3.5)
            if workers > points[0][0]:
                axes.plot((x, x), (low, high), color=colour, lw=0.8, alpha=0.8)
            axes.plot(x, middle, mark_of(workers), ms=4.5, mew=0.5, mec="white", color=colour)
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = np.array([to_axes.transform((p[-1][0], p[-1][2])) for _, p in curves])
    inches = axes.get_position().height * axes.figure.get_figheight()
    for (strategy, _), (x, y), place in zip(
        curves, ends, spread(ends[:, 1], 0.135 / inches), strict=True
    ):
        colour = colour_of(strategy)
        axes.plot((x + 0.02, 1.03), (y, place), transform=axes.transAxes, color=colour, lw=0.5,
                  alpha=0.6, clip_on=False)  # fmt: skip
        axes.text(1.04, place, strategy, transform=axes.transAxes, va="center", size=8,
                  weight="bold", color=colour)  # fmt: skip


def messages(experiment, parts, curves, fewest):
    """Return the title: the largest gain with a core for every worker, a line for each part."""
    titles = []
    cores = usable_cpus(experiment.everything)
    for (interpreter, label, _), found in zip(parts, curves, strict=True):
        numbers = {point[0] for _, points in found["total_s"] for point in points} - {fewest}
        if not numbers:
            continue
        most = max({number for number in numbers if number <= cores} or {min(numbers)})
        gains = {
            name: point[2]
            for name, points in found["total_s"]
            for point in points
            if point[0] == most
        }
        best = max(gains, key=gains.get)
        only = "" if len(gains) == 1 else "at best "
        titles.append(
            f"{experiment.panel_title(interpreter, label)}: {in_words('workers', most)} are {only}"
            f"{ratio(gains[best])} times as fast as {fewest} ({best})"
        )
    return titles
