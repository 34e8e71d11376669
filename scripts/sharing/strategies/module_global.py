"""Module global built by the import: forked workers inherit it.

For data that every import of the module may wait for; workers that are spawned build it again.
"""

import multiprocessing

from sharing.measured import build, phase, process

MECHANISM = "by fork"

DATA = build()


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(DATA, job)
