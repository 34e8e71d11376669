"""Workers with nothing to do and no data: what a pool and its queues cost by themselves."""

from functools import partial

from sharing.timed import TimedProcess
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "no workers or no data"
DATA = False
ANSWERS = False


def share(data, process, workers, jobs, context, phase):
    with phase("start"):
        pool = start_pool(context, workers)
    with phase("map"):
        idle = partial(TimedProcess(do_nothing), None)
        yield from results_of(pool.imap_unordered(idle, jobs))
    with phase("stop"):
        stop_pool(pool)


def do_nothing(data, job):
    return None
