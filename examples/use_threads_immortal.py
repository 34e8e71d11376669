"""Threads and immortal objects: without a GIL, threads do not fight over reference counts.

For CPython 3.13 or later without a GIL; copy scripts/sharing/immortal.py beside the program.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from immortal import make_immortal


def build():
    return list(range(1, 1001))


def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    numbers = build()
    make_immortal(numbers)  # before threads are started, and until the program ends
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(partial(count_multiples, numbers), range(2, 7))))
