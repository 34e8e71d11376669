"""Draw the private memory of a worker over the share of the items that it has read."""

import numpy as np

from figures.experiment import arguments_of
from figures.style import QUIET, colour_of, page, save, spread_apart
from sharing.lifetime import AT_START, COLLECTED
from stats.lifetimes import (
    ALIKE_BY,
    begins_with_a_copy,
    marks_of,
    medians_by_mark,
    most_compared,
    place_of_mark,
    share_in_words,
)
from tables.read_tables import read_lifetimes
from wording.labels import names_of
from wording.units import items, listed, mib
from wording.units import workers as workers_in_words

LABEL_POINTS = 7.5
MOST_COLUMNS = 2
FEW = 0.03  # of the items: the mark of which the title speaks


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
    found, copies = without_copies(found[found["uss_mib"].notna()])
    found = most_compared(found)
    marks = marks_of(found)
    interpreters = sorted(set(found["interpreter"]), key=lambda one: names.get(one, one))
    columns = min(max(len(interpreters), 1), MOST_COLUMNS)
    lines = -(-max(len(interpreters), 1) // columns)
    beside = 0.15 + LABEL_POINTS / 135 * max(map(len, labels_of(found).values()), default=0)
    figure, panels = page(
        [2.6] * lines,
        columns,
        1.35,
        message(found, names),
        ["Private memory of a worker (USS) by the share of the items that it has read, in random "
         "order; at last it collects garbage. Dashed: what the data takes once.",
         condition_of(found)],
        ["Median over workers and runs. Not drawn: threads, which share the memory of one process"
         + (f", and what copies the data at once: {listed(copies)}." if copies else ".")],
        left=0.7,
        right=beside + 0.1,
        gap=beside,
    )  # fmt: skip
    flat = [axes for row in panels for axes in row]
    for axes, interpreter in zip(flat, interpreters, strict=False):
        own = found[found["interpreter"] == interpreter]
        draw_panel(axes, own, marks, 1.08 * max(found["uss_mib"].max(), found["data_mib"].max()))
        axes.set_title(names.get(interpreter, interpreter))
    for axes in flat[len(interpreters) :]:
        axes.set_axis_off()
    return figure


def condition_of(found):
    """Return what the rows have in common, in words."""
    if found.empty:
        return ""
    first = found.iloc[0]
    return f"{items(first['size'])}, {workers_in_words(first['workers'])}."


def without_copies(found):
    """Return the lines that begin with less than the data, and the names of the other ones."""
    begun = found[found["mark"] == AT_START]
    full = begun[begins_with_a_copy(begun)]
    keys = set(full[ALIKE_BY].itertuples(index=False, name=None))
    kept = [line not in keys for line in found[ALIKE_BY].itertuples(index=False, name=None)]
    names = {f"{one.strategy} by {one.start_method}" for one in full.itertuples()}
    return found[np.array(kept, bool)], sorted(names)


def labels_of(found):
    """Return {(interpreter, strategy, start method): label}, the memory at the last mark in it."""
    labels = {}
    for (interpreter, strategy), own in found.groupby(["interpreter", "strategy"]):
        for method, line in own.groupby("start_method"):
            name = f"{strategy} {method}" if own["start_method"].nunique() > 1 else strategy
            labels[interpreter, strategy, method] = f"{name}, {mib(line['uss_mib'].iloc[-1])}"
    return labels


def draw_panel(axes, own, marks, highest):
    """Draw the lines of one interpreter, each with its name at its end."""
    ends, labels = [], labels_of(own)
    for (strategy, method), line in own.groupby(["strategy", "start_method"]):
        x = [marks.index(mark) for mark in line["mark"]]
        axes.plot(x, line["uss_mib"], "o-", ms=3, lw=1.3, color=colour_of(strategy))
        label = labels[line["interpreter"].iloc[0], strategy, method]
        ends.append((line["uss_mib"].iloc[-1], strategy, label))
    data = own.loc[own["data_mib"] > 0, "data_mib"].median()
    if data == data:
        axes.axhline(data, color="black", lw=0.9, ls=(0, (4, 3)), zorder=1)
        axes.text(-0.2, data, f"data: {mib(data)}", va="bottom", size=LABEL_POINTS)
    axes.set_ylim(0, highest)
    axes.set_xlim(-0.3, len(marks) - 0.7)
    axes.set_xticks(range(len(marks)), [tick_of(mark) for mark in marks], size=LABEL_POINTS)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g} MiB")
    axes.grid(True, axis="y")
    axes.grid(False, axis="x")
    axes.set_xlabel("% of the items read")
    points = axes.get_position().height * axes.figure.get_figheight() * 72
    heights = spread_apart([end for end, _, _ in ends], 1.25 * LABEL_POINTS * highest / points)
    for y, (end, strategy, label) in zip(heights, ends, strict=True):
        axes.annotate(
            label, (len(marks) - 1, end), (len(marks) - 0.8, y),
            va="center", size=LABEL_POINTS, color=colour_of(strategy), annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": QUIET, "lw": 0.4, "shrinkA": 0, "shrinkB": 2},
        )  # fmt: skip


def tick_of(mark):
    """Return a mark as it stands on the axis, a share in percent."""
    share = share_in_words(mark).replace("nothing", "0").removesuffix(" %")
    return "GC" if mark == COLLECTED else share


def message(found, names):
    """Return the title: how much a forked worker has copied that has read few items, most first.

    Where there are more than two interpreters, the others stand behind the first in one sentence.
    """
    said = []
    few = [mark for mark in marks_of(found) if 0 < place_of_mark(mark) <= FEW]
    by_fork = found[(found["start_method"] == "fork") & (found["data_mib"] > 0)]
    for interpreter, own in by_fork.groupby("interpreter") if few else ():
        table = own.pivot_table("uss_mib", "strategy", "mark")
        if {AT_START, few[-1]} <= set(table):
            copied = (table[few[-1]] - table[AT_START]).max() / own["data_mib"].median()
            said.append((copied, names.get(interpreter, interpreter)))
    if not said:
        return "The private memory of a worker, by how much it has read"
    read = f"Reading {share_in_words(few[-1])} of the items"
    said = [(f"{100 * max(copied, 0):.0f} %", name) for copied, name in sorted(said, reverse=True)]
    whole = [
        f"{read} copies {copied} of the data on {name} into each forked worker"
        for copied, name in said
    ]
    others = listed([f"{copied} on {name}" for copied, name in said[1:]])
    return whole if len(whole) <= 2 else [whole[0], f"It copies {others}"]
