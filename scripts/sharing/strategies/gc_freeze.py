"""gc.freeze(): the garbage collector leaves the objects alone that forked workers inherit.

For data of many containers on CPython. It saves the collector's own writes, a word in every
container; reading still copies the data, since it writes reference counts.
https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc
import multiprocessing

from sharing.measured import build, phase, process

MECHANISM = "by fork"
NEEDS = ("gc.freeze",)
SINCE = (3, 7)


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    global DATA
    gc.disable()  # what it frees leaves holes, in which workers would write
    DATA = build()
    gc.freeze()
    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    context = multiprocessing.get_context(start_method)
    with context.Pool(workers, initializer=gc.enable) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(DATA, job)
