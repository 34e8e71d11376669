"""gc.collect() before the workers are forked: none of them has to end a collection of the parent's.

For boxed objects on PyPy. Its collector works in steps, and one that is not finished at the fork
goes on in every worker, which copies all of the data. After a full collection a worker copies
nothing until it has allocated about as much as the data takes. On CPython it saves nothing.
https://doc.pypy.org/en/latest/gc_info.html
"""

import gc
import multiprocessing

from sharing.measured import build, phase, process

MECHANISM = "by fork"


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    global DATA
    DATA = build()
    gc.collect()
    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(DATA, job)
