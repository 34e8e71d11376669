"""Initializer: the pool hands the data to each worker once, when the worker starts.

For any data: forked workers inherit it; with another start method each gets a pickled copy.
"""

import multiprocessing


def build():
    return list(range(1, 1001))


def receive(numbers):
    global NUMBERS
    NUMBERS = numbers


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    fork = multiprocessing.get_context("fork")  # only forked workers inherit
    with fork.Pool(2, receive, (build(),)) as pool:
        print(pool.map(count_multiples, range(2, 7)))
