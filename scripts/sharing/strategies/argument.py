"""Argument: the data is a parameter of every job, so it is pickled and sent for every job.

For small data, with any start method.
"""

import multiprocessing

from sharing.measured import build, phase, process

MECHANISM = "with every job"
BETTER = "argument_chunked"


def share(workers, jobs, start_method="fork"):
    data = build()
    phase("start")
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, ((data, job) for job in jobs))


def run_job(task):
    return process(*task)
