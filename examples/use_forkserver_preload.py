"""Preloaded by the forkserver: it imports the module that builds the data, its workers inherit it.

For programs with threads, which must not fork, and for Python 3.14 on, where this is the default.
"""

import multiprocessing
import os
from importlib import import_module
from pathlib import Path

MODULE = Path(__file__).stem


def build():
    return list(range(1, 1001))


if __name__ == MODULE:  # imported by this name: by the forkserver, for all whom it forks
    NUMBERS = build()


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in import_module(MODULE).NUMBERS)


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)  # a forkserver has no other path
    forkserver = multiprocessing.get_context("forkserver")
    forkserver.set_forkserver_preload([MODULE])
    with forkserver.Pool(2) as pool:
        print(pool.map(count_multiples, range(2, 7)))
