"""Threads: one process, one copy, one GIL (where the build has one)."""

from functools import partial
from multiprocessing.pool import ThreadPool

from sharing.workers import results_of, stop_pool

MECHANISM = "threads"
WORKERS = "threads"


def share(data, process, workers, jobs, context, phase):
    with phase("start"):
        pool = ThreadPool(workers)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(process, data), jobs))
    with phase("stop"):
        stop_pool(pool)
