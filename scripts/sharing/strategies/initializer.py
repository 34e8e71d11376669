"""Initializer: the pool gives the data to each worker once, when the worker starts.

For any data: forked workers inherit it; with another start method each gets a pickled copy.
"""

import multiprocessing

from sharing.measured import build, phase, process

MECHANISM = "by fork"


def share(workers, jobs, start_method="fork"):
    data = build()
    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    context = multiprocessing.get_context(start_method)
    with context.Pool(workers, receive, (data,)) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def receive(data):
    global DATA
    DATA = data


def run_job(job):
    return process(DATA, job)
