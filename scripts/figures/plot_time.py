"""Draw how long each strategy takes, from publishing the data to stopping the workers."""

import numpy as np
import seaborn as sns

from figures.drawing import draw_each, keep_most_workers
from figures.experiment import NOTE_ON_RUNS, condition_in_words, note_on_bars
from figures.rows import (
    ROW_INCHES,
    band,
    draw_rows,
    key_of_workers,
    label_inches,
    label_leftmost,
    label_rows,
    part_of,
    rows_of,
)
from figures.style import (
    FAILURE,
    log_limits,
    page,
    seconds_tick,
    set_log_axis,
    title_inches,
    upper_right,
)
from figures.titles import at_most_work, comparison, short_time
from stats.best import best_cells
from wording.mechanisms import SERIAL
from wording.units import time

COLUMN = "total_s"
MOST_PANELS = 4  # abreast, of dots; more conditions are drawn as a map of fields
MOST_FIELDS = 10  # abreast
FIELD_INCHES, FAILED_FIELD_INCHES = 0.6, 0.82
DARKEST = 30.0  # times the fastest
TINTS = sns.blend_palette(("#F4F6F4", "#F6C98F", "#D98648"), 100)
WHAT = "Time from publishing the data to stopping the workers; building the data is left out."


def main(argv=None):
    draw_each(argv, __doc__, "time", draw)


