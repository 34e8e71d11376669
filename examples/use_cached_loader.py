"""Cached loader: every worker loads the data from a file at its first job, and keeps it.

For data that lie on a disk anyway, with any start method; each worker has its own copy.
"""

import multiprocessing
import pickle
import tempfile
from functools import cache, partial
from pathlib import Path


def build():
    return list(range(1, 1001))


@cache
def load(path):
    return pickle.loads(Path(path).read_bytes())


def count_multiples(path, divisor):
    return sum(number % divisor == 0 for number in load(path))


if __name__ == "__main__":
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        pickle.dump(build(), file)
        file.flush()
        with multiprocessing.Pool(2) as pool:
            print(pool.map(partial(count_multiples, file.name), range(2, 7)))
