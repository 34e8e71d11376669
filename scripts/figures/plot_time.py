"""Draw how long each strategy takes, from publishing the data to stopping the workers."""

from figures.experiment import (
    NO_START_METHOD,
    arguments_of,
    experiments_of,
    in_words,
    note_on_bars,
    read_study,
)
from figures.rows import band, draw_rows, key_of_workers, panel_height, rows_of
from figures.style import log_limits, page, save, seconds_tick, set_log_axis
from words.units import ratio, time

COLUMN = "total_s"


def main(argv=None):
    arguments = arguments_of(argv, __doc__)
    runs, summary = read_study(arguments.study, "runs", "summary")
    for experiment in experiments_of(runs, summary, arguments.experiments):
        save(draw(experiment), arguments.study, f"{experiment.name}_time")


def draw(experiment):
    """Return the figure: a column of panels for each condition, a row for each interpreter."""
    facets = experiment.facets()
    interpreters = experiment.interpreters()
    workers = sorted(experiment.cells["workers"].unique())
    extra = 0.9 if len(experiment.idle) else 0
    parts = {
        (row, column): cells[cells["interpreter"] == interpreter]
        for row, interpreter in enumerate(interpreters)
        for column, (_, cells) in enumerate(facets)
    }
    figure, panels = page(
        [panel_height((parts[row, column] for column in range(len(facets))), COLUMN, extra)
         for row in range(len(interpreters))],
        len(facets),
        2.5 if len(facets) > 1 else 5.5,
        messages(experiment),
        [
            "Time from publishing the data to stopping the workers, log scale; building the data"
            " is left out.",
            experiment.constants(),
            *experiment.left_out,
        ],
        ["Mark: median. Pale dots: every run.", note_on_bars(experiment.cells, COLUMN),
         experiment.machine()],
    )  # fmt: skip
    shown = experiment.runs[experiment.runs["size"].isin(experiment.cells["size"])]
    limits = log_limits([*shown[COLUMN], *experiment.idle[COLUMN]])
    for (row, column), cells in parts.items():
        axes, (label, _) = panels[row][column], facets[column]
        set_log_axis(axes.xaxis, *limits, seconds_tick)
        axes.set_title(experiment.panel_title(interpreters[row], label))
        rows = rows_of(cells, COLUMN)
        draw_rows(axes, experiment, rows, COLUMN, workers, extra)
        idle = experiment.idle[experiment.idle["interpreter"] == interpreters[row]]
        band(axes, idle[COLUMN], len(rows) - 0.1, "pool, nothing to do")
        if len(rows) > 1 and (cells["strategy"] == "serial").any():
            for value in cells.loc[cells["strategy"] == "serial", COLUMN].dropna():
                axes.axvline(value, color="#222222", lw=0.7, ls=(0, (4, 3)), zorder=1)
        axes.set_xlabel("time")
    if experiment.cells["strategy"].nunique() > 1 and len(workers) > 1:
        key_of_workers(panels[0][-1], workers)
    return figure


def messages(experiment):
    """Return the title: for every interpreter the fastest and the slowest, at the most items."""
    cells = experiment.cells[experiment.cells["n"] > 0]
    # Threads and no workers at all stand in the figure; the question is about processes.
    if (cells["start_method"] != NO_START_METHOD).any():
        cells = cells[cells["start_method"] != NO_START_METHOD]
    if cells.empty:
        return f"{experiment.name}: no run finished"
    found = []
    for interpreter, group in cells.groupby("interpreter"):
        best = group[group["size"] == group["size"].max()]
        best = best[best["jobs"] == best["jobs"].max()].sort_values(COLUMN)
        if best["strategy"].nunique() == 1:
            best = best.drop_duplicates("workers")
            times = ", ".join(
                f"{time(cell[COLUMN])} with {cell['workers']}"
                for _, cell in best.sort_values("workers").iterrows()
            )
            text = f"{best.iloc[0]['strategy']} takes {times} {plural(best['workers'])}"
        else:
            best = best.drop_duplicates("strategy")
            first, last = best.iloc[0], best.iloc[-1]
            text = (
                f"{first['strategy']} is the fastest with processes, {time(first[COLUMN])};"
                f" {last['strategy']} takes {ratio(last[COLUMN] / first[COLUMN])} times as long"
            )
        found.append(f"{experiment.named(interpreter)}: {text}{at(experiment, best.iloc[0])}")
    return found


def plural(numbers):
    """Return `worker` if the last of the numbers is 1."""
    return "worker" if max(numbers) == 1 else "workers"


def at(experiment, cell):
    """Return where the title's numbers hold, if there are several sizes or numbers of jobs."""
    varied = [name for name in ("size", "jobs") if experiment.cells[name].nunique() > 1]
    return "".join(f" ({in_words(name, cell[name])})" for name in varied)
