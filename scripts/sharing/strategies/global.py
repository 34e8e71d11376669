"""Module global: assigned before the workers are forked, inherited by them.

For any data, without pickling; on CPython, reading objects copies the memory in which they lie.
"""

import multiprocessing

from sharing.measured import build, phase, process

MECHANISM = "by fork"


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    global DATA
    DATA = build()
    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(DATA, job)
