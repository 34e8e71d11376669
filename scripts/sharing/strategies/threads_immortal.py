"""Threads and immortal objects: without a GIL, threads do not fight over reference counts.

CPython 3.12 and later, by an unsupported use of its internals: see sharing/immortal.py.
"""

from functools import partial
from multiprocessing.pool import ThreadPool

from sharing.immortal import make_immortal, why_not
from sharing.strategies import Unsupported
from sharing.workers import results_of, stop_pool

MECHANISM = "threads"
WORKERS = "threads"


def share(data, process, workers, jobs, context, phase):
    if why_not():
        raise Unsupported(why_not())
    with phase("publish"):
        make_immortal(data)
    with phase("start"):
        pool = ThreadPool(workers)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(process, data), jobs))
    with phase("stop"):
        stop_pool(pool)
