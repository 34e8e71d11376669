"""Argument, chunked: bound by `partial` and mapped, the data is pickled once a chunk of jobs.

What most programs type. Without a chunksize `Pool.map` cuts the jobs into four chunks a worker, and
each chunk is a message with its own copy of the function and all that is bound to it.
https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.map
"""

from functools import partial

from sharing.workers import result_of, start_pool, stop_pool

MECHANISM = "with every job"


def share(data, process, workers, jobs, context, phase):
    with phase("start"):
        pool = start_pool(context, workers)
    with phase("map"):
        yield from result_of(pool.map_async(partial(process, data), jobs))
    with phase("stop"):
        stop_pool(pool)
