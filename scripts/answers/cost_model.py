"""What each way to share costs, in the terms that cause it: fitted to runs, asked for any size.

With n items, J jobs and w workers of which p = min(w, usable CPUs) compute at a time, a run takes::

    publish   a + b n
    start     c + d w + e n w
    map       f n J / p + g n w / p + h s + i n s      computing, first touch, shipping
    stop      j + k w
    memory    l + m n + o w + q n w                    a copy of each worker's own: the last two

Data that is sent is shipped s times: with every job, s = J, or with every chunk of jobs
(`shipments`).

None is negative (Lawson and Hanson's non-negative least squares, `scipy.optimize.nnls`), and every
run counts by its relative error: a phase's by the time of the whole run, since that is what is
predicted. What is paid whatever the size of the data is drawn, ever so lightly, to what workers
without data cost (`without_data`), first touch and shipping to nothing: where a study has one size
or one number of jobs alone, the rest is then paid by item, and computed.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from supervisor.columns import IDENTITY
from words.mechanisms import CHUNKED, has_data

KIND = ["interpreter", "workload", "strategy", "start_method"]  # each has a model of its own
FEWEST = 3  # runs, below which there is no model
RESAMPLES = 60  # of the bootstrap that the intervals come from
ENDS = (0.025, 0.975)  # of the interval
LEAST_S = 1e-4  # what a run takes at least, so that no relative error is one of nothing
SEED = 20160815
LIGHTLY = 1e-3  # how much the constants are drawn to those without data, beside a run's weight of 1
NO_DATA = ("empty", "initializer")  # strategies whose runs with no item or one tell the constants

# By phase: the term's name, its unit, and how often it is paid, of n, J, w, p and s.
TERMS = {
    "publish_s": {
        "publish": ("s", lambda n, jobs, w, p, s: n**0),
        "publish an item": ("s", lambda n, jobs, w, p, s: n),
    },
    "start_s": {
        "start": ("s", lambda n, jobs, w, p, s: n**0),
        "start a worker": ("s", lambda n, jobs, w, p, s: w),
        "start a worker, an item": ("s", lambda n, jobs, w, p, s: n * w),
    },
    "map_s": {
        "compute an item": ("s", lambda n, jobs, w, p, s: n * jobs / p),
        "touch an item first": ("s", lambda n, jobs, w, p, s: n * w / p),
        "ship a job": ("s", lambda n, jobs, w, p, s: s),
        "ship a job's item": ("s", lambda n, jobs, w, p, s: n * s),
    },
    "stop_s": {
        "stop": ("s", lambda n, jobs, w, p, s: n**0),
        "stop a worker": ("s", lambda n, jobs, w, p, s: w),
    },
    "memory_mib": {
        "interpreter": ("MiB", lambda n, jobs, w, p, s: n**0),
        "the data, an item": ("MiB", lambda n, jobs, w, p, s: n),
        "a worker": ("MiB", lambda n, jobs, w, p, s: w),
        "a worker's own, an item": ("MiB", lambda n, jobs, w, p, s: n * w),
    },
}
FREE = (  # the first that what grows with the data is put down to
    "publish an item",
    "start a worker, an item",
    "compute an item",
    "the data, an item",
    "a worker's own, an item",
)
PHASES = [phase for phase in TERMS if phase.endswith("_s")]
TIME_TERMS = {name: paid for phase in PHASES for name, (_, paid) in TERMS[phase].items()}
MEMORY_TERMS = {name: paid for name, (_, paid) in TERMS["memory_mib"].items()}
WITHOUT_WORKERS = ("none",)  # start methods: nothing is shipped, nobody touches a copy
COMPUTE = "compute an item"
A_WORKER, ITS_OWN = "a worker", "a worker's own, an item"
CHUNKS = 4  # of each worker: how `multiprocessing.Pool.map` cuts the jobs
NORMAL = 1.96  # standard deviations around what is predicted: 95 %


@dataclass(frozen=True)
class Costs:
    """The coefficients of one kind, and the range that they were measured in.

    `values`, `low` and `high` are by term, in the units of `TERMS`; `span` has the least and the
    most of size, jobs and workers; `runs` is how many it rests on; `cpus` how many could be used.
    """

    values: dict
    low: dict
    high: dict
    span: dict
    runs: int
    cpus: float
    again: tuple = ()  # the values of every resample
    chunked: bool = False  # whether the data is shipped with a chunk of jobs

    def interval(self, size, jobs, workers, cpus=None):
        """Return the 95 % interval of `total`; (nan, nan) without resamples."""
        return self._around(
            TIME_TERMS, self.total(size, jobs, workers, cpus), size, jobs, workers, cpus
        )

    def memory_interval(self, size, jobs, workers, cpus=None):
        """Return the 95 % interval of `memory`; (nan, nan) without resamples."""
        return self._around(
            MEMORY_TERMS, self.memory(size, jobs, workers, cpus), size, jobs, workers, cpus
        )

    def _around(self, terms, value, size, jobs, workers, cpus):
        at = self._at(size, jobs, workers, cpus)
        reach = NORMAL * float(
            np.linalg.norm(self.spread(terms) @ [paid(*at) for paid in terms.values()])
        )
        return (max(0.0, value - reach), value + reach) if self.again else (np.nan, np.nan)

    def spread(self, terms):
        """Return the triangular R for which |R x| is the standard deviation of x · coefficients.

        Over the resamples; `terms` are those of time or of memory, in the order of x. What is
        predicted is linear in the coefficients, so that this is all that an interval needs.
        """
        if len(self.again) < 2:
            return np.zeros((len(terms), len(terms)))
        drawn = np.array([[values[name] for name in terms] for values in self.again])
        return np.linalg.qr(drawn - drawn.mean(axis=0), mode="r") / np.sqrt(len(drawn) - 1)

    def seconds(self, size, jobs, workers, cpus=None):
        """Return the seconds of every phase, by its name."""
        return {phase: self._of(phase, size, jobs, workers, cpus) for phase in PHASES}

    def total(self, size, jobs, workers, cpus=None):
        """Return the seconds from handing the data over to the end of the last worker."""
        return sum(self.seconds(size, jobs, workers, cpus).values())

    def memory(self, size, jobs, workers, cpus=None):
        """Return the MiB of all processes together."""
        return self._of("memory_mib", size, jobs, workers, cpus)

    def _of(self, phase, size, jobs, workers, cpus):
        at = self._at(size, jobs, workers, cpus)
        return sum(self.values[name] * float(paid(*at)) for name, (_, paid) in TERMS[phase].items())

    def _at(self, size, jobs, workers, cpus):
        sent = shipments(float(jobs), float(workers), self.chunked)
        p = at_once(workers, cpus or self.cpus)
        return float(size), float(jobs), float(workers), p, float(sent)

    def outside(self, **asked):
        """Return by how many times a size, jobs or workers lie outside of what was measured.

        A dict of those that do: 2.0 for twice the most, 0.5 for half the least.
        """
        found = {}
        for name, value in asked.items():
            least, most = self.span[name]
            if value > most or value < least:
                found[name] = value / (most if value > most else least)
        return found


def shipments(jobs, workers, chunked):
    """Return how often data is sent that travels with the jobs: once for each, or for a chunk.

    A chunk has as many jobs as make four chunks a worker, rounded up (``Pool.map`` of CPython).
    """
    return np.ceil(jobs / np.ceil(jobs / (CHUNKS * workers))) if chunked else jobs


def at_once(workers, cpus):
    """Return how many of the workers compute at the same time."""
    return max(1.0, min(float(workers), float(cpus)))


def fit(runs, resamples=RESAMPLES):
    """Return the `Costs` of every kind, by the tuple of `KIND`.

    `runs` are those that count, with the columns of runs.csv and `memory_mib`, or `tree_pss_mib` in
    its place. A kind with fewer than `FEWEST` runs has none.
    """
    constants = without_data(runs)
    return {
        kind: fit_one(rows, resamples, constants_of(kind, constants))
        for kind, rows in runs.groupby(KIND, sort=True)
        if len(rows) >= FEWEST and has_data(kind[2])
    }


def with_memory(evidence):
    """Return a study's runs that count, each with `memory_mib` of its cell: what `fit` wants."""
    keys = list(IDENTITY)
    memory = evidence.summary[[*keys, "memory_mib"]]
    runs = evidence.counted.merge(memory, on=keys, how="left")
    if "usable_cpus" not in runs:  # in a study of before
        runs = runs.assign(usable_cpus=runs["logical_cores"])
    return runs


