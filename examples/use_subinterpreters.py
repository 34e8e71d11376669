"""Subinterpreters: threads with an interpreter and a GIL each; the data is pickled into each once.

For data that may be copied, on Python 3.14 or later, and for work without NumPy, which cannot be
imported in an interpreter of such a pool.
https://docs.python.org/3/library/concurrent.futures.html#interpreterpoolexecutor
"""

import pickle
from concurrent.futures import InterpreterPoolExecutor, as_completed


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


DATA = []  # filled, not assigned: a function that reads no global runs outside of this module


def share(workers, jobs):
    pickled = memoryview(pickle.dumps(build(), pickle.HIGHEST_PROTOCOL))  # once for all workers
    with InterpreterPoolExecutor(workers, initializer=receive, initargs=(pickled,)) as pool:
        for task in as_completed([pool.submit(run_job, job) for job in jobs]):
            yield task.result()


def receive(pickled):
    DATA.append(pickle.loads(pickled))


def run_job(job):
    return process(DATA[0], job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
