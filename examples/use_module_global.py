"""Module global built by the import: forked workers inherit it.

For data that every import of the module may wait for; workers not forked build it again.
"""

import multiprocessing


def build():
    return list(range(1, 1001))


NUMBERS = build()


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    fork = multiprocessing.get_context("fork")  # only forked workers inherit
    with fork.Pool(2) as pool:
        print(pool.map(count_multiples, range(2, 7)))
