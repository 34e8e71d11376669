"""Immortal objects: their reference counts are never written again, so forked workers share them.

For any data on CPython 3.12 or later; copy scripts/sharing/immortal.py beside the program.
"""

import gc
import multiprocessing

from immortal import make_immortal


def build():
    return list(range(1, 1001))


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    NUMBERS = build()
    make_immortal(NUMBERS)  # and all that can be reached from it, until the program ends
    gc.freeze()
    fork = multiprocessing.get_context("fork")  # only forked workers inherit
    with fork.Pool(2) as pool:
        print(pool.map(count_multiples, range(2, 7)))
