"""Manager list: a server process holds the data; every access is a message to it and back.

For a list that workers change and seldom read; with any start method.
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
    with multiprocessing.Manager() as manager:
        numbers = manager.list(build())
        with multiprocessing.Pool(2, receive, (numbers,)) as pool:
            print(pool.map(count_multiples, range(2, 7)))
