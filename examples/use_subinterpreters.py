"""Subinterpreters: threads with an interpreter and a GIL each; the data is pickled into each once.

For data that may be copied, on Python 3.14 or later.
"""

from concurrent.futures import InterpreterPoolExecutor

# Filled, not assigned: a function that only assigns globals would run outside of this module.
NUMBERS = []


def build():
    return list(range(1, 1001))


def receive(numbers):
    NUMBERS.extend(numbers)


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    with InterpreterPoolExecutor(2, initializer=receive, initargs=(build(),)) as pool:
        print(list(pool.map(count_multiples, range(2, 7))))
