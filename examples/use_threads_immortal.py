"""Threads and immortal objects: without a GIL, threads do not fight over reference counts.

For CPython 3.13 or later without a GIL, by an unsupported use of its internals; copy immortal.py
beside the program.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from immortal import make_immortal  # a file beside this one, or installed: pip install ./immortal


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs):
    data = build()
    make_immortal(data)  # before threads are started, and until the program ends
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(partial(process, data), jobs)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
