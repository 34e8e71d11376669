"""What each strategy costs, in the terms that cause it: fitted to runs, asked for any program.

A term is paid so many times: the product of amounts, each to a power. Amounts follow from what is
asked of a program (items, jobs, workers …) and from what a kind of strategy is (`AMOUNTS`), and
what is predicted follows from the sums of terms (`STEPS`). All three are data, written into
costs.json: whoever reads that file evaluates them by `computed_for`, or by the same lines of the
page, and has no formula of its own.

Data that is sent is shipped with every job, or with every chunk of jobs (`shipments`). Garbage is
what an interpreter without reference counts, PyPy, leaves of items that it has read, until there is
enough to collect: of `full` items (0 where nothing shows that there is any). `fit_costs` says how
the costs come out of runs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, exp, hypot, log, prod, sqrt
from typing import overload

import numpy as np

from costs.types import ByTerm, Curve, Formula, Formulas, Kind, Powers, Results, Term
from tables.types import Floats

KIND = ["interpreter", "workload", "strategy", "start_method"]  # each has a model of its own
ENDS = (0.025, 0.975)  # of the interval
CHUNKS = 4  # of each worker: how `multiprocessing.Pool.map` cuts the jobs
NORMAL = 1.96  # standard deviations around what is predicted: 95 %
SIZES_APART = 5.0  # times, that held-out sizes lie outside of the others: the errors are of that

# By phase: the term's name, its unit, and the powers of the amounts that it is paid by.
TERMS: dict[str, dict[str, Term]] = {
    "publish_s": {
        "publish": ("s", {}),
        "publish an item": ("s", {"items": 1}),
    },
    "start_s": {
        "start": ("s", {}),
        "start a worker": ("s", {"busy": 1}),
        "start a worker, an item": ("s", {"items": 1, "busy": 1}),
    },
    "map_s": {
        "compute an item": ("s", {"gone through": 1, "jobs": 1, "at once": -1}),
        "warm up": ("s", {"busy": 1, "at once": -1}),
        "touch an item first": ("s", {"items": 1, "touched": 1, "busy": 1, "at once": -1}),
        "ship a job": ("s", {"sent": 1}),
        "ship a job's item": ("s", {"items": 1, "sent": 1}),
    },
    "stop_s": {
        "stop": ("s", {}),
        "stop a worker": ("s", {"busy": 1}),
    },
    "memory_mib": {
        "interpreter": ("MiB", {}),
        "the data, an item": ("MiB", {"items": 1}),
        "garbage, an item": ("MiB", {"garbage": 1}),
        "a worker": ("MiB", {"busy": 1}),
        "a worker's own, an item": ("MiB", {"items": 1, "touched": 1, "busy": 1}),
        "a worker's garbage, an item": ("MiB", {"its garbage": 1}),
        "a collection's copies, an item": ("MiB", {"items": 1, "long": 1, "busy": 1}),
    },
}
TIME_PHASES = [phase for phase in TERMS if phase.endswith("_s")]
TIME_TERMS = {name: powers for phase in TIME_PHASES for name, (_, powers) in TERMS[phase].items()}
MEMORY_TERMS = {name: powers for name, (_, powers) in TERMS["memory_mib"].items()}
WITHOUT_WORKERS = ("none",)  # start methods: nothing is shipped, nobody touches a copy
COMPUTE, WARM_UP, TOUCH = "compute an item", "warm up", "touch an item first"
SHIP_AN_ITEM = "ship a job's item"
A_WORKER, ITS_OWN = "a worker", "a worker's own, an item"
GARBAGE, ITS_GARBAGE = "garbage, an item", "a worker's garbage, an item"
BY_COLLECTION = "a collection's copies, an item"  # of workers that live long; fitted to no run

# What amounts and results follow from. A text is an amount, a number itself, a list an operation.
# Asked: items, jobs, job_s (seconds of a job by itself), share or count (what a job reads of the
# items; count is 0 if the share counts), long (1: workers live until garbage is collected),
# workers, cpus. Of the kind: alone (1: no workers), most (how many jobs can compute at once), loads
# (1: a job loads all data, whatever it reads), chunked, full, bound (1: how much a worker copies of
# what it reads is not measured, and the curve a bound), long bound (likewise of what a collection
# copies), data_mib (an item), reading an item (seconds without workers), the spans, the errors.
AMOUNTS: dict[str, Formula] = {
    "busy": ["if", "alone", 1, "workers"],
    "at once": ["max", 1, ["min", "most", "cpus", ["if", "alone", "most", "workers"]]],
    "reads": ["min", "items", ["if", "count", "count", ["*", "share", "items"]]],
    "gone through": ["if", "loads", "items", "reads"],
    # At most: real chunks are rounded up, and with more jobs sometimes fewer.
    "sent": ["if", "chunked", ["min", "jobs", ["*", CHUNKS, "busy"]], "jobs"],
    # Of the items, how many a worker has read at the end: as if no job read what another has read.
    "seen": ["min", 1, ["/", ["*", "reads", "jobs"], ["*", "busy", "items"]]],
    "touched": ["if", "long", 1, ["curve", "seen"]],
    "surely touched": ["if", "bound", ["min", "seen", "touched"], "touched"],
    "garbage": ["min", "items", "full"],
    "its garbage": ["min", ["*", "reads", "jobs"], ["*", "busy", "full"]],
    # The last jobs wait for nobody: seven jobs on two workers take as long as eight.
    "rounds": [
        "max", ["/", "jobs", "at once"], ["if", "alone", 0, ["ceil", ["/", "jobs", "busy"]]],
    ],
}  # fmt: skip
STEPS: dict[str, Formula] = {
    "work": ["*", "job_s", "rounds"],
    "modelled": ["sum", "time"],
    "seconds": ["+", "work", "modelled"],
    "far": [
        "max", 1,
        ["/", "items", "most items"], ["/", "least items", "items"],
        ["/", "jobs", "most jobs"], ["/", "least jobs", "jobs"],
        ["if", "alone", 1, ["/", "workers", "most workers"]],
    ],
    # Errors are of sizes that lie `SIZES_APART` outside: twice as large for as much again.
    "grown": ["+", 1, ["/", ["log", "far"], log(SIZES_APART)]],
    "spread_s": ["*", NORMAL, ["spread", "time"]],
    "high": [
        "+", "seconds", ["hypot", "spread_s", ["+",
            ["*", "modelled", ["-", ["exp", ["*", "time error", "grown"]], 1]],
            ["*", "work", ["-", ["exp", "work error"], 1]]]],
    ],
    "untouched_s": [
        "/", ["*", ["value", TOUCH], "items", "busy", ["-", "touched", "surely touched"]], "at once"
    ],
    "least work": ["*", "work", ["exp", ["-", 0, "work error"]]],
    "low": [
        "max", "least work", ["-", "seconds", "untouched_s", ["hypot", "spread_s", ["+",
            ["*", "modelled", ["-", 1, ["exp", ["-", 0, ["*", "time error", "grown"]]]]],
            ["-", "work", "least work"]]]],
    ],
    "reading": ["*", "reads", "reading an item"],
    "data": ["*", "items", "data_mib"],
    "memory_mib": ["max", "data", ["sum", "memory"]],
    "spread_mib": ["*", NORMAL, ["spread", "memory"]],
    "most_mib": [
        "+", "memory_mib", ["hypot", "spread_mib",
            ["*", "memory_mib", ["-", ["exp", ["*", "memory error", "grown"]], 1]]],
    ],
    "untouched_mib": [
        "*", "items", "busy", ["+",
            ["*", ["value", ITS_OWN], ["-", "touched", "surely touched"]],
            ["*", ["value", BY_COLLECTION], "long", "long bound"]],
    ],
    "least_mib": [
        "max", "data", ["-", "memory_mib", "untouched_mib", ["hypot", "spread_mib",
            ["*", "memory_mib", ["-", 1, ["exp", ["-", 0, ["*", "memory error", "grown"]]]]]]],
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Costs:
    """The coefficients of one kind, and the range that they were measured in.

    `values`, `low` and `high` are by term, in the units of `TERMS`; `span` has the least and the
    most of size, jobs and workers; `runs` is how many it rests on; `cpus` how many could be used;
    `again` the values of every resample; `chunked` whether data is shipped with a chunk of jobs;
    `full` the items of whose garbage there is enough to collect, 0 if there is none.
    """

    values: ByTerm
    low: ByTerm
    high: ByTerm
    span: dict[str, tuple[float, float]]
    runs: int
    cpus: float
    again: tuple[ByTerm, ...] = ()
    chunked: bool = False
    full: float = 0.0

    def spread(self, terms: Iterable[str]) -> Floats:
        """Return the triangular R for which |R x| is the standard deviation of x · coefficients.

        Over the resamples; `terms` are those of time or of memory, in the order of x. What is
        predicted is linear in the coefficients, so that this is all that an interval needs.
        """
        return spread_of([[values.get(name, 0.0) for name in terms] for values in self.again])


def spread_of(drawn: Sequence[Sequence[float]]) -> Floats:
    """Return the triangular R of resampled coefficients, a row each: |R x| is what x · c varies."""
    rows = np.array(drawn, float)
    if len(rows) < 2:
        return np.zeros((0, 0))
    found: Floats = np.asarray(np.linalg.qr(rows - rows.mean(axis=0), mode="r"))
    return found / sqrt(len(rows) - 1)


@overload
def paid(powers: Powers, amounts: Mapping[str, float]) -> float: ...
@overload
def paid(powers: Powers, amounts: Mapping[str, Floats]) -> Floats | float: ...
def paid(powers: Powers, amounts: Mapping[str, float] | Mapping[str, Floats]) -> Floats | float:
    """Return how often a term is paid: a number, or an array where amounts are arrays."""
    often: Floats | float = 1.0
    for name, power in powers.items():
        often = often * amounts[name] ** power
    return often


def shipments(jobs: Floats, workers: Floats, chunked: bool) -> Floats:
    """Return how often data is sent that is passed with the jobs: once for each, or for a chunk.

    A chunk has as many jobs as make four chunks a worker, rounded up (``Pool.map`` of CPython).
    """
    return np.ceil(jobs / np.ceil(jobs / (CHUNKS * workers))) if chunked else jobs


def at_once(workers: float, cpus: float) -> float:
    """Return how many of the workers compute at the same time."""
    return max(1.0, min(float(workers), float(cpus)))


OPERATIONS: dict[str, Callable[..., float]] = {
    "+": lambda *all_of: sum(all_of),
    "-": lambda first, *others: first - sum(others),
    "*": lambda *all_of: prod(all_of),
    "/": lambda one, other: one / other,
    "min": min,
    "max": max,
    "ceil": ceil,
    "exp": exp,
    "log": log,
    "hypot": hypot,
}


def formulas() -> Formulas:
    """Return how costs.json computes: the terms, the amounts and the steps."""
    terms = {"time": TIME_TERMS, "memory": MEMORY_TERMS}
    return {"terms": terms, "amounts": AMOUNTS, "steps": STEPS}


def computed_for(file: Formulas, kind: Kind, asked: Mapping[str, float]) -> Results:
    """Return all amounts and results of a program by one kind, a dict.

    `file` is what costs.json holds, `kind` one of its kinds, `asked` the numbers asked for.
    """
    known = {**kind["is"], **asked}
    terms = file["terms"]
    for name, formula in (file["amounts"] | file["steps"]).items():
        known[name] = computed(formula, known, kind, terms)
    return known


def computed(
    formula: Formula, known: Results, kind: Kind, terms: Mapping[str, Mapping[str, Powers]]
) -> float:
    """Return the value of a formula: the name of something known, a number, or an operation."""
    if isinstance(formula, str):
        return known[formula]
    if not isinstance(formula, list):
        return formula
    operation, *operands = formula
    if operation == "if":
        condition, then, otherwise = operands
        return computed(then if computed(condition, known, kind, terms) else otherwise,
                        known, kind, terms)  # fmt: skip
    if operation == "value":
        return kind["values"].get(str(operands[0]), 0.0)
    if operation == "curve":
        return interpolated(kind["curve"], computed(operands[0], known, kind, terms))
    if operation in ("sum", "spread"):
        often = {name: paid(powers, known) for name, powers in terms[str(operands[0])].items()}
        if operation == "sum":
            return sum(kind["values"].get(name, 0.0) * number for name, number in often.items())
        rows = kind["spread"][str(operands[0])]
        return hypot(*(sum(map(float.__mul__, row, often.values())) for row in rows), 0.0)
    return OPERATIONS[str(operation)](*(computed(one, known, kind, terms) for one in operands))


def interpolated(points: Curve, at: float) -> float:
    """Return the height at a place of a line through points, by rising place."""
    for (left, low), (right, high) in pairwise(points):
        if at <= right:
            return low + (high - low) * (at - left) / (right - left)
    return points[-1][1]
