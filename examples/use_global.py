"""Module global: assigned before the workers are forked, inherited by them.

For any data, without pickling; on CPython, reading objects copies the memory in which they lie.
"""

import multiprocessing


def build():
    return list(range(1, 1001))


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    NUMBERS = build()
    fork = multiprocessing.get_context("fork")  # only forked workers inherit
    with fork.Pool(2) as pool:
        print(pool.map(count_multiples, range(2, 7)))
