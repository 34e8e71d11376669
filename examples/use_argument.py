"""Argument: the data is a parameter of the jobs, pickled and sent again and again.

For small data, with any start method.
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
