"""Argument: the data is a parameter of every job, so it is pickled and sent for every job."""

from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "with every job"
BETTER = "argument_chunked"


def share(data, process, workers, jobs, context, phase):
    with phase("start"):
        pool = start_pool(context, workers)
    with phase("map"):
        tasks = ((process, data, job) for job in jobs)
        yield from results_of(pool.imap_unordered(run_job, tasks))
    with phase("stop"):
        stop_pool(pool)


def run_job(task):
    process, data, job = task
    return process(data, job)
