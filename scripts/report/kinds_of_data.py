"""Which strategy fits which data: a line for every workload, interpreter and start method."""

import pandas as pd

from report.markdown import markdown, with_spread
from stats.best import ANY_METHOD, SERIAL_STRATEGIES, WHICH, best_cells, with_result
from stats.evidence import counted
from stats.private_memory import PASSED, less_nothing
from wording.labels import names_of
from wording.memory import moment_of
from wording.units import amount, is_own, listed, mib
from wording.workloads import sentence_of

FEWEST_STRATEGIES = 3  # strategies: with less there is nothing to choose from
MOST_IN_A_FIELD = 5  # in a field of the table


def kinds_of_data(runs, summary):
    """Return a section with a line for every workload, start method and interpreter.

    Each from the experiment that compares most strategies of them; none for a single workload.
    """
    names, good = names_of(runs), with_result(summary)
    good = good[[not is_own(workload) for workload in good["workload"]]]
    if good.empty:
        return []
    rows, kinds = [], []
    for workload, cells in good.groupby("workload"):
        own = lines_of(cells, runs, names)
        if own:
            rows += own
            kinds.append(f"- `{workload}`: {sentence_of(workload)}")
    if len(kinds) < 2:
        return []
    return [
        "## By kind of data",
        "Fastest: the fastest strategy and all that are tied with it, least memory first. Least "
        f"memory: of all processes together {moment_of(good)}, among strategies with processes. "
        "Private memory: of each worker, less that of a worker with a single item. `serial` and "
        "`threads` have no worker processes, whatever the start method.",
        markdown(rows),
        "\n".join(kinds),
    ]


def lines_of(cells, runs, names):
    """Return the lines of one workload, fork first."""
    methods = set(cells["start_method"]) - set(ANY_METHOD)
    rows = []
    for method in sorted(methods, key=lambda name: (name != "fork", name)):
        strategies = cells[cells["start_method"] == method].groupby("experiment")["strategy"]
        if strategies.nunique().max() >= FEWEST_STRATEGIES:
            experiment = strategies.nunique().idxmax()
            rows += lines_of_interpreters(
                cells[cells["experiment"] == experiment], method, runs, names
            )
    return rows


def lines_of_interpreters(cells, method, runs, names):
    """Return a line for every interpreter: of the largest data and the largest number of workers.

    `cells` are those of one experiment.
    """
    largest = cells[cells["size"] == cells["size"].max()]
    largest = largest[largest["jobs"] == largest["jobs"].max()]
    several = largest["workers"] == largest["workers"].max()
    largest = largest[several | largest["strategy"].isin(SERIAL_STRATEGIES)]
    own = largest[largest["start_method"].isin([*ANY_METHOD, method])]
    rows = []
    for interpreter, found in best_cells(own, counted(runs)).items():
        group = own[own["interpreter"] == interpreter]
        processes = group[~group["start_method"].eq("none")]
        if processes.empty:
            continue
        first = found.first
        least = processes.sort_values("memory_mib").iloc[0]
        rows.append(
            {
                "data": f"`{first['workload']}`, {amount(first['size'], first['workload'])}",
                "interpreter": names[interpreter],
                "start": method,
                "fastest": most_of_the_names(found.strategies),
                "time": with_spread(first, "total_s"),
                "least memory": f"`{least['strategy']}` {mib(least['memory_mib'])}",
                "private memory": usual_and_least_private_memory(processes, cells),
            }
        )
    return rows


def most_of_the_names(strategies):
    """Return names as a list in a sentence, the least memory first; what is too many is counted."""
    shown = [f"`{name}`" for name in strategies[:MOST_IN_A_FIELD]]
    more = len(strategies) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown)


def usual_and_least_private_memory(processes, cells):
    """Return the private memory of a worker: by the usual strategy, and the least of all."""
    own = processes.dropna(subset="workers_uss_mib")
    own = own.assign(own_mib=[less_nothing(cell, cells) for _, cell in own.iterrows()])
    own = own.dropna(subset="own_mib")
    if own.empty:
        return "–"
    least = own.sort_values("own_mib").iloc[0]
    usual = own[own["strategy"] == PASSED]
    shown = pd.concat([usual, least.to_frame().T]).drop_duplicates(WHICH)
    sizes = zip(shown["strategy"], shown["own_mib"].clip(lower=0), strict=True)
    parts = [f"`{strategy}` {mib(size)}" for strategy, size in sizes]
    return f"{'; '.join(parts)}; data {mib(own['data_mib'].max())}"