def without_data(runs):
    """Return what a pool costs that has no data or one item, by (interpreter, workload, method).

    A dict of terms each: seconds, and MiB.
    """
    small = runs[(runs["size"] <= 1) & runs["strategy"].isin(NO_DATA)]
    small = small[small["workers"] > 0]
    memory = "memory_mib" if "memory_mib" in runs else "tree_pss_mib"
    found = {}
    for key, rows in small.groupby(["interpreter", "workload", "start_method"]):
        rows = rows[rows["jobs"] == rows["jobs"].min()]
        rows = rows[rows["workers"] == rows["workers"].min()]
        workers = rows["workers"].iloc[0]
        each_mib = rows["workers_uss_mib"].median() if "workers_uss_mib" in rows else np.nan
        each_mib = 0.0 if np.isnan(each_mib) else each_mib
        found[key] = {
            "publish": rows["publish_s"].median(),
            "start a worker": rows["start_s"].median() / workers,
            "ship a job": rows["map_s"].median() / rows["jobs"].iloc[0],
            "stop a worker": rows["stop_s"].median() / workers,
            "interpreter": max(0.0, rows[memory].median() - workers * each_mib),
            "a worker": each_mib,
        }
    return found


def constants_of(kind, constants):
    """Return the constants of a kind: those of its data, else those of no data; else none."""
    interpreter, workload, _, method = kind
    method = method if method not in ("none", "own") else "fork"
    for one in (workload, "scan"):
        if (interpreter, one, method) in constants:
            return constants[interpreter, one, method]
    return {}


