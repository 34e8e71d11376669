"""The coefficients of the cost model's terms that explain runs best.

None is negative (Lawson and Hanson's non-negative least squares, `scipy.optimize.nnls`), and every
run counts by its relative error: a phase's by the time of the whole run, since that is what is
predicted. What is paid whatever the size of the data is drawn, ever so lightly, to what workers
without data cost, first touch and shipping to nothing: where a study has one size or one number of
jobs alone, the rest is then paid by item, and computed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import nnls

from costs.cost_model import (
    A_WORKER,
    COMPUTE,
    GARBAGE,
    ITS_GARBAGE,
    ITS_OWN,
    TERMS,
    TIME_PHASES,
    WARM_UP,
    paid,
    shipments,
)  # fmt: skip
from costs.types import Amounts, ByTerm, Term
from tables.types import Floats
from wording.mechanisms import CHUNKED
from wording.workloads import part_read

# The columns of runs that the coefficients come from.
COLUMNS_FITTED = (
    *("size", "jobs", "workers", "usable_cpus"),
    *(*TIME_PHASES, "total_s", "memory_mib", "workers_uss_mib"),
)
LEAST_S = 1e-4  # what a run takes at least, so that no relative error is one of nothing
LIGHTLY = 1e-3  # how much the constants are drawn to those without data, beside a run's weight of 1
FREE = (  # the first that what grows with the data is put down to
    "publish an item",
    "start a worker, an item",
    COMPUTE,
    "the data, an item",
    ITS_OWN,
    GARBAGE,
    ITS_GARBAGE,
)


@dataclass(frozen=True)
class RunsOfKind:
    """Runs of one kind: `COLUMNS_FITTED` as arrays, since drawing rows of a frame takes 1 ms.

    `chunked`: whether they ship their data with chunks of jobs; `read`: how much a job reads, in
    items, as a share below 1, None for all.
    """

    columns: Mapping[str, Floats]
    chunked: bool
    read: float | None

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    def drawn(self, places: NDArray[np.intp]) -> "RunsOfKind":
        """Return the runs at some places, which may come more than once."""
        return replace(self, columns={name: one[places] for name, one in self.columns.items()})


def runs_of_kind(rows: pd.DataFrame) -> RunsOfKind:
    """Return what the coefficients need of rows of runs.csv that are of one kind."""
    columns = {name: rows[name].to_numpy(float) for name in COLUMNS_FITTED}
    read = part_read(rows["workload"].iloc[0]) if "workload" in rows else None
    return RunsOfKind(columns, rows["strategy"].iloc[0] in CHUNKED, read)


def asked_of(runs: RunsOfKind, full: float = 0.0) -> Amounts:
    """Return the amounts that the terms of runs are paid by, an array each."""
    size, jobs, workers = runs["size"], runs["jobs"], runs["workers"]
    sent = shipments(jobs, workers, runs.chunked)
    cpus = np.minimum(workers, runs["usable_cpus"])
    return amounts_of(size, jobs, workers, cpus, sent, full, runs.read)


def amounts_of(
    size: Floats,
    jobs: Floats,
    workers: Floats,
    cpus: Floats,
    sent: Floats,
    full: float = 0.0,
    read: float | None = None,
) -> Amounts:
    """Return the amounts of runs as they were made, by name: `read` items a job, None for all.

    As `costs.cost_model.AMOUNTS` has them, but for what no run varies: every worker has touched all
    that it ever will, and none has lived long.
    """
    reads = size if read is None else np.minimum(size, read if read >= 1 else read * size)
    return {
        "items": size,
        "jobs": jobs,
        "busy": workers,
        "at once": np.maximum(1.0, np.minimum(workers, cpus)),
        "gone through": reads,
        "touched": np.ones_like(size),
        "sent": sent,
        "long": np.zeros_like(size),
        "garbage": np.minimum(size, full),
        "its garbage": np.minimum(reads * jobs, workers * full),
    }


def coefficients(
    runs: RunsOfKind, alone: bool = False, constants: ByTerm | None = None, full: float = 0.0
) -> ByTerm:
    """Return the coefficients by term; `alone` if there are no workers, so that nothing ships."""
    constants = constants or {}
    asked = asked_of(runs, full)
    weight = 1 / np.maximum(runs["total_s"], LEAST_S)
    found: ByTerm = {}
    for phase in TIME_PHASES:
        nothing = nothing_in(phase, alone)
        found |= solved(TERMS[phase], asked, runs[phase], weight, constants, nothing)[0]
    return found | memory_coefficients(runs, asked, constants)[0]


def nothing_in(phase: str, alone: bool) -> list[str]:
    """Return the terms that are nothing in a phase; `alone` if there are no workers."""
    if phase != "map_s" or not alone:
        return []
    return [name for name in TERMS[phase] if name not in (COMPUTE, WARM_UP)]


def memory_coefficients(
    runs: RunsOfKind, asked: Amounts, constants: ByTerm
) -> tuple[ByTerm, float]:
    """Return the coefficients of memory, and the sum of the squares that they leave unexplained.

    The private memory of a worker (its unique set size) is measured whatever the number of workers:
    it shows what one more of them takes even where all runs had the same number.
    """
    terms, memory, own = TERMS["memory_mib"], runs["memory_mib"], runs["workers_uss_mib"]
    if not np.isfinite(own).all():
        return solved(terms, asked, memory, 1 / np.fmax(memory, 1.0), constants)
    each = {name: terms[name] for name in (A_WORKER, ITS_OWN, ITS_GARBAGE)}
    workers = np.fmax(asked["busy"], 1.0)
    one = asked | {"busy": np.ones_like(workers), "its garbage": asked["its garbage"] / workers}
    found, left = solved(each, one, own, 1 / np.fmax(own, 1.0), constants)
    of_workers = sum(found[name] * paid(powers, asked) for name, (_, powers) in each.items())
    shared = {name: term for name, term in terms.items() if name not in each}
    rest = np.fmax(memory - of_workers, 0.0) + 0.0 * memory  # nan stays what it is
    others, more = solved(shared, asked, rest, 1 / np.fmax(memory, 1.0), constants)
    return found | others, left + more


def solved(
    terms: Mapping[str, Term],
    asked: Amounts,
    measured: Floats,
    weight: Floats,
    constants: ByTerm,
    without: Collection[str] = (),
) -> tuple[ByTerm, float]:
    """Return the non-negative coefficients of terms that fit `measured`, weighted; NaN is left out.

    And the sum of the squares that they leave. `without`: terms that are nothing here.
    """
    known = np.isfinite(measured)
    if not known.any():
        return dict.fromkeys(terms, 0.0), 0.0
    design = np.empty((len(known), len(terms)))
    for place, (_, powers) in enumerate(terms.values()):
        design[:, place] = paid(powers, asked)
    # Columns of the same length, so that a cost per item is not lost beside one per run.
    weighted, wanted = (design * weight[:, None])[known], (measured * weight)[known]
    weighted[:, [term in without for term in terms]] = 0.0
    heavy = LIGHTLY * median(weight[known]) * len(wanted)
    drawn = [place for place, term in enumerate(terms) if term not in (*FREE, *without)]
    weighted = np.vstack([weighted, heavy * np.eye(len(terms))[drawn]])
    to = [heavy * constants.get(list(terms)[place], 0.0) for place in drawn]
    wanted = np.append(wanted, to)
    lengths = np.linalg.norm(weighted, axis=0)
    lengths[lengths == 0] = 1.0
    solution, left = nnls(weighted / lengths, wanted)
    return dict(zip(terms, map(float, solution / lengths), strict=True)), float(left**2)
