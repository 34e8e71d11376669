"""Which way is right for which data: a line for every workload, interpreter and start method."""

import pandas as pd

from answers.best import ALONE, ANY_METHOD, WHICH, best_cells, with_result
from answers.evidence import counted
from report.markdown import markdown, with_spread
from words.labels import names_of
from words.memory import moment_of
from words.units import amount, is_own, listed, mib
from words.workloads import sentence_of

FEWEST = 5  # strategies: an experiment with less compares something else
HANDED_OVER = "initializer"  # what a worker has for itself that is handed the data in the usual way


def kinds_of_data(runs, summary):
    """Return a section for the workloads that are compared by many strategies."""
    names, good = names_of(runs), with_result(summary)
    chosen = {
        workload: experiment
        for (workload, experiment), cells in good.groupby(["workload", "experiment"])
        if not is_own(workload) and cells["strategy"].nunique() >= FEWEST
    }
    if len(chosen) < 2:
        return []
    rows, told = [], []
    for workload, experiment in chosen.items():
        cells = good[good["experiment"] == experiment]
        rows += rows_of(cells, runs, names)
        told.append(f"- `{workload}`: {sentence_of(workload)}")
    if not rows:
        return []
    return [
        "## By kind of data",
        "What cannot be told apart from the fastest, least memory first; the least memory of all "
        f"processes together {moment_of(good)} among the ways with processes; and what each worker "
        "has for itself beside the data, less what one has that is handed a single item. `threads` "
        "and `serial` have no worker processes and no start method.",
        markdown(rows),
        "\n".join(told),
    ]


def rows_of(cells, runs, names):
    """Return the lines of one experiment: its largest data, its largest number of workers."""
    largest = cells[cells["size"] == cells["size"].max()]
    largest = largest[largest["jobs"] == largest["jobs"].max()]
    several = largest["workers"] == largest["workers"].max()
    largest = largest[several | largest["strategy"].isin(ALONE)]
    methods = set(largest["start_method"]) - set(ANY_METHOD)
    rows = []
    for method in sorted(methods, key=lambda name: (name != "fork", name)):
        own = largest[largest["start_method"].isin([*ANY_METHOD, method])]
        for interpreter, found in best_cells(own, counted(runs)).items():
            group = own[own["interpreter"] == interpreter]
            processes = group[~group["start_method"].eq("none")]
            if processes.empty or not set(found.cells["strategy"]) & set(group["strategy"]):
                continue
            first = found.first
            least = processes.sort_values("memory_mib").iloc[0]
            rows.append(
                {
                    "data": f"`{first['workload']}`, {amount(first['size'], first['workload'])}",
                    "interpreter": names[interpreter],
                    "start": method,
                    "fastest": listed([f"`{name}`" for name in found.strategies]),
                    "time": with_spread(first, "total_s"),
                    "least memory": f"`{least['strategy']}` {mib(least['memory_mib'])}",
                    "a worker's own": own_memory(processes, cells),
                }
            )
    return rows


def own_memory(processes, cells):
    """Return what a worker has for itself: handed over in the usual way, and at the least."""
    own = processes.dropna(subset="workers_uss_mib")
    own = own.assign(own_mib=[less_nothing(cell, cells) for _, cell in own.iterrows()])
    own = own.dropna(subset="own_mib")
    if own.empty:
        return "–"
    least = own.sort_values("own_mib").iloc[0]
    usual = own[own["strategy"] == HANDED_OVER]
    shown = pd.concat([usual, least.to_frame().T]).drop_duplicates(WHICH)
    sizes = zip(shown["strategy"], shown["own_mib"].clip(lower=0), strict=True)
    parts = [f"`{strategy}` {mib(size)}" for strategy, size in sizes]
    return f"{'; '.join(parts)}; data {mib(own['data_mib'].max())}"


def less_nothing(cell, cells):
    """Return a worker's own memory less that of one with a single item; NaN if that is not known.

    What it has imported, and the interpreter itself, are no data.
    """
    nothing = cells[
        (cells["size"] == 1)
        & (cells["strategy"] == HANDED_OVER)
        & (cells["interpreter"] == cell["interpreter"])
        & (cells["start_method"] == cell["start_method"])
    ]
    if nothing.empty:
        return float("nan")
    return cell["workers_uss_mib"] - nothing["workers_uss_mib"].iloc[0]
