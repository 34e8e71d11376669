"""Array: flat 64-bit numbers in shared memory, a lock taken for every access.

For a few numbers that workers change; to read many, take RawArray.
"""

import multiprocessing
from array import array


def build():
    return array("q", range(1, 1001))


def receive(numbers):
    global NUMBERS
    NUMBERS = numbers


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    numbers = multiprocessing.Array("q", build())
    with multiprocessing.Pool(2, receive, (numbers,)) as pool:
        print(pool.map(count_multiples, range(2, 7)))
