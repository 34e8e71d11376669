"""The costs of each way to share, fitted to runs.

None is negative (Lawson and Hanson's non-negative least squares, `scipy.optimize.nnls`), and every
run counts by its relative error: a phase's by the time of the whole run, since that is what is
predicted. What is paid whatever the size of the data is drawn, ever so lightly, to what workers
without data cost (`without_data`), first touch and shipping to nothing: where a study has one size
or one number of jobs alone, the rest is then paid by item, and computed. How much garbage is enough
to collect is looked for (`enough_garbage`), and believed where it halves what else is unexplained;
where two sizes do not tell, it is what the interpreter's other kinds say.
"""

import numpy as np
from scipy.optimize import nnls

from answers.cost_model import (
    A_WORKER,
    COMPUTE,
    ENDS,
    GARBAGE,
    ITS_GARBAGE,
    ITS_OWN,
    KIND,
    PHASES,
    TERMS,
    WARM_UP,
    WITHOUT_WORKERS,
    Asked,
    Costs,
    shipments,
)  # fmt: skip
from supervisor.columns import IDENTITY
from words.mechanisms import CHUNKED, has_data

FEWEST = 3  # runs, below which there is no model
RESAMPLES = 60  # of the bootstrap that the intervals come from
LEAST_S = 1e-4  # what a run takes at least, so that no relative error is one of nothing
LEAST_MIB = 1e-3
SEED = 20160815
LIGHTLY = 1e-3  # how much the constants are drawn to those without data, beside a run's weight of 1
NO_DATA = ("empty", "initializer")  # strategies whose runs with no item or one tell the constants
TRIED, BETTER = 30, 0.5  # amounts of garbage that are tried; the squares that may be left of it
AS_WELL = 1e-3  # squares a run, (3 %)², by which one explanation is no worse than another
FAR = 2.0  # times, by which an amount of garbage is another one than the interpreter's
FREE = (  # the first that what grows with the data is put down to
    "publish an item",
    "start a worker, an item",
    "compute an item",
    "the data, an item",
    "a worker's own, an item",
    GARBAGE,
    ITS_GARBAGE,
)