def draw(experiment):
    """Return the figure: dots in a few panels, or a map of fields where there are many."""
    facets = experiment.facets(MOST_FIELDS, MOST_FIELDS // 2)
    interpreters = experiment.interpreters()
    if len(facets) * len(interpreters) > MOST_PANELS:
        return draw_map(experiment)
    parts = [
        (experiment.panel_title(name, label), cells[cells["interpreter"] == name])
        for name in interpreters
        for label, cells in facets
    ]
    cells = experiment.cells
    workers = sorted(cells["workers"].unique())
    extra = 0.9 if len(experiment.idle) else 0
    rows = rows_of(cells, COLUMN)
    first = label_inches([label for label, _, _ in rows])
    figure, panels = page(
        [ROW_INCHES * (max(len(rows), 1) + extra) + 0.1],
        len(parts),
        1.4,
        messages(experiment),
        [WHAT, "Log scale.", experiment.constants(), *experiment.left_out],
        [NOTE_ON_RUNS, note_on_bars(cells, COLUMN), experiment.footnote()],
        left=0.1,
        first=first,
    )
    shown = experiment.runs[experiment.runs["size"].isin(cells["size"])]
    limits = log_limits([*shown[COLUMN], *experiment.idle[COLUMN]])
    for axes, (title, own) in zip(panels[0], parts, strict=True):
        set_log_axis(axes.xaxis, *limits, seconds_tick)
        axes.set_title(title)
        draw_rows(axes, experiment, part_of(rows, own), COLUMN, workers, extra)
        idle = experiment.idle[experiment.idle["interpreter"].isin(own["interpreter"])]
        band(axes, idle[COLUMN], len(rows) - 0.1, "pool, nothing to do")
        if len(rows) > 1:
            for value in own.loc[own["strategy"] == SERIAL, COLUMN].dropna():
                axes.axvline(value, color="#222222", lw=0.7, ls=(0, (4, 3)), zorder=1)
        axes.set_xlabel("time")
    label_leftmost(panels[0])
    if cells["strategy"].nunique() > 1 and len(workers) > 1:
        key_of_workers(upper_right(panels[0]), workers)
    return figure


def draw_map(experiment):
    """Return the figure: a panel for each interpreter, strategies × conditions, a time each."""
    keep_most_workers(experiment)
    facets = experiment.facets(MOST_FIELDS, MOST_FIELDS // 2)
    interpreters = experiment.interpreters()
    rows = rows_of(experiment.cells, COLUMN)
    inches = FAILED_FIELD_INCHES if experiment.cells["n"].eq(0).any() else FIELD_INCHES
    titles = list(map(experiment.named, interpreters))
    labels = [label.replace(", ", "\n").replace(" items", "") for label, _ in facets]
    # Below three lines of a label there is no room for what they are.
    deep = any(label.count("\n") > 1 for label in labels)
    figure, panels = page(
        [ROW_INCHES * len(rows)],
        len(interpreters),
        max(inches * len(facets), *map(title_inches, titles)),
        messages(experiment),
        [
            WHAT,
            f"The last column: {facets[-1][0]}." if deep else "",
            "Darker: slower than the fastest of the column. Bold: tied with it.",
            experiment.constants(),
            *experiment.left_out,
        ],
        ["Medians; intervals are in the table.", experiment.footnote()],
        left=0.1,
        first=label_inches([label for label, _, _ in rows]),
    )
    for axes, interpreter, title in zip(panels[0], interpreters, titles, strict=True):
        axes.set_title(title)
        label_rows(axes, rows)
        for x, (_, cells) in enumerate(facets):
            draw_fields(axes, experiment, x, cells[cells["interpreter"] == interpreter], rows)
        axes.set_xticks(range(len(facets)), labels)
        axes.set(xlim=(-0.5, len(facets) - 0.5), ylim=(len(rows) - 0.5, -0.5))
        counted = any("items" in label for label, _ in facets)
        axes.set_xlabel("items" if counted and not deep else "")
        axes.tick_params(length=0)
        axes.grid(False)
        axes.spines[:].set_visible(False)
    label_leftmost(panels[0])
    return figure


def draw_fields(axes, experiment, x, cells, rows):
    """Draw a column of fields: times as colour and in words, failures as crosses."""
    good = cells[cells["n"] > 0]
    least = good[COLUMN].min()
    best = best_cells(good, experiment.counted, experiment.priors).values()
    tied = {strategy for one in best for strategy in one.strategies}
    for y, (_, _, of_row) in enumerate(rows):
        for _, cell in cells[cells.index.isin(of_row.index)].iterrows():
            if cell["n"] == 0:
                text, style = f"×\n{cell['outcome']}", {"color": FAILURE, "size": 7}
                tint = "white"
            else:
                share = np.log(cell[COLUMN] / least) / np.log(DARKEST)
                tint = TINTS[int(99 * min(share, 1.0))]
                text = short_time(cell[COLUMN]) + (" ×" if cell["outcome"] else "")
                weight = "bold" if cell["strategy"] in tied else "normal"
                style = {"size": 7.5, "weight": weight}
            axes.barh(y, 0.96, 0.92, x - 0.48, color=tint, lw=0)
            axes.text(x, y, text, ha="center", va="center", linespacing=1.0, **style)


def messages(experiment):
    """Return the title: for every interpreter what the times at the most items show."""
    cells = experiment.cells[experiment.cells["n"] > 0]
    if cells.empty:
        return f"{experiment.name}: no run finished"
    found = []
    for interpreter, group in cells.groupby("interpreter"):
        most = at_most_work(group)
        alike = most[most["strategy"] != "serial"]
        if alike["strategy"].nunique() == 1:
            text = by_workers(alike.drop_duplicates("workers"))
        else:
            text = comparison(experiment, most)
        if text:
            found.append(f"{experiment.named(interpreter)}: {text}{at(experiment, most.iloc[0])}")
    return found or f"Time of {cells['strategy'].nunique()} strategies"


def by_workers(cells):
    """Return what one strategy takes, for every number of workers."""
    cells = cells.sort_values("workers")
    times = [f"{time(cell[COLUMN])} with {cell['workers']}" for _, cell in cells.iterrows()]
    return f"{cells.iloc[0]['strategy']} takes {', '.join(times)} {plural(cells['workers'])}"


def plural(numbers):
    """Return `worker` if the last of the numbers is 1."""
    return "worker" if max(numbers) == 1 else "workers"


def at(experiment, cell):
    """Return where the title's numbers hold, if there are several sizes or numbers of jobs."""
    varied = [name for name in ("size", "jobs") if experiment.cells[name].nunique() > 1]
    return "".join(f" ({condition_in_words(name, cell[name])})" for name in varied)
