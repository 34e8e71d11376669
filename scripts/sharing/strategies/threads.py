"""Threads: one process, one copy, one GIL (where the build has one)."""

from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Barrier

MECHANISM = "threads"
WORKERS = "threads"


def share(data, process, workers, jobs, context, phase):
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
