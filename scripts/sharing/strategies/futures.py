"""ProcessPoolExecutor: concurrent.futures, its initializer hands the data to each worker once.

Forked workers inherit it; spawned ones get a pickled copy each.
https://docs.python.org/3/library/concurrent.futures.html#processpoolexecutor
"""

from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from sharing.strategies.initializer import receive, run_job
from sharing.workers import answer, crash_if, wait_for_workers

MECHANISM = "by fork"


def share(data, process, workers, jobs, context, phase):
    with phase("start"):
        pool = ProcessPoolExecutor(
            workers, mp_context=context, initializer=receive, initargs=(data,)
        )
        wait_for_workers(lambda: pool.map(answer, range(workers)), workers)
    with phase("map"), crash_if(BrokenProcessPool):
        tasks = [pool.submit(run_job, process, job) for job in jobs]
        for task in as_completed(tasks):
            yield task.result()
    with phase("stop"):
        pool.shutdown()
