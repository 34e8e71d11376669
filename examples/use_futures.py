"""ProcessPoolExecutor: its initializer hands the data to each worker once.

For any data, in a program that works with futures: a worker that dies raises BrokenProcessPool.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def build():
    return list(range(1, 1001))


def receive(numbers):
    global NUMBERS
    NUMBERS = numbers


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    fork = multiprocessing.get_context("fork")  # only forked workers inherit
    with ProcessPoolExecutor(2, fork, receive, (build(),)) as pool:
        print(list(pool.map(count_multiples, range(2, 7))))