def fit_one(rows, resamples=RESAMPLES, constants=None):
    """Return the `Costs` of runs of one kind; `constants` what workers cost that have no data."""
    alone = rows["start_method"].isin(WITHOUT_WORKERS).all() and rows["workers"].max() == 1
    values = coefficients(rows, alone, constants)
    random = np.random.default_rng(SEED)
    again = [coefficients(resampled(rows, random), alone, constants) for _ in range(resamples)]
    low, high = (
        {name: float(np.quantile([one[name] for one in again] or [values[name]], share))
         for name in values}
        for share in ENDS
    )  # fmt: skip
    span = {
        name: (float(rows[name].min()), float(rows[name].max()))
        for name in ("size", "jobs", "workers")
    }
    cpus = float(rows["usable_cpus"].median())
    return Costs(values, low, high, span, len(rows), cpus, tuple(again), is_chunked(rows))


def is_chunked(rows):
    """Return whether runs of one kind ship their data with chunks of jobs."""
    return bool(rows["strategy"].isin(CHUNKED).all())


def resampled(rows, random):
    """Return as many runs of every cell, drawn with replacement: no size is ever left out."""
    cells = rows.groupby(["experiment", "size", "jobs", "workers"]).indices.values()
    return rows.iloc[np.concatenate([random.choice(cell, len(cell)) for cell in cells])]


def coefficients(rows, alone=False, constants=None):
    """Return the coefficients by term; `alone` if there are no workers, so that nothing ships."""
    constants = constants or {}
    cpus = rows["usable_cpus"].to_numpy(float)
    size, jobs, workers = (rows[name].to_numpy(float) for name in ("size", "jobs", "workers"))
    sent = shipments(jobs, workers, is_chunked(rows))
    at = (size, jobs, workers, np.maximum(1.0, np.minimum(workers, cpus)), sent)
    weight = 1 / rows["total_s"].clip(lower=LEAST_S).to_numpy(float)
    found = {}
    for phase in PHASES:
        shipped = list(TERMS[phase])[1:] if alone and phase == "map_s" else ()
        found |= solved(TERMS[phase], at, column(rows, phase), weight, constants, shipped)
    return found | memory_coefficients(rows, at, constants)


def memory_coefficients(rows, at, constants):
    """Return the coefficients of memory.

    What a worker has for itself is measured by itself (its unique set size), whatever the number of
    workers: it tells what one more of them takes even where all runs had the same number.
    """
    terms, memory = TERMS["memory_mib"], column(rows, "memory_mib")
    own = rows["workers_uss_mib"].to_numpy(float) if "workers_uss_mib" in rows else None
    if own is None or not np.isfinite(own).all():
        return solved(terms, at, memory, 1 / np.fmax(memory, 1.0), constants)
    size, jobs, workers, _, sent = at
    each = {name: terms[name] for name in (A_WORKER, ITS_OWN)}
    one = (size, jobs, np.ones_like(workers), np.ones_like(workers), sent)
    found = solved(each, one, own, 1 / np.fmax(own, 1.0), constants)
    rest = memory - workers * (found[A_WORKER] + found[ITS_OWN] * size)
    shared = {name: paid for name, paid in terms.items() if name not in each}
    rest = np.fmax(rest, 0.0) + 0.0 * memory  # nan stays what it is
    return found | solved(shared, at, rest, 1 / np.fmax(memory, 1.0), constants)


