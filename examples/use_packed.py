"""Packed: every item pickled into one flat buffer, unpickled when it is accessed.

For a list of any objects: no worker copies it, but every access makes a new object.
"""

import multiprocessing
import pickle
from array import array
from itertools import accumulate


class Packed:
    """A read-only list whose items lie pickled in one buffer."""

    def __init__(self, items):
        pickled = [pickle.dumps(item, pickle.HIGHEST_PROTOCOL) for item in items]
        self.buffer = b"".join(pickled)
        self.ends = array("q", accumulate(map(len, pickled), initial=0))

    def __len__(self):
        return len(self.ends) - 1

    def __getitem__(self, index):
        index = range(len(self))[index]  # counts from the end, or raises IndexError
        return pickle.loads(memoryview(self.buffer)[self.ends[index] : self.ends[index + 1]])


def build():
    return list(range(1, 1001))


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    NUMBERS = Packed(build())
    fork = multiprocessing.get_context("fork")  # only forked workers inherit
    with fork.Pool(2) as pool:
        print(pool.map(count_multiples, range(2, 7)))
