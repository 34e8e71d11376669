"""Closure: a function nested in the scope that built the data sees it, in forked workers too.

For any data that is to stay local, where no global is wanted. A pool sends functions by their name,
which a nested one does not have; forked workers inherit it as the initializer's argument.
"""

import multiprocessing

from sharing.measured import build, phase, process

MECHANISM = "by fork"


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    data = build()

    def work(job):
        return process(data, job)

    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    context = multiprocessing.get_context(start_method)
    with context.Pool(workers, receive, (work,)) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def receive(work):
    global WORK
    WORK = work


def run_job(job):
    return WORK(job)
