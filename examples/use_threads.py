"""Threads: one process, one copy of the data.

For work that releases the GIL, and for builds of Python without one.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial


def build():
    return list(range(1, 1001))


def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    numbers = build()
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(partial(count_multiples, numbers), range(2, 7))))
