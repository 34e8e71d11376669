"""Draw the private memory of a worker, beside what the data takes once.

A worker's unique set size (USS) holds what it does not share: its copy of the data, and a little of
the interpreter. What all processes take together stands in the table.
"""

import numpy as np
from matplotlib.ticker import MaxNLocator

from figures.drawing import draw_each, keep_largest_data, keep_most_workers
from figures.experiment import NOTE_ON_RUNS
from figures.rows import (
    TALL_ROW_INCHES,
    draw_runs,
    label_inches,
    label_leftmost,
    label_rows,
    label_techniques,
    mark_failure,
    part_of,
    rows_of,
)
from figures.style import page
from figures.techniques import strategies_shown, technique_of
from wording.units import listed, mib
from wording.units import ratio as number_in_words

WORKER = "workers_uss_mib"
MOST_MEMORY_BARS = 4
FEW_STRATEGIES = 6  # of more of them one of each technique is drawn


def main(argv=None):
    draw_each(argv, __doc__, "memory", draw)


def draw(experiment):
    """Return the figure: a panel for each interpreter and condition, each with its own scale."""
    keep_largest_data(experiment)
    keep_most_workers(experiment)
    keep_few(experiment)
    rows = rows_of(experiment.cells, WORKER)
    techniques = names_of_rows([label for label, _, _ in rows])
    parts = [part for row in experiment.grid() for part in row if len(part[1])]
    figure, panels = page(
        [TALL_ROW_INCHES * (len(rows) + 0.4)],
        len(parts),
        1.5,
        messages(experiment),
        [
            "After the last job. Dashed: what the data takes once. Every panel has its own scale.",
            experiment.constants(),
            *experiment.left_out,
        ],
        [NOTE_ON_RUNS.replace("Mark", "Bar"), experiment.footnote()],
        left=0.2,
        first=label_inches([*techniques, *techniques.values()]) - 0.1,
        right=0.4,
    )
    for (title, cells), axes in zip(parts, panels[0], strict=True):
        axes.set_title(title)
        draw_bars_of_memory(axes, experiment, part_of(rows, cells))
        draw_size_of_data(axes, data_mib(cells))
    label_leftmost(panels[0])
    if experiment.cells["strategy"].nunique() > 1 and set(techniques) != set(techniques.values()):
        for axes in panels[0]:
            if axes.yaxis.get_tick_params()["labelleft"]:
                label_techniques(axes, {technique: name for name, technique in techniques.items()})
            axes.tick_params(axis="y", labelleft=False)
    return figure


def keep_few(experiment):
    """Keep the strategies whose workers have memory, or failed; of many one of each technique."""
    cells = experiment.cells
    cells = cells[cells[WORKER].notna() | (cells["n"] == 0)]
    before = cells["strategy"].nunique()
    if before > FEW_STRATEGIES:
        experiment.cells = cells
        facets = [own for _, own in experiment.facets()]
        names = {
            name
            for own in facets
            for name in strategies_shown(own, MOST_MEMORY_BARS, WORKER).values()
        }
        cells = cells[cells["strategy"].isin(names)]
        experiment.left_out.append(
            f"One strategy of each technique; {before - len(names)} more are in the table."
        )
    experiment.cells = cells


def draw_bars_of_memory(axes, experiment, rows):
    """Draw a panel's bars and what they are; failures as crosses."""
    cells = [cell for _, _, own in rows for _, cell in own.iterrows()]
    most = np.nan_to_num([[cell[f"{WORKER}_max"], cell["data_mib"]] for cell in cells] or [[0.0]])
    limit = max(float(most.max()), 1.0)
    for y, (_, colour, own) in enumerate(rows):
        for _, cell in own.iterrows():
            if np.isfinite(cell[WORKER]):
                axes.barh(y, cell[WORKER], 0.6, color=colour, alpha=0.85, lw=0)
                draw_runs(axes, experiment, cell, WORKER, y, "black", 3)
                axes.annotate(
                    short_mib(cell[WORKER]), (cell[f"{WORKER}_max"], y), (5, 0),
                    textcoords="offset points", va="center", size=8, zorder=5,
                    bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.3},
                )  # fmt: skip
            if cell["outcome"]:
                mark_failure(axes, y, cell["outcome"])
    axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    axes.set_xlim(0, 1.4 * limit)
    axes.set_xlabel("private memory (USS), MiB")
    label_rows(axes, rows)


def data_mib(cells):
    """Return what the data takes, NaN if it was never built in the main process."""
    return cells.loc[cells["data_mib"] > 0, "data_mib"].median()


def draw_size_of_data(axes, data):
    """Draw the size of the data as a reference."""
    if not np.isnan(data):
        axes.axvline(data, color="black", lw=0.9, ls=(0, (4, 3)), zorder=1)


def messages(experiment):
    """Return the title: what the data costs each worker by every strategy, most first."""
    known = [(label, cells) for label, cells in experiment.facets() if cells[WORKER].notna().any()]
    found, (label, cells) = [], known[0] if known else ("", experiment.cells)
    for interpreter, group in cells.groupby("interpreter"):
        data, good = data_mib(group), group[group[WORKER].notna()]
        if good.empty or np.isnan(data):
            continue
        of_strategy = good.groupby("strategy")[WORKER].max().sort_values(ascending=False)
        names = names_of_rows(of_strategy.index)
        taken = [f"{short_mib(of_strategy[name])} {names[name]}" for name in of_strategy.index]
        if len(taken) > MOST_MEMORY_BARS:
            taken = [taken[0], taken[-1]]
        where = ", ".join(filter(None, (experiment.named(interpreter), label)))
        found.append(f"{where}: {short_mib(data)} of data cost each worker {listed(taken)}")
    return found or f"{experiment.name}: no memory of a worker was measured"


def names_of_rows(strategies):
    """Return {strategy: technique}, or the strategy where two are of one technique."""
    names = {strategy: technique_of(strategy) for strategy in strategies}
    return names if len(set(names.values())) == len(names) else {name: name for name in strategies}


def short_mib(size):
    """Return MiB in words, two digits or all those before the point."""
    return mib(size) if size >= 1024 else f"{number_in_words(size)} MiB"
