"""RawArray: flat 64-bit numbers in shared memory, no lock; every access makes a new object."""

from functools import partial

from sharing.flat import typecode_of
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"


def share(data, process, workers, jobs, context, phase):
    typecode = typecode_of(data)
    with phase("publish"):
        shared = context.RawArray(typecode, data)
    del data
    with phase("start"):
        pool = start_pool(context, workers, initializer=receive, initargs=(shared,))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
