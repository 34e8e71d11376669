"""gc.freeze(): the garbage collector leaves the objects alone that forked workers inherit.

For data of many containers on CPython; reading still copies it, by its reference counts.
"""

import gc
import multiprocessing


def build():
    return list(range(1, 1001))


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    gc.disable()  # what it frees leaves holes, in which workers would write
    NUMBERS = build()
    gc.freeze()
    fork = multiprocessing.get_context("fork")  # only forked workers inherit
    with fork.Pool(2, initializer=gc.enable) as pool:
        print(pool.map(count_multiples, range(2, 7)))
