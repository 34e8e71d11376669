"""How well the costs predict runs that they have not seen."""

import pandas as pd

from costs.cost_model import KIND
from costs.fit_costs import FEWEST_RUNS, constants_of, fit_one, limits_of_garbage, without_data
from wording.mechanisms import has_data


def held_out(runs, by):
    """Return runs of which a whole `by` ("size" or "jobs") was held out in turn, and predicted.

    Only kinds with three values of it and more. How long the collector waits comes from the same
    interpreter's other data. The table has the key, `total_s` and `memory_mib` as measured,
    `predicted_s` and `predicted_mib`: a row for each cell, its runs' median.
    """
    parts = []
    constants = without_data(runs)
    limits = {
        workload: limits_of_garbage(runs[runs["workload"] != workload], constants)
        for workload in set(runs["workload"])
    }
    for kind, rows in runs.groupby(KIND):
        if not has_data(kind[2]):
            continue
        values = sorted(set(rows[by]))
        if len(values) < 3:
            continue
        for value in values:
            rest = rows[rows[by] != value]
            if len(rest) < FEWEST_RUNS:
                continue
            limit = limits[kind[1]].get(kind[0])
            model = fit_one(rest, 0, constants_of(kind, constants), limit)
            asked = rows[rows[by] == value]
            if by != "size":  # what else it is asked for it has seen
                asked = asked[asked["size"].isin(set(rest["size"]))]
            if len(asked):
                parts.append(predicted(asked, model))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def predicted(rows, model):
    """Return a row for each cell of `rows`: measured medians, and what the model says."""
    keys = [*KIND, "experiment", "size", "jobs", "workers"]
    cells = rows.groupby(keys)[["total_s", "memory_mib"]].median().reset_index()
    asked = list(zip(cells["size"], cells["jobs"], cells["workers"], strict=True))
    return cells.assign(
        predicted_s=[model.total(*one) for one in asked],
        predicted_mib=[model.memory(*one) for one in asked],
    )


def errors(table):
    """Return the relative errors of a table of `held_out`: (of time, of memory), absolute."""
    time = (table["predicted_s"] / table["total_s"] - 1).abs()
    memory = (table["predicted_mib"] / table["memory_mib"] - 1).abs()
    return time, memory