def solved(terms, at, measured, weight, constants, without=()):
    """Return the non-negative coefficients of terms that fit `measured`, weighted; NaN is left out.

    `without`: terms that are nothing here.
    """
    known = np.isfinite(measured)
    if not known.any():
        return dict.fromkeys(terms, 0.0)
    design = np.column_stack([paid(*at) * np.ones(len(known)) for _, paid in terms.values()])
    # Columns of the same length, so that a cost per item is not lost beside one per run.
    weighted = (design * weight[:, None])[known]
    wanted = (measured * weight)[known]
    heavy = LIGHTLY * np.median(weight[known]) * known.sum()
    for place, term in enumerate(terms):
        if term in without:
            weighted[:, place] = 0.0
        elif term not in FREE:
            drawn = np.zeros(len(terms))
            drawn[place] = heavy
            weighted = np.vstack([weighted, drawn])
            wanted = np.append(wanted, heavy * constants.get(term, 0.0))
    lengths = np.linalg.norm(weighted, axis=0)
    lengths[lengths == 0] = 1.0
    solution, _ = nnls(weighted / lengths, wanted)
    return dict(zip(terms, map(float, solution / lengths), strict=True))


def column(rows, phase):
    """Return what was measured of a phase; memory at its height where that is known."""
    name = phase if phase in rows else "tree_pss_mib"
    return rows[name].to_numpy(float)


def held_out(runs, by):
    """Return runs of which a whole `by` ("size" or "jobs") was held out in turn, and predicted.

    Only kinds with three values of it and more. The table has the key, `total_s` and `memory_mib`
    as measured, `predicted_s` and `predicted_mib`: a row for each cell, its runs' median.
    """
    parts = []
    constants = without_data(runs)
    for kind, rows in runs.groupby(KIND):
        if not has_data(kind[2]):
            continue
        values = sorted(set(rows[by]))
        if len(values) < 3:
            continue
        for value in values:
            rest = rows[rows[by] != value]
            if len(rest) < FEWEST:
                continue
            model = fit_one(rest, 0, constants_of(kind, constants))
            asked = rows[rows[by] == value]
            if by != "size":  # what else it is asked for it has seen
                asked = asked[asked["size"].isin(set(rest["size"]))]
            if len(asked):
                parts.append(predicted(asked, model))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def predicted(rows, model):
    """Return a row for each cell of `rows`: measured medians, and what the model says."""
    memory = "memory_mib" if "memory_mib" in rows else "tree_pss_mib"
    keys = [*KIND, "experiment", "size", "jobs", "workers"]
    cells = rows.groupby(keys)[["total_s", memory]].median().reset_index()
    asked = list(zip(cells["size"], cells["jobs"], cells["workers"], strict=True))
    return cells.rename(columns={memory: "memory_mib"}).assign(
        predicted_s=[model.total(*one) for one in asked],
        predicted_mib=[model.memory(*one) for one in asked],
    )


def errors(table):
    """Return the relative errors of a table of `held_out`: (of time, of memory), absolute."""
    time = (table["predicted_s"] / table["total_s"] - 1).abs()
    memory = (table["predicted_mib"] / table["memory_mib"] - 1).abs()
    return time, memory


def job_seconds_to_pay(model, alone, size, jobs, workers, cpus=None):
    """Return from how much work a job on workers pay, in seconds beside walking the data.

    `model` is that of the workers' way, `alone` that without. Infinite where they never do, 0.0
    where they always do.
    """
    at_a_time = at_once(workers, cpus or model.cpus)
    saved = jobs * (1 - 1 / at_a_time)  # seconds, for each second of work a job
    behind = model.total(size, jobs, workers, cpus) - alone.total(size, jobs, 1, cpus)
    if behind <= 0:
        return 0.0
    return behind / saved if saved > 0 else float("inf")


def jobs_to_pay(model, other, size, workers, cpus=None, other_workers=None):
    """Return from how many jobs on one way is faster than the other, both for the same data.

    0.0 where it always is, infinite where it never is. Both are straight lines in the jobs.
    """

    def line(costs, number):
        first, second = (costs.total(size, jobs, number, cpus) for jobs in (1, 2))
        return 2 * first - second, second - first

    once, each = line(model, workers)
    other_once, other_each = line(other, other_workers or workers)
    if each >= other_each:
        return 0.0 if once < other_once and each == other_each else float("inf")
    return max(0.0, (once - other_once) / (other_each - each))


def with_interval(compute, *models):
    """Return (value, low, high) of a number computed from models: 95 %, over their resamples."""
    values = [
        compute(*(replace(one, values=drawn) for one, drawn in zip(models, again, strict=True)))
        for again in zip(*(one.again for one in models), strict=False)
    ]
    low, high = np.quantile(values, ENDS) if values else (np.nan, np.nan)
    return compute(*models), float(low), float(high)