def fit(runs, resamples=RESAMPLES):
    """Return the `Costs` of every kind, by the tuple of `KIND`.

    `runs` are those that count, with the columns of runs.csv and `memory_mib`, or `tree_pss_mib` in
    its place. A kind with fewer than `FEWEST` runs has none.
    """
    constants = without_data(runs)
    limits = limits_of_garbage(runs, constants)
    return {
        kind: fit_one(rows, resamples, constants_of(kind, constants), limits.get(kind[0]))
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


def fit_one(rows, resamples=RESAMPLES, constants=None, limit=None):
    """Return the `Costs` of runs of one kind.

    `constants` is what workers cost that have no data, `limit` the MiB of garbage for which the
    interpreter's collector waits, None if that is not known.
    """
    alone = rows["start_method"].isin(WITHOUT_WORKERS).all() and rows["workers"].max() == 1
    full = enough_garbage(rows, constants, limit)
    values = coefficients(rows, alone, constants, full)
    random = np.random.default_rng(SEED)
    again = [
        coefficients(resampled(rows, random), alone, constants, full) for _ in range(resamples)
    ]
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
    return Costs(values, low, high, span, len(rows), cpus, tuple(again), is_chunked(rows), full)


def is_chunked(rows):
    """Return whether runs of one kind ship their data with chunks of jobs."""
    return bool(rows["strategy"].isin(CHUNKED).all())


def resampled(rows, random):
    """Return as many runs of every cell, drawn with replacement: no size is ever left out."""
    cells = rows.groupby(["experiment", "size", "jobs", "workers"]).indices.values()
    return rows.iloc[np.concatenate([random.choice(cell, len(cell)) for cell in cells])]


def asked_of(rows, full=0.0):
    """Return what the terms of runs are paid by, an array each."""
    cpus = rows["usable_cpus"].to_numpy(float)
    size, jobs, workers = (rows[name].to_numpy(float) for name in ("size", "jobs", "workers"))
    sent = shipments(jobs, workers, is_chunked(rows))
    return Asked(size, jobs, workers, np.maximum(1.0, np.minimum(workers, cpus)), sent, full)


def coefficients(rows, alone=False, constants=None, full=0.0):
    """Return the coefficients by term; `alone` if there are no workers, so that nothing ships."""
    constants = constants or {}
    asked = asked_of(rows, full)
    weight = 1 / rows["total_s"].clip(lower=LEAST_S).to_numpy(float)
    found = {}
    for phase in PHASES:
        measured = column(rows, phase)
        nothing = nothing_in(phase, alone)
        found |= solved(TERMS[phase], asked, measured, weight, constants, nothing)[0]
    return found | memory_coefficients(rows, asked, constants)[0]


def nothing_in(phase, alone):
    """Return the terms that are nothing in a phase; `alone` if there are no workers.

    Where there are, nothing tells what their just-in-time compiler needs from what shipping a job
    costs, and it is left in that.
    """
    if phase != "map_s":
        return ()
    return [name for name in TERMS[phase] if name not in (COMPUTE, WARM_UP)] if alone else [WARM_UP]


def enough_garbage(rows, constants=None, limit=None):
    """Return the items of whose garbage there is enough to collect; 0 if none need be thought of.

    What a worker has for itself then grows with the items that it reads, up to a limit: 243 MiB of
    PyPy's boxed ints, say, which its collector waits for. Two sizes tell no line from a bend; then
    it is the amount nearest to the `limit` in MiB among those that explain as well as any.
    """
    sizes = len(set(rows["size"]))
    if sizes < (3 if limit is None else 2) or "workers_uss_mib" not in rows or frees_at_once(rows):
        return 0.0
    read = rows["size"] * rows["jobs"] / rows["workers"].clip(lower=1)
    least = read.min() if sizes > 2 else min(read.min(), rows["size"].min())
    tried = np.geomspace(max(1, least), max(1, read.max()), TRIED)[1:-1]
    found = {
        full: memory_coefficients(rows, asked_of(rows, full), constants or {})
        for full in (0.0, *map(float, tried))
    }
    left = {full: squares for full, (_, squares) in found.items()}
    full = min(left, key=left.get)
    if sizes > 2:
        return full if left[full] < BETTER * left[0.0] else 0.0
    good = [one for one in left if one and left[one] <= left[full] + AS_WELL * len(rows)]
    off = {one: abs(np.log(max(LEAST_MIB, garbage(found[one][0], one)) / limit)) for one in good}
    full = min(off, key=off.get, default=0.0)
    return full if full and off[full] < np.log(FAR) else 0.0


def frees_at_once(rows):
    """Return whether the interpreter counts references, so that garbage does not pile up."""
    return "implementation" in rows and rows["implementation"].eq("CPython").all()


def garbage(values, full):
    """Return the MiB of garbage that a process has at most, by its coefficients."""
    return full * max(values[GARBAGE], values[ITS_GARBAGE])


def limits_of_garbage(runs, constants):
    """Return the MiB of garbage for which each interpreter's collector waits, by its name.

    It is a property of the collector, and of the caches by whose size PyPy chooses it, rather than
    of the data: the median over the kinds that show it. An interpreter of which none does has none.
    """
    found = {}
    for kind, rows in runs.groupby(KIND, sort=True):
        full = enough_garbage(rows, constants_of(kind, constants)) if has_data(kind[2]) else 0.0
        if full:
            asked = asked_of(rows, full)
            values, _ = memory_coefficients(rows, asked, constants_of(kind, constants))
            found.setdefault(kind[0], []).append(garbage(values, full))
    return {name: float(np.median(amounts)) for name, amounts in found.items()}


def memory_coefficients(rows, asked, constants):
    """Return the coefficients of memory, and the sum of the squares that they leave unexplained.

    What a worker has for itself is measured by itself (its unique set size), whatever the number of
    workers: it tells what one more of them takes even where all runs had the same number.
    """
    terms, memory = TERMS["memory_mib"], column(rows, "memory_mib")
    own = rows["workers_uss_mib"].to_numpy(float) if "workers_uss_mib" in rows else None
    if own is None or not np.isfinite(own).all():
        return solved(terms, asked, memory, 1 / np.fmax(memory, 1.0), constants)
    each = {name: terms[name] for name in (A_WORKER, ITS_OWN, ITS_GARBAGE)}
    w = np.fmax(asked.w, 1.0)
    one = asked._replace(jobs=asked.jobs / w, w=np.ones_like(w), p=np.ones_like(w))
    found, left = solved(each, one, own, 1 / np.fmax(own, 1.0), constants)
    workers = sum(found[name] * paid(asked) for name, (_, paid) in each.items())
    shared = {name: paid for name, paid in terms.items() if name not in each}
    rest = np.fmax(memory - workers, 0.0) + 0.0 * memory  # nan stays what it is
    others, more = solved(shared, asked, rest, 1 / np.fmax(memory, 1.0), constants)
    return found | others, left + more


def solved(terms, asked, measured, weight, constants, without=()):
    """Return the non-negative coefficients of terms that fit `measured`, weighted; NaN is left out.

    And the sum of the squares that they leave. `without`: terms that are nothing here.
    """
    known = np.isfinite(measured)
    if not known.any():
        return dict.fromkeys(terms, 0.0), 0.0
    design = np.column_stack([paid(asked) * np.ones(len(known)) for _, paid in terms.values()])
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
    solution, left = nnls(weighted / lengths, wanted)
    return dict(zip(terms, map(float, solution / lengths), strict=True)), float(left**2)


def column(rows, phase):
    """Return what was measured of a phase; memory at its height where that is known."""
    name = phase if phase in rows else "tree_pss_mib"
    return rows[name].to_numpy(float)
