"""Subinterpreters: threads with an interpreter and a GIL each; the data is pickled into each once.

For data that may be copied, on Python 3.14 or later.
https://docs.python.org/3/library/concurrent.futures.html#interpreterpoolexecutor
"""

from concurrent.futures import InterpreterPoolExecutor


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs):
    data = build()
    with InterpreterPoolExecutor(workers, initializer=receive, initargs=(data,)) as pool:
        yield from pool.map(run_job, jobs)


def receive(data):
    global DATA
    DATA = data


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
