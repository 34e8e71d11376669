"""Draw how long each strategy takes, from publishing the data to stopping the workers."""

from figures.drawing import draw_each
from figures.experiment import NOTE_ON_RUNS, condition_in_words, note_on_bars
from figures.rows import band, draw_rows, key_of_workers, label_inches, panel_height, rows_of
from figures.style import log_limits, page, seconds_tick, set_log_axis
from figures.titles import at_most_work, comparison
from wording.units import time

COLUMN = "total_s"


def main(argv=None):
    draw_each(argv, __doc__, "time", draw)


def draw(experiment):
    """Return the figure: a panel for each interpreter and condition."""
    grid = experiment.grid()
    workers = sorted(experiment.cells["workers"].unique())
    extra = 0.9 if len(experiment.idle) else 0
    figure, panels = page(
        [panel_height((cells for _, cells in row), COLUMN, extra) for row in grid],
        len(grid[0]),
        2.5 if len(grid[0]) > 1 else 5.5,
        messages(experiment),
        [
            "Time from publishing the data to stopping the workers, log scale; building the data"
            " is left out.",
            experiment.constants(),
            *experiment.left_out,
        ],
        [NOTE_ON_RUNS, note_on_bars(experiment.cells, COLUMN),
         experiment.footnote()],
        left=label_inches(experiment.cells),
    )  # fmt: skip
    shown = experiment.runs[experiment.runs["size"].isin(experiment.cells["size"])]
    limits = log_limits([*shown[COLUMN], *experiment.idle[COLUMN]])
    for row, line in zip(grid, panels, strict=True):
        for (title, cells), axes in zip(row, line, strict=True):
            set_log_axis(axes.xaxis, *limits, seconds_tick)
            axes.set_title(title)
            rows = rows_of(cells, COLUMN)
            draw_rows(axes, experiment, rows, COLUMN, workers, extra)
            idle = experiment.idle[experiment.idle["interpreter"].isin(cells["interpreter"])]
            band(axes, idle[COLUMN], len(rows) - 0.1, "pool, nothing to do")
            if len(rows) > 1 and (cells["strategy"] == "serial").any():
                for value in cells.loc[cells["strategy"] == "serial", COLUMN].dropna():
                    axes.axvline(value, color="#222222", lw=0.7, ls=(0, (4, 3)), zorder=1)
            axes.set_xlabel("time")
    if experiment.cells["strategy"].nunique() > 1 and len(workers) > 1:
        key_of_workers(panels[0][-1], workers)
    return figure


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
