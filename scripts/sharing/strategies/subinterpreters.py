"""Subinterpreters: threads with an interpreter and a GIL each; the data is pickled into each once.

Python 3.14 and later.
https://docs.python.org/3/library/concurrent.futures.html#interpreterpoolexecutor
"""

import os
import sys
from concurrent import futures
from select import select

from sharing.strategies import Unsupported
from sharing.strategies.initializer import run_job

MECHANISM = "once a worker"
SINCE = (3, 14)
WORKERS = "threads"


def share(data, process, workers, jobs, context, phase):
    if not hasattr(futures, "InterpreterPoolExecutor"):
        raise Unsupported("subinterpreters begin with Python 3.14")
    with phase("start"):
        told, tell = os.pipe()
        pool = futures.InterpreterPoolExecutor(
            workers, initializer=begin, initargs=(sys.path, tell, data)
        )
        first = [pool.submit(int) for _ in range(workers)]  # an interpreter starts with a task
        for _ in range(workers):
            while not select([told], [], [], 0.5)[0]:
                [task.result() for task in first if task.done()]  # raises what went wrong
            os.read(told, 1)
    with phase("map"):
        tasks = [pool.submit(run_job, process, job) for job in jobs]
        for task in futures.as_completed(tasks):
            yield task.result()
    with phase("stop"):
        pool.shutdown()
        os.close(told)
        os.close(tell)


def begin(path, tell, data):
    """Make an interpreter ready. It gets this function's code, and finds no module of ours yet."""
    import os
    import sys

    sys.path[:] = path
    from sharing.strategies.initializer import receive

    receive(data)
    os.write(tell, b"1")
