"""Subinterpreters: threads with an interpreter and a GIL each; the data is pickled into each once.

For data that may be copied, on Python 3.14 or later.
https://docs.python.org/3/library/concurrent.futures.html#interpreterpoolexecutor
"""

from concurrent.futures import InterpreterPoolExecutor

from sharing.measured import build, phase, process

MECHANISM = "once a worker"
SINCE = (3, 14)
WORKERS = "threads"


def share(workers, jobs):
    data = build()
    phase("start")
    with InterpreterPoolExecutor(workers, initializer=receive, initargs=(data,)) as pool:
        yield from pool.map(run_job, jobs)


def receive(data):
    global DATA
    DATA = data


def run_job(job):
    return process(DATA, job)
