"""Draw how many times as long one study's cells take as another's: a forest plot."""

import argparse
from pathlib import Path

import numpy as np

from figures.style import HUES, QUIET, dots, log_limits, page, set_log_axis
from stats.side_by_side import NothingInCommon, Study, by_mechanism, in_common, mean_of
from wording.units import ratio_in_words

MECHANISM_INCHES = 0.24


def main(argv=None):
    arguments = parse(argv)
    one, other = Study(arguments.one), Study(arguments.other)
    common, left_out = in_common(one, other)
    if common.empty:
        return str(NothingInCommon("no cell in common that has a result: " + "; ".join(left_out)))
    draw(one, other, common).savefig(arguments.output, metadata={"Date": None, "Creator": None})
    return 0


def draw(one, other, common):
    """Return the figure: a row for each interpreter and mechanism, a dot for each cell."""
    groups = list(by_mechanism(common))
    mean = mean_of(common)
    figure, ((axes,),) = page(
        [MECHANISM_INCHES * len(groups) + 0.1],
        1,
        4.5,
        f"{other.name} takes {ratio_in_words(mean)} times as long as {one.name}",
        ["Diamond: geometric mean over cells, bar: 95 % interval. Pale dots: cells."],
        ["Cells that both studies have; right of the line the second is slower."],
        left=2.4,
    )
    values = [ratio.value for ratio in common["ratio"]]
    set_log_axis(axes.xaxis, *log_limits([*values, 1.0]), lambda value: f"{value:g}")
    axes.axvline(1.0, color=QUIET, lw=0.8, zorder=1)
    labels = []
    for place, ((interpreter, mechanism), cells) in enumerate(groups):
        colour = HUES[mechanism][0]
        ratios = [ratio.value for ratio in cells["ratio"]]
        dots(axes, ratios, np.full(len(ratios), place), colour, 3)
        found = mean_of(cells)
        axes.plot((found.low, found.high), (place, place), color=colour, lw=1.2, zorder=3)
        axes.plot(found.value, place, "D", ms=4.5, color=colour, mec="white", mew=0.5, zorder=4)
        labels.append(f"{one.names.get(interpreter, interpreter)}: {mechanism} ({len(cells)})")
    axes.set_yticks(range(len(groups)), labels)
    axes.set_ylim(len(groups) - 0.4, -0.6)
    axes.set_xlabel("times as long")
    axes.tick_params(axis="y", length=0)
    return figure


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", type=Path, help="folder of a study")
    parser.add_argument("other", type=Path, help="folder of another")
    parser.add_argument("output", type=Path, help="an SVG or PNG file")
    return parser.parse_args(argv)
