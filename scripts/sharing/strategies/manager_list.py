"""Manager list: a server process holds the data; every access is a message to it and back."""

from array import array
from functools import partial

from sharing.strategies import Unsupported
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "server or store"


def share(data, process, workers, jobs, context, phase):
    if not isinstance(data, (list, tuple, array)):
        raise Unsupported(f"a manager list is made of a list: the data is a {type(data).__name__}")
    with phase("publish"):
        manager = context.Manager()
        shared = manager.list(data)
    del data
    with phase("start"):
        pool = start_pool(context, workers, initializer=receive, initargs=(shared,))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        manager.shutdown()
