"""ProcessPoolExecutor: its initializer gives the data to each worker once.

For any data, in a program that works with futures: a worker that dies raises BrokenProcessPool.
Forked workers inherit the data; with another start method each gets a pickled copy.
https://docs.python.org/3/library/concurrent.futures.html#processpoolexecutor
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):
    data = build()
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    context = multiprocessing.get_context(start_method)
    with ProcessPoolExecutor(workers, context, receive, (data,)) as pool:
        yield from pool.map(run_job, jobs, chunksize=chunk)


def receive(data):
    global DATA
    DATA = data


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
