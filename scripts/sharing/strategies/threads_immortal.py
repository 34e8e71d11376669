"""Threads and immortal objects: without a GIL, threads do not fight over reference counts.

CPython 3.12 and later, by an unsupported use of its internals: see sharing/immortal.py.
"""

from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Barrier

from sharing.immortal import make_immortal, why_not
from sharing.strategies import Unsupported

MECHANISM = "threads"
SINCE = (3, 12)
WORKERS = "threads"


def share(data, process, workers, jobs, context, phase):
    if why_not():
        raise Unsupported(why_not())
    with phase("publish"):
        make_immortal(data)
    with phase("start"):
        pool = ThreadPoolExecutor(workers)
        everybody = Barrier(workers)  # a thread starts with a task, and waits here for the others
        list(pool.map(lambda _: everybody.wait(), range(workers)))
    with phase("map"):
        tasks = [pool.submit(process, data, job) for job in jobs]
        for task in as_completed(tasks):
            yield task.result()
    with phase("stop"):
        pool.shutdown()
