"""Initializer: the pool hands the data to each worker once, when the worker starts.

Forked workers inherit it; spawned ones get a pickled copy each.
"""

from functools import partial

from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "by fork"


def share(data, process, workers, jobs, context, phase):
    with phase("start"):
        pool = start_pool(context, workers, initializer=receive, initargs=(data,))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)


def receive(data):
    global DATA_OF_WORKER
    DATA_OF_WORKER = data


def run_job(process, job):
    return process(DATA_OF_WORKER, job)
