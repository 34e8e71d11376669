"""Mapped file: flat 64-bit numbers in a file that every worker maps read-only.

For numbers that are in a file anyway, or do not fit in memory; with any start method.
"""

import mmap
import multiprocessing
import tempfile
from array import array
from pathlib import Path


def build():
    return array("q", range(1, 1001))


def attach(path):
    global NUMBERS
    with Path(path).open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    NUMBERS = memoryview(content).cast("q")


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    with tempfile.NamedTemporaryFile() as file:
        build().tofile(file)
        file.flush()
        with multiprocessing.Pool(2, attach, (file.name,)) as pool:
            print(pool.map(count_multiples, range(2, 7)))
