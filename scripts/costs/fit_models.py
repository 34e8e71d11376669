"""The costs of each strategy, fitted to runs: `coefficients` for each kind, with intervals.

The constants are drawn to what workers without data cost (`without_data`).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from costs.coefficients import coefficients, runs_of_kind
from costs.cost_model import ENDS, KIND, WARM_UP, WITHOUT_WORKERS, Costs, at_once
from costs.garbage import enough_garbage, garbage_mib
from costs.types import ByTerm, Constants, KindKey
from costs.work import beyond_work
from stats.evidence import Evidence
from supervisor.columns import IDENTITY
from wording.mechanisms import has_data

FEWEST_RUNS = 3  # runs, below which there is no model
RESAMPLES = 60  # of the bootstrap that the intervals come from
SEED = 20160815
# Strategies whose runs with no item or one give the constants.
GIVE_CONSTANTS = ("empty", "initializer")


def fit(runs: pd.DataFrame, resamples: int = RESAMPLES) -> dict[KindKey, Costs]:
    """Return the `Costs` of every kind, by the tuple of `KIND`.

    `runs` are those that count, with the columns of runs.csv and `memory_mib`. A kind with
    fewer than `FEWEST_RUNS` runs has none.
    """
    constants = without_data(runs)
    limits = limits_of_garbage(garbage_shown(runs, constants))
    runs = beyond_work(runs)
    return {
        kind: fit_one(rows, resamples, constants_of(kind, constants), limits.get(str(kind[0])))
        for kind, rows in runs.groupby(KIND, sort=True)
        if len(rows) >= FEWEST_RUNS and has_data(str(kind[2]))
    }


def runs_with_memory(evidence: Evidence) -> pd.DataFrame:
    """Return a study's runs that count, each with `memory_mib` of its cell: what `fit` wants."""
    keys = list(IDENTITY)
    memory = evidence.summary[[*keys, "memory_mib"]]
    return evidence.counted.merge(memory, on=keys, how="left")


def without_data(runs: pd.DataFrame) -> Constants:
    """Return what a pool costs that has no data or one item, by (interpreter, workload, method).

    A dict of terms each: seconds, and MiB.
    """
    small = runs[(runs["size"] <= 1) & runs["strategy"].isin(GIVE_CONSTANTS)]
    small = small[small["workers"] > 0]
    found: Constants = {}
    shipping = seconds_to_ship(small)
    for key, rows in small.groupby(["interpreter", "workload", "start_method"]):
        rows = rows[rows["jobs"] == rows["jobs"].min()]
        rows = rows[rows["workers"] == rows["workers"].min()]
        workers = rows["workers"].iloc[0]
        each_mib = rows["workers_uss_mib"].median()
        each_mib = 0.0 if np.isnan(each_mib) else each_mib
        jobs, map_s = rows["jobs"].iloc[0], rows["map_s"].median()
        each_s = min(shipping.get(str(key[0]), map_s / jobs), map_s / jobs)
        at_a_time = at_once(workers, rows["usable_cpus"].median())
        found[key] = {
            "publish": rows["publish_s"].median(),
            "start a worker": rows["start_s"].median() / workers,
            "ship a job": each_s,
            WARM_UP: (map_s - jobs * each_s) * at_a_time / workers,
            "stop a worker": rows["stop_s"].median() / workers,
            "interpreter": max(0.0, rows["memory_mib"].median() - workers * each_mib),
            "a worker": each_mib,
        }
    return found


def seconds_to_ship(small: pd.DataFrame) -> dict[str, float]:
    """Return what a job costs that has no data, by interpreter: those with two numbers of jobs.

    What many jobs take longer than few, so that what a worker does once is no part of it.
    """
    found = {}
    for interpreter, rows in small[small["start_method"] == "fork"].groupby("interpreter"):
        rows = rows[(rows["workload"] == "scan") & (rows["workers"] == rows["workers"].min())]
        map_s = rows.groupby("jobs")["map_s"].median()
        if len(map_s) > 1:
            most, fewest = map_s.index[-1], map_s.index[0]
            found[str(interpreter)] = max(0.0, map_s[most] - map_s[fewest]) / (most - fewest)
    return found


def constants_of(kind: KindKey, constants: Constants) -> ByTerm:
    """Return the constants of a kind: those of its data, else those of no data; else none."""
    interpreter, workload, _, method = kind
    method = method if method not in ("none", "own") else "fork"
    for one in (workload, "scan"):
        if (interpreter, one, method) in constants:
            return constants[interpreter, one, method]
    return {}


def fit_one(
    rows: pd.DataFrame,
    resamples: int = RESAMPLES,
    constants: ByTerm | None = None,
    limit: float | None = None,
) -> Costs:
    """Return the `Costs` of runs of one kind.

    `constants` is what workers cost that have no data, `limit` the MiB of garbage for which the
    interpreter's collector waits, None if that is not known.
    """
    alone = bool(rows["start_method"].isin(WITHOUT_WORKERS).all() and rows["workers"].max() == 1)
    full = enough_garbage(rows, constants, limit)
    own = runs_of_kind(rows)
    values = coefficients(own, alone, constants, full)
    again = [
        coefficients(own.drawn(places), alone, constants, full)
        for places in resampled(rows, resamples)
    ]
    table = [[one[name] for name in values] for one in again or [values]]
    low, high = (
        dict(zip(values, map(float, row), strict=True)) for row in np.quantile(table, ENDS, axis=0)
    )
    span = {
        name: (float(rows[name].min()), float(rows[name].max()))
        for name in ("size", "jobs", "workers")
    }
    cpus = float(rows["usable_cpus"].median())
    return Costs(values, low, high, span, len(rows), cpus, tuple(again), own.chunked, full)


def resampled(rows: pd.DataFrame, times: int) -> Iterator[NDArray[np.intp]]:
    """Yield the places of as many runs of every cell, drawn with replacement.

    No size is ever left out.
    """
    if not times:
        return
    cells = rows.groupby(["experiment", "size", "jobs", "workers"]).indices.values()
    random = np.random.default_rng(SEED)
    for _ in range(times):
        yield np.concatenate([random.choice(cell, len(cell)) for cell in cells])


def garbage_shown(runs: pd.DataFrame, constants: Constants) -> dict[KindKey, float]:
    """Return the MiB of garbage that runs show by themselves, of the kinds that show any."""
    found = {
        kind: garbage_mib(rows, constants_of(kind, constants))
        for kind, rows in runs.groupby(KIND, sort=True)
        if has_data(str(kind[2]))
    }
    return {kind: amount for kind, amount in found.items() if amount is not None}


def limits_of_garbage(shown: dict[KindKey, float], besides: str | None = None) -> dict[str, float]:
    """Return the MiB of garbage for which each interpreter's collector waits, by its name.

    It is a property of the collector, and of the caches by whose size PyPy chooses it, rather than
    of the data: the median over the kinds that show it, those of one workload left out. An
    interpreter of which none does has none.
    """
    found: dict[str, list[float]] = {}
    for (interpreter, workload, *_), amount in shown.items():
        if workload != besides:
            found.setdefault(str(interpreter), []).append(amount)
    return {name: float(np.median(amounts)) for name, amounts in found.items()}
