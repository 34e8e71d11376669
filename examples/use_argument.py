"""Argument: the data is a parameter of the jobs, pickled and sent again and again.

For small data, with any start method.
"""

import multiprocessing


def build():
    return list(range(1, 1001))


def count_multiples(task):
    numbers, divisor = task
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    numbers = build()
    with multiprocessing.Pool(2) as pool:
        print(list(pool.imap(count_multiples, ((numbers, divisor) for divisor in range(2, 7)))))
