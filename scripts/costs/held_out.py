"""How well the costs predict runs that they have not seen, and the errors that follow from it."""

from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from math import ceil, exp

import numpy as np
import pandas as pd

from costs.advice import Program, predict
from costs.cost_model import KIND, formulas
from costs.fit_models import (
    FEWEST_RUNS,
    constants_of,
    fit_one,
    garbage_shown,
    limits_of_garbage,
    without_data,
)
from costs.kinds import kinds_fitted
from costs.types import ByTerm, DataMib, ErrorsOf, Kind, KnownInterpreter
from costs.work import beyond_work, seconds_of_job
from sharing.workloads import base_of
from wording.mechanisms import SERIAL, has_data
from wording.workloads import part_read

FEWEST_VALUES = 3  # of sizes or jobs, of which one can be held out
FEWEST_CELLS = 20  # held out, for an error of their own
COVERED = 0.95  # of the cells held out, by an interval of the error
# Where nothing can be held out: what the published study has, rounded up (tests/test_published.py).
ERRORS_ELSEWHERE = {"time": 0.6, "work": 0.2, "memory": 0.6}
NO_ERRORS = dict.fromkeys(ERRORS_ELSEWHERE, 0.0)
LEAST_MODELLED = 0.1  # of the time predicted: less says nothing of the model
MOST_ERROR = 5.0  # e^5: what was measured is nothing beside what was predicted


def held_out(
    runs: pd.DataFrame, by: str, data_mib: DataMib, interpreters: Mapping[str, KnownInterpreter]
) -> pd.DataFrame:
    """Return runs of which a whole `by` ("size" or "jobs") was held out in turn, and predicted.

    Only kinds with three values of it and more, asked for a size or number of jobs that the other
    runs have, and not those without workers, from which the time
    of a job is taken. How long the collector waits comes from the same interpreter's other data. A
    row for each cell, its runs' median: `total_s` and `memory_mib` as measured, `predicted_s`,
    `modelled_s` and `predicted_mib` as predicted, `grown` as in `costs.cost_model.STEPS`.
    """
    rows = []
    constants = without_data(runs)
    shown = garbage_shown(runs, constants)
    limits = {workload: limits_of_garbage(shown, workload) for workload in set(runs["workload"])}
    runs = runs[(runs["size"] > 1) | (by == "jobs")]
    other = "jobs" if by == "size" else "size"
    for (interpreter, workload), group in runs.groupby(["interpreter", "workload"]):
        alone = group[(group["strategy"] == SERIAL)]
        for value in sorted(set(group[by])):
            rest = group[group[by] != value]
            asked = group[group[by] == value]
            asked = asked[asked[other].isin(set(rest[other]))]  # one thing at a time
            limit = limits[workload].get(str(interpreter))
            rest = beyond_work(rest)
            models = {
                kind: fit_one(own, 0, constants_of(kind, constants), limit)
                for kind, own in rest.groupby(KIND)
                if len(own) >= FEWEST_RUNS
                and has_data(str(kind[2]))
                and (kind[2] == SERIAL or own[by].nunique() >= FEWEST_VALUES - 1)
            }
            own = kinds_fitted(models, data_mib, interpreters, {}, lambda *_: NO_ERRORS)
            rows += predicted_cells(asked, alone, own, value)
    return pd.DataFrame(rows)


def predicted_cells(
    rows: pd.DataFrame, alone: pd.DataFrame, kinds: Iterable[Kind], value: object
) -> list[dict[Hashable, object]]:
    """Return a dict for each cell of `rows` that is of one of `kinds`, measured and predicted."""
    found = []
    file = formulas()
    by_kind = {
        (kind["interpreter"], kind["workload"], kind["strategy"], kind["start_method"]): kind
        for kind in kinds
    }
    keys = [*KIND, "experiment", "size", "jobs", "workers"]
    cells = rows.groupby(keys)[["total_s", "memory_mib", "usable_cpus"]].median().reset_index()
    for cell in cells.to_dict("records"):
        base = base_of(cell["workload"])
        kind = by_kind.get((cell["interpreter"], base, cell["strategy"], cell["start_method"]))
        job_s = seconds_of_job(alone, cell)
        if kind is None or job_s is None or kind["strategy"] == SERIAL:
            continue
        read = part_read(cell["workload"])
        program = Program(
            cell["interpreter"], base, cell["size"], cell["jobs"], job_s, cell["workers"],
            max(1.0, min(cell["workers"], cell["usable_cpus"])),
            share=1.0 if read is None or read >= 1 else read, count=int(read or 0),
        )  # fmt: skip
        results = predict(file, kind, program).results
        found.append(
            cell
            | {
                "value": value,
                "predicted_s": results["seconds"],
                "modelled_s": results["modelled"],
                "predicted_mib": results["memory_mib"],
                "grown": results["grown"],
            }
        )
    return found


