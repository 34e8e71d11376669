"""Draw the memory of all processes together, and the private memory of each worker.

Shared pages count once in the proportional set size (PSS) of a process tree. A worker's unique set
size (USS) holds what it does not share: its copy of the data, and a little of the interpreter.
"""

import numpy as np
from matplotlib.ticker import MaxNLocator

from figures.drawing import draw_each
from figures.experiment import NOTE_ON_RUNS
from figures.rows import draw_rows, key_of_workers, label_inches, panel_height, rows_of
from figures.style import page
from wording.memory import moment_of
from wording.units import mib, ratio

TREE, WORKER = "memory_mib", "workers_uss_mib"
TREE_AND_WORKER = {TREE: "all processes together (PSS)", WORKER: "private memory of a worker (USS)"}


def main(argv=None):
    draw_each(argv, __doc__, "memory", draw)


def draw(experiment):
    """Return the figure: all processes, and each worker, a column for each interpreter.

    With several conditions, which make it tall, the workers alone.
    """
    experiment.largest("size")
    several = len(experiment.facets()) > 1
    grid = panels_of(experiment, [WORKER] if several else list(TREE_AND_WORKER))
    workers = sorted(experiment.cells["workers"].unique())
    figure, panels = page(
        [panel_height([with_processes(cells, name) for _, cells, name in row], TREE, 0.9)
         for row in grid],
        len(grid[0]),
        2.5 if len(grid[0]) > 2 else 3.0,
        messages(experiment),
        [
            "" if several else f"All processes: {moment_of(experiment.cells)}.",
            "Private memory: after the last job. Dashed: what the data takes once.",
            experiment.constants(),
            *experiment.left_out,
        ],
        [NOTE_ON_RUNS, "Bars: range of the runs.", experiment.footnote()],
        left=label_inches(experiment.cells),
    )  # fmt: skip
    limits = {name: highest(experiment.cells, name) for name in TREE_AND_WORKER}
    for row, line in zip(grid, panels, strict=True):
        for (title, cells, name), axes in zip(row, line, strict=True):
            limit = limits[name]
            axes.set_xlabel(TREE_AND_WORKER[name])
            unit, factor = ("GiB", 1024) if limit > 4096 else ("MiB", 1)
            ticks = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0, limit / factor)
            axes.set_xticks(ticks * factor, [f"{tick:g} {unit}" for tick in ticks])
            axes.set_xlim(0, 1.08 * limit)
            axes.set_title(title)
            rows = rows_of(with_processes(cells, name), name)
            draw_rows(axes, experiment, rows, name, workers, 0.9)
            draw_size_of_data(axes, data_mib(cells), len(rows) - 0.1)
    if experiment.cells["strategy"].nunique() > 1 and len(workers) > 1:
        key_of_workers(panels[0][-1], workers)
    return figure


def panels_of(experiment, names):
    """Return rows of (title, cells, column of the tables): the panels of the figure."""
    rows = experiment.grid()
    if len(experiment.interpreters()) == 1 or len(rows) * len(names) == 1:
        return [[(title, cells, name) for name in names] for row in rows for title, cells in row]
    return [[(title, cells, name) for title, cells in row] for row in rows for name in names]


def with_processes(cells, column):
    """Return the cells that have such a value or failed: threads have no memory of their own."""
    return cells[cells[column].notna() | (cells["n"] == 0)]


def data_mib(cells):
    """Return what the data takes, NaN if it was never built in the main process."""
    return cells.loc[cells["data_mib"] > 0, "data_mib"].median()


def highest(cells, column):
    """Return the largest value to be drawn, in MiB."""
    return max(np.nan_to_num([cells[f"{column}_max"].max(), cells["data_mib"].max(), 1.0]))


def draw_size_of_data(axes, data, y):
    """Draw the size of the data as a reference, its name in row `y`."""
    if np.isnan(data):
        return
    axes.axvline(data, color="black", lw=0.9, ls=(0, (4, 3)), zorder=1)
    beside = data < 0.6 * axes.get_xlim()[1]
    axes.text(
        data, y, f" data: {mib(data)} ", ha="left" if beside else "right", va="center", size=7
    )


def messages(experiment):
    """Return the title: a worker's private memory beside the data, from least to most."""
    found = []
    for interpreter, group in experiment.cells.groupby("interpreter"):
        data = data_mib(group)
        shares = (group[WORKER] / data).dropna()
        if shares.empty or np.isnan(data):
            continue
        least, most = ratio(shares.min()), ratio(shares.max())
        span = least if least == most else f"{least} to {most}"
        found.append(
            f"{experiment.named(interpreter)}: a worker's private memory is {span} times the data"
        )
    return found or f"{experiment.name}: no memory of a worker was measured"
