"""Subinterpreters: threads with an interpreter and a GIL each; the data is pickled into each once.

For data that may be copied, on Python 3.14 or later, and for work without NumPy, which cannot be
imported in an interpreter of such a pool.
https://docs.python.org/3/library/concurrent.futures.html#interpreterpoolexecutor
"""

import pickle
from concurrent.futures import InterpreterPoolExecutor, as_completed

from sharing.measured import build, phase, process

MECHANISM = "once a worker"
SINCE = (3, 14)
WORKERS = "threads"
CARRIES = "no NumPy"
PATH_FROM_START = True

DATA = []  # filled, not assigned: a function that reads no global runs outside of this module


def share(workers, jobs):
    pickled = memoryview(pickle.dumps(build(), pickle.HIGHEST_PROTOCOL))  # once for all workers
    phase("start")
    with InterpreterPoolExecutor(workers, initializer=receive, initargs=(pickled,)) as pool:
        for task in as_completed([pool.submit(run_job, job) for job in jobs]):
            yield task.result()


def receive(pickled):
    DATA.append(pickle.loads(pickled))


def run_job(job):
    return process(DATA[0], job)
