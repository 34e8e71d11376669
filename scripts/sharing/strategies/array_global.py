"""Array: flat 64-bit numbers in one `array`, inherited by fork; every access makes a new object."""

from array import array
from functools import partial

from sharing.flat import typecode_of
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"


def share(data, process, workers, jobs, context, phase):
    typecode = typecode_of(data)
    with phase("publish"):
        numbers = array(typecode, data)
    del data
    with phase("start"):
        pool = start_pool(context, workers, initializer=receive, initargs=(numbers,))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
