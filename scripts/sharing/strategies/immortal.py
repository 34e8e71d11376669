"""Immortal objects: the data's reference counts are never written again, so forked workers share.

CPython 3.12 and later, by an unsupported use of its internals: see sharing/immortal.py.
"""

import gc
from functools import partial

from sharing.immortal import make_immortal, why_not
from sharing.strategies import Unsupported
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "by fork"
SINCE = (3, 12)


def share(data, process, workers, jobs, context, phase):
    if why_not():
        raise Unsupported(why_not())
    with phase("publish"):
        make_immortal(data)
        gc.freeze()
    with phase("start"):
        pool = start_pool(context, workers, initializer=receive, initargs=(data,))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
