"""gc.freeze(): the garbage collector leaves the objects alone that forked workers inherit.

It spares the collector's own writes, a word in every container. Reference counts are written all
the same. The parent collects nothing before it forks, the workers do again.
https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc
from functools import partial

from sharing.strategies import Unsupported
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "by fork"
SINCE = (3, 7)


def share(data, process, workers, jobs, context, phase):
    if not hasattr(gc, "freeze"):
        raise Unsupported("this interpreter has no gc.freeze")
    with phase("publish"):
        gc.disable()  # a collection would leave free space in pages that workers then write to
        gc.freeze()
    with phase("start"):
        pool = start_pool(context, workers, initializer=begin, initargs=(data,))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        gc.enable()
        gc.unfreeze()


def begin(data):
    gc.enable()
    receive(data)
