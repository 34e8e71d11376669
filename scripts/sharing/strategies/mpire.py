"""MPIRE: the pool's shared objects, inherited by forked workers, pickled once for each spawned one.

https://sybrenjansen.github.io/mpire/master/usage/workerpool/shared_objects.html
"""

from sharing.strategies import library
from sharing.workers import answer, crash_if, wait_for_workers

MECHANISM = "by fork"
LIBRARIES = ("mpire",)


def share(data, process, workers, jobs, context, phase):
    mpire = library("mpire")
    method = context.get_start_method()
    with phase("start"):
        pool = mpire.WorkerPool(workers, shared_objects=data, start_method=method, keep_alive=True)
        wait_for_workers(lambda: pool.map(answer_beside, range(workers)), workers)
    with phase("map"), crash_if(RuntimeError):
        yield from pool.imap_unordered(process, jobs)
    with phase("stop"):
        pool.stop_and_join()


def answer_beside(data, _):
    return answer()
