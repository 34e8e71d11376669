"""Studies made from known costs, for the tests of the cost model and of the advice."""

from functools import cache

import numpy as np
import pandas as pd

from costs.coefficients import amounts_of
from costs.cost_file import file_of
from costs.cost_model import KIND, TERMS, paid, shipments
from costs.fit_models import fit
from costs.kinds import kinds_fitted
from wording.mechanisms import CHUNKED

COSTS = {
    "publish": 0.004,
    "publish an item": 2e-7,
    "start": 0.006,
    "start a worker": 0.012,
    "start a worker, an item": 6e-8,
    "compute an item": 3e-8,
    "warm up": 0.0,
    "touch an item first": 1e-7,
    "ship a job": 2e-3,
    "ship a job's item": 4e-8,
    "stop": 0.005,
    "stop a worker": 0.006,
    "interpreter": 12.0,
    "the data, an item": 4e-5,
    "garbage, an item": 0.0,
    "a worker": 3.0,
    "a worker's own, an item": 3e-5,
    "a worker's garbage, an item": 0.0,
    "a collection's copies, an item": 0.0,
}
INTERPRETERS = {
    "cpython": {
        "called": "CPython 3.11", "implementation": "CPython", "version": "3.11.7", "gil": True,
    }
}  # fmt: skip
ERRORS = {"time": 0.3, "work": 0.1, "memory": 0.2}
SIZES, JOBS, WORKERS, CPUS = (10_000, 300_000, 4_000_000), (1, 10, 100), (1, 2, 4), 2
MOVED = 0.01  # the spread of the runs' times


def study(costs=COSTS, strategy="argument", method="fork", workers=WORKERS, moved=MOVED, full=0.0):
    """Return four runs of every cell, made from known costs; `full`: items of garbage at most."""
    random = np.random.default_rng(1)
    rows = []
    for size in SIZES:
        for jobs in JOBS:
            for number in workers:
                sent = float(shipments(jobs, number, strategy in CHUNKED))
                at = amounts_at(size, jobs, number, sent, full)
                exact = {phase: phase_at(costs, phase, at) for phase in TERMS}
                for repeat in range(1, 5):
                    row = {
                        name: value * random.lognormal(0, moved) for name, value in exact.items()
                    }
                    row["total_s"] = sum(v for name, v in row.items() if name.endswith("_s"))
                    key = ("cpython", "scan", strategy, method)
                    row |= dict(zip(KIND, key, strict=True)) | {
                        "experiment": "one",
                        "implementation": "PyPy",
                    }
                    row |= {"size": size, "jobs": jobs, "workers": number, "repeat": repeat}
                    row["workers_uss_mib"] = np.nan
                    if full:
                        row["workers_uss_mib"] = own_mib(costs, at) * random.lognormal(0, moved)
                    rows.append(row | {"usable_cpus": CPUS})
    return pd.DataFrame(rows)


def amounts_at(size, jobs, workers, sent, full=0.0):
    """Return the amounts of a run, as numbers."""
    asked = (np.array([float(one)]) for one in (size, jobs, workers, min(workers, CPUS), sent))
    return {name: float(one[0]) for name, one in amounts_of(*asked, full).items()}


def phase_at(costs, phase, amounts):
    """Return what a phase takes, or the memory, by known costs."""
    return sum(costs[name] * paid(powers, amounts) for name, (_, powers) in TERMS[phase].items())


def own_mib(costs, at):
    """Return the private memory of each worker."""
    read = costs["a worker's garbage, an item"] * at["its garbage"] / at["busy"]
    return costs["a worker"] + costs["a worker's own, an item"] * at["items"] + read


CHEAP = dict.fromkeys(COSTS, 0.0) | {"compute an item": 3e-8, "interpreter": 12.0}
ALONE = CHEAP | {"the data, an item": 4e-5}


@cache
def models(resamples=0):
    """Return models of three strategies: without workers, inherited, sent with every job."""
    inherited = ALONE | {"start a worker": 0.01, "a worker": 3.0, "a worker's own, an item": 3e-5}
    # By two threads as fast as by none: they take turns.
    held_up = ALONE | {"compute an item": 6e-8, "start a worker": 0.01}
    return fit(
        pd.concat(
            [
                study(ALONE, "serial", "none", (1,)),
                study(inherited, "global"),
                study(COSTS, "argument"),
                study(held_up, "threads", "none"),
            ]
        ),
        resamples,
    )


def file(found=None, interpreters=INTERPRETERS, data_mib=4e-5, errors=ERRORS, lives=None):
    """Return what costs.json holds of models, by default those of `models`."""
    found = models(20) if found is None else found
    sizes = {(kind[0], kind[1]): data_mib for kind in found}
    kinds = kinds_fitted(found, sizes, interpreters, lives or {}, lambda *_: errors)
    about = {"machine": "test", "cpus": float(CPUS), "held_out": {}}
    return about | file_of(kinds, interpreters)
