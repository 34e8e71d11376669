"""Argument, chunked: bound by `partial` and mapped, the data is pickled once a chunk of jobs.

For small data, with any start method. What most programs type: without a chunksize `Pool.map` cuts
the jobs into four chunks a worker, and each takes a copy of all that is bound to the function.
https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.map
"""

import multiprocessing
from functools import partial


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):
    data = build()
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.map(partial(process, data), jobs)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