def errors(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the relative errors of a table of `held_out`: (of time, of memory), absolute."""
    time = (table["predicted_s"] / table["total_s"] - 1).abs()
    memory = (table["predicted_mib"] / table["memory_mib"] - 1).abs()
    return time, memory


def errors_of(table: pd.DataFrame) -> ErrorsOf:
    """Return ``errors(interpreter, workload)`` from a table of `held_out`.

    A dict of `time` (of what is modelled), `work` (of the jobs' own time) and `memory`: logarithms
    of the factor within which `COVERED` of the cells held out lie. Of the data's own cells if they
    are enough, else of the interpreter's, else of all, else `ERRORS_ELSEWHERE`.
    """

    @cache  # many kinds are of one interpreter and workload
    def found(interpreter: str, workload: str) -> dict[str, float]:
        if table.empty:
            return ERRORS_ELSEWHERE
        own = table[table["interpreter"] == interpreter]
        same = own[own["workload"].map(base_of) == workload]
        for cells in (same, own, table):
            if len(cells) >= FEWEST_CELLS:
                return needed(cells)
        return ERRORS_ELSEWHERE

    return found


def needed(cells: pd.DataFrame) -> ByTerm:
    """Return the errors by which `COVERED` of some cells lie within their intervals."""
    work = ERRORS_ELSEWHERE["work"]  # too few cells are all work for one of their own
    # Beside little that is modelled, what the work was off by would be an error of hundreds.
    enough = cells[cells["modelled_s"] > LEAST_MODELLED * cells["predicted_s"]]
    return {
        "time": quantile_of(time_errors(enough, work)),
        "work": work,
        "memory": quantile_of(memory_errors(cells)),
    }


def time_errors(cells: pd.DataFrame, work: float) -> pd.Series:
    """Return the error of what is modelled that each cell would need, beside that of its work."""
    modelled = cells["modelled_s"].clip(lower=1e-9)
    own = cells["predicted_s"] - cells["modelled_s"]
    over = (cells["total_s"] - cells["predicted_s"] - own * (exp(work) - 1)) / modelled
    under = (cells["predicted_s"] - cells["total_s"] - own * (1 - exp(-work))) / modelled
    above = pd.Series(np.log1p(over.clip(lower=0.0)))
    below = -np.log((1 - under.clip(lower=0.0)).clip(lower=exp(-MOST_ERROR)))
    return pd.Series(np.maximum(above, below) / cells["grown"]).clip(upper=MOST_ERROR)


def memory_errors(cells: pd.DataFrame) -> pd.Series:
    """Return the error of memory that each cell would need."""
    off = pd.Series(np.log(cells["memory_mib"] / cells["predicted_mib"])).abs() / cells["grown"]
    return off.dropna().clip(upper=MOST_ERROR)


def quantile_of(values: Iterable[float]) -> float:
    """Return the value under which `COVERED` of further ones lie: split conformal prediction.

    The ⌈(n + 1) 0.95⌉-th smallest (Vovk 2005; Lei 2018).
    """
    ordered = sorted(values)
    if not ordered:
        return MOST_ERROR
    return float(ordered[min(len(ordered), ceil((len(ordered) + 1) * COVERED)) - 1])


def coverage(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return how many of the cells held out lie in intervals whose errors come from others.

    By interpreter: `cells`, the shares `time` and `memory`, and the medians `time_off` and
    `memory_off` of the relative errors. The others are the same table without the value held out.
    """
    found: dict[str, dict[str, float]] = {}
    if table.empty:
        return found
    for interpreter, own in table.groupby("interpreter"):
        covered: dict[str, list[bool]] = {"time": [], "memory": []}
        for (workload, _), cells in own.groupby(["workload", "value"]):
            rest = table[~table.index.isin(cells.index)]
            known = errors_of(rest)(str(interpreter), base_of(workload))
            covered["time"] += list(time_errors(cells, known["work"]) <= known["time"])
            covered["memory"] += list(memory_errors(cells) <= known["memory"])
        time, memory = errors(own)
        found[str(interpreter)] = {
            "cells": len(own),
            "time": float(np.mean(covered["time"])),
            "memory": float(np.mean(covered["memory"])),
            "time_off": float(time.median()),
            "memory_off": float(memory.median()),
        }
    return found
