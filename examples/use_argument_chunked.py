"""Argument, chunked: bound by `partial` and mapped, so that it is pickled once a chunk of jobs.

For small data, with any start method; with a larger chunksize for more jobs.
"""

import multiprocessing
from functools import partial


def build():
    return list(range(1, 1001))


def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    numbers = build()
    with multiprocessing.Pool(2) as pool:
        print(pool.map(partial(count_multiples, numbers), range(2, 7)))
