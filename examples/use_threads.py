"""Threads: one process, one copy of the data, one GIL (where the build has one).

For work that releases the GIL, and for builds of Python without one.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs):
    data = build()
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(partial(process, data), jobs)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
