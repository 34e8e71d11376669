"""Module global: assigned before the workers are forked, inherited by them."""

from functools import partial

from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "by fork"


def share(data, process, workers, jobs, context, phase):
    with phase("publish"):
        globals()["BIG_DATA"] = data
    with phase("start"):
        pool = start_pool(context, workers)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)


def run_job(process, job):
    return process(BIG_DATA, job)  # noqa: F821 - assigned by share(), if the worker was forked
