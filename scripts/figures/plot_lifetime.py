"""Draw the private memory of a worker over the share of the items that it has read."""

import numpy as np

from figures.experiment import arguments_of
from figures.style import QUIET, colour_of, page, save, spread_apart
from sharing.lifetime import AT_START, COLLECTED
from stats.lifetimes import marks_of, medians_by_mark, share_in_words
from tables.read_tables import read_lifetimes
from wording.labels import names_of
from wording.units import items, mib
from wording.units import workers as workers_in_words

LABEL_POINTS = 7.5
MOST_COLUMNS = 2


def main(argv=None):
    arguments = arguments_of(argv, __doc__)
    table = read_lifetimes(arguments.study)
    for name in arguments.experiments:
        rows = table[table["experiment"] == name]
        if rows.empty:
            raise SystemExit(f"{name}: no such experiment in lifetimes.csv")
        save(draw(rows), arguments.study, f"{name}_lifetime")


def draw(rows):
    """Return the figure: a panel for each interpreter, a line for each strategy."""
    names = names_of(rows)
    found = medians_by_mark(rows)
    found = found[found["uss_mib"].notna()]
    fewest = found["workers"].min()
    found = found[(found["workers"] == fewest) & (found["size"] == found["size"].max())]
    marks = marks_of(found)
    interpreters = sorted(set(found["interpreter"]), key=lambda one: names.get(one, one))
    columns = min(max(len(interpreters), 1), MOST_COLUMNS)
    lines = -(-max(len(interpreters), 1) // columns)
    figure, panels = page(
        [2.6] * lines,
        columns,
        3.0,
        message(found, names),
        ["Private memory of a worker (USS) by the share of the items that it has read, in random "
         "order; at last it collects garbage. Dashed: what the data takes once.",
         "" if found.empty else f"{items(found['size'].max())}, {workers_in_words(fewest)}."],
        ["Median over workers and runs. Workers that are threads of one process have no memory of "
         "their own, and are not drawn."],
        left=0.75,
        right=1.6,
        gap=1.5,
    )  # fmt: skip
    flat = [axes for row in panels for axes in row]
    for axes, interpreter in zip(flat, interpreters, strict=False):
        own = found[found["interpreter"] == interpreter]
        draw_panel(axes, own, marks, 1.08 * max(found["uss_mib"].max(), found["data_mib"].max()))
        axes.set_title(names.get(interpreter, interpreter))
    for axes in flat[len(interpreters) :]:
        axes.set_axis_off()
    return figure


def draw_panel(axes, own, marks, highest):
    """Draw the lines of one interpreter, each with its name at its end."""
    ends = []
    for (strategy, method), line in own.groupby(["strategy", "start_method"]):
        x = [marks.index(mark) for mark in line["mark"]]
        axes.plot(x, line["uss_mib"], "o-", ms=3, lw=1.3, color=colour_of(strategy))
        several = own.loc[own["strategy"] == strategy, "start_method"].nunique() > 1
        ends.append((line["uss_mib"].iloc[-1], strategy, f"{strategy} {method}" * several))
    axes.axhline(own["data_mib"].median(), color="black", lw=0.9, ls=(0, (4, 3)), zorder=1)
    axes.set_ylim(0, highest)
    axes.set_xlim(-0.3, len(marks) - 0.7)
    axes.set_xticks(range(len(marks)), [tick_of(mark) for mark in marks], size=LABEL_POINTS)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g} MiB")
    axes.grid(True, axis="y")
    axes.grid(False, axis="x")
    axes.set_xlabel("share of the items read")
    points = axes.get_position().height * axes.figure.get_figheight() * 72
    heights = spread_apart([end for end, _, _ in ends], 1.25 * LABEL_POINTS * highest / points)
    for y, (end, strategy, name) in zip(heights, ends, strict=True):
        axes.annotate(
            f"{name or strategy}, {mib(end)}", (len(marks) - 1, end), (len(marks) - 0.8, y),
            va="center", size=LABEL_POINTS, color=colour_of(strategy), annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": QUIET, "lw": 0.4, "shrinkA": 0, "shrinkB": 2},
        )  # fmt: skip


def tick_of(mark):
    """Return a mark as it stands on the axis."""
    return "collected" if mark == COLLECTED else share_in_words(mark).replace("nothing", "0")


def message(found, names):
    """Return the title: what a forked worker copies that has read few items."""
    by_fork = found[found["start_method"] == "fork"].sort_values(["interpreter", "uss_mib"])
    said = []
    for interpreter, own in by_fork.groupby("interpreter"):
        ends = own[own["mark"] == COLLECTED].dropna(subset=["uss_mib"])
        if ends.empty:
            continue
        worst, best = ends.iloc[-1], ends.iloc[0]
        some = own[own["strategy"] == worst["strategy"]]
        begun = some.loc[some["mark"] == AT_START, "uss_mib"].median()
        few = some[(some["place"] > 0) & (some["place"] <= 0.03)].tail(1)
        if few.empty or np.isnan(begun) or not worst["data_mib"] > 0:
            continue
        share = (few["uss_mib"].iloc[0] - begun) / worst["data_mib"]
        said.append(
            f"{names.get(interpreter, interpreter)}: {share_in_words(few['mark'].iloc[0])} read "
            f"copies {max(share, 0):.0%} of the data by {worst['strategy']}; {best['strategy']} "
            f"copies least"
        )
    return said or "What a worker holds of its own, by how much it has read"
