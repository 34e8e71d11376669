"""What each strategy costs, in the terms that cause it: fitted to runs, asked for any size.

With n items, J jobs and w workers of which p = min(w, usable CPUs) compute at a time, a run takes::

    publish   a + b n
    start     c + d w + e n w
    map       f n J / p + g n w / p + h s + i n s      computing, first touch, shipping
    stop      j + k w
    memory    l + m n + o w + q n w                    private memory of workers: the last two
              + t min(n, G) + u w min(n J / w, G)      garbage: of the parent, of the workers

Data that is sent is shipped s times: with every job, s = J, or with every chunk of jobs
(`shipments`). Garbage is what an interpreter without reference counts, PyPy, leaves of items that
it has read, until there is enough to collect: of G items (0 where nothing shows that there is any).
`fit_costs` says how the costs come out of runs.
"""

from collections import namedtuple
from dataclasses import dataclass

import numpy as np

KIND = ["interpreter", "workload", "strategy", "start_method"]  # each has a model of its own
ENDS = (0.025, 0.975)  # of the interval

# What terms are paid by: items, jobs, workers, how many of them compute, how often data is sent,
# of how many items garbage is left at most. Numbers, or arrays of a number a run.
Amounts = namedtuple("Amounts", "items jobs workers computing shipments garbage")

# By phase: the term's name, its unit, and how often it is paid.
TERMS = {
    "publish_s": {
        "publish": ("s", lambda run: run.items**0),
        "publish an item": ("s", lambda run: run.items),
    },
    "start_s": {
        "start": ("s", lambda run: run.items**0),
        "start a worker": ("s", lambda run: run.workers),
        "start a worker, an item": ("s", lambda run: run.items * run.workers),
    },
    "map_s": {
        "compute an item": ("s", lambda run: run.items * run.jobs / run.computing),
        "warm up": ("s", lambda run: run.workers / run.computing),
        "touch an item first": ("s", lambda run: run.items * run.workers / run.computing),
        "ship a job": ("s", lambda run: run.shipments),
        "ship a job's item": ("s", lambda run: run.items * run.shipments),
    },
    "stop_s": {
        "stop": ("s", lambda run: run.items**0),
        "stop a worker": ("s", lambda run: run.workers),
    },
    "memory_mib": {
        "interpreter": ("MiB", lambda run: run.items**0),
        "the data, an item": ("MiB", lambda run: run.items),
        "garbage, an item": ("MiB", lambda run: np.minimum(run.items, run.garbage)),
        "a worker": ("MiB", lambda run: run.workers),
        "a worker's own, an item": ("MiB", lambda run: run.items * run.workers),
        "a worker's garbage, an item": (
            "MiB",
            lambda run: np.minimum(run.items * run.jobs, run.workers * run.garbage),
        ),
    },
}
TIME_PHASES = [phase for phase in TERMS if phase.endswith("_s")]
TIME_TERMS = {name: paid for phase in TIME_PHASES for name, (_, paid) in TERMS[phase].items()}
MEMORY_TERMS = {name: paid for name, (_, paid) in TERMS["memory_mib"].items()}
WITHOUT_WORKERS = ("none",)  # start methods: nothing is shipped, nobody touches a copy
COMPUTE, WARM_UP = "compute an item", "warm up"
A_WORKER, ITS_OWN = "a worker", "a worker's own, an item"
GARBAGE, ITS_GARBAGE = "garbage, an item", "a worker's garbage, an item"
CHUNKS = 4  # of each worker: how `multiprocessing.Pool.map` cuts the jobs
NORMAL = 1.96  # standard deviations around what is predicted: 95 %


@dataclass(frozen=True)
class Costs:
    """The coefficients of one kind, and the range that they were measured in.

    `values`, `low` and `high` are by term, in the units of `TERMS`; `span` has the least and the
    most of size, jobs and workers; `runs` is how many it rests on; `cpus` how many could be used;
    `full` the items of whose garbage there is enough to collect, 0 if there is none.
    """

    values: dict
    low: dict
    high: dict
    span: dict
    runs: int
    cpus: float
    again: tuple = ()  # the values of every resample
    chunked: bool = False  # whether the data is shipped with a chunk of jobs
    full: float = 0.0

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
            np.linalg.norm(self.spread(terms) @ [paid(at) for paid in terms.values()])
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
        return {phase: self._of(phase, size, jobs, workers, cpus) for phase in TIME_PHASES}

    def total(self, size, jobs, workers, cpus=None):
        """Return the seconds from the end of build to the end of the last worker."""
        return sum(self.seconds(size, jobs, workers, cpus).values())

    def memory(self, size, jobs, workers, cpus=None):
        """Return the MiB of all processes together."""
        return self._of("memory_mib", size, jobs, workers, cpus)

    def _of(self, phase, size, jobs, workers, cpus):
        at = self._at(size, jobs, workers, cpus)
        return sum(self.values[name] * float(paid(at)) for name, (_, paid) in TERMS[phase].items())

    def _at(self, size, jobs, workers, cpus):
        sent = shipments(float(jobs), float(workers), self.chunked)
        p = at_once(workers, cpus or self.cpus)
        return Amounts(float(size), float(jobs), float(workers), p, float(sent), self.full)

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
    """Return how often data is sent that is passed with the jobs: once for each, or for a chunk.

    A chunk has as many jobs as make four chunks a worker, rounded up (``Pool.map`` of CPython).
    """
    return np.ceil(jobs / np.ceil(jobs / (CHUNKS * workers))) if chunked else jobs


def at_once(workers, cpus):
    """Return how many of the workers compute at the same time."""
    return max(1.0, min(float(workers), float(cpus)))
