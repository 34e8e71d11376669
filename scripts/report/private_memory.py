"""What workers that inherit the data copy, and what more of them gain: sentences for the answer."""

import pandas as pd

from stats.best import best_cells
from stats.evidence import counted
from wording.mechanisms import SERIAL, inherits
from wording.units import amount, mib, ratio_in_words, workers


def private_memory(summary, names):
    """Return a sentence on the private memory of workers, from the largest inherited data.

    Where data was also made immortal, both are compared at the same size.
    """
    own = summary[
        (summary["strategy"].map(inherits) | (summary["strategy"] == "immortal"))
        & (summary["start_method"] == "fork")
        & (summary["n"] > 0)
        & (summary["data_mib"] > 0)
        & summary["workers_uss_mib"].notna()
    ]
    found = []
    for interpreter, cells in own.groupby("interpreter"):
        cells = cells.sort_values(["size", "workers"])
        inherited = cells[cells["strategy"].map(inherits)]
        immortal = cells[cells["strategy"] == "immortal"]
        if len(immortal):
            cell = immortal.iloc[-1]
            same = ["experiment", "size", "workers", "jobs"]
            inherited = inherited[(inherited[same] == cell[same]).all(axis=1)]
        if inherited.empty:
            continue
        cell = inherited.iloc[-1]
        text = f"{names[interpreter]} {mib(cell['workers_uss_mib'])}"
        if len(immortal):
            text += f", immortal {mib(immortal.iloc[-1]['workers_uss_mib'])}"
        found.append(
            f"{text} beside {mib(cell['data_mib'])} of data "
            f"({amount(cell['size'], cell['workload'])})"
        )
    if not found:
        return []
    return [f"Private memory of each worker that inherits the data: {'; '.join(found)}."]


def nowhere_immortal(runs):
    """Return a sentence if immortal objects were to be measured and no interpreter has them."""
    tried = runs[runs["strategy"] == "immortal"]
    if tried.empty or tried["status"].ne("unsupported").any():
        return []
    return [
        "Objects that are not copied because they are immortal were measured nowhere: no "
        "interpreter of this study is a CPython from 3.12 on. `make interpreters` installs one."
    ]


def gain_by_workers(summary, runs, cpus, names):
    """Return a sentence on what workers gain, against none, where there is most work for them."""
    parts = []
    rows = counted(runs)
    for interpreter, cells in inheriting_cells(summary).groupby("interpreter"):
        work = cells["size"] * cells["jobs"]
        cells = cells[(work == work.max()) & (cells["workers"] <= max(cpus, 2))]
        several = cells.sort_values(["workers", "total_s"]).iloc[-1:]
        group = summary[
            (summary[["experiment", "interpreter", "size", "jobs"]]
             == several.iloc[0][["experiment", "interpreter", "size", "jobs"]]).all(axis=1)
            & (summary["n"] > 0)
        ]  # fmt: skip
        alone = group[group["strategy"] == SERIAL]
        if alone.empty or several.iloc[0]["workers"] < 2:
            continue
        found = best_cells(pd.concat([several, alone]), rows).get(interpreter)
        ratio = found.against(alone.iloc[0], several.iloc[0]) if found else None
        if ratio is not None and ratio.blocks > 1:
            cell = several.iloc[0]
            known = ratio.above(1.0) is not None
            gain = f"{ratio_in_words(ratio)} times as fast as" if known else "tied with"
            parts.append(
                f"{names[interpreter]} with {workers(cell['workers'])} {gain} no workers "
                f"({amount(cell['size'], cell['workload'])}, {cell['jobs']} jobs)"
            )
    return [f"Where there is most work: {'; '.join(parts)}."] if parts else []


def inheriting_cells(summary):
    """Return the cells with a result in which forked workers inherit the data."""
    return summary[
        summary["strategy"].map(inherits)
        & (summary["start_method"] == "fork")
        & (summary["n"] > 0)
        & summary["workers_uss_mib"].notna()
    ]
