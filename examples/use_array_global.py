"""Array: flat 64-bit numbers in one array, inherited by fork.

For numbers: no worker copies them, but every access makes a new object.
"""

import multiprocessing
from array import array


def build():
    return array("q", range(1, 1001))


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    NUMBERS = build()
    fork = multiprocessing.get_context("fork")  # only forked workers inherit
    with fork.Pool(2) as pool:
        print(pool.map(count_multiples, range(2, 7)))
