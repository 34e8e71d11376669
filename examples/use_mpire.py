"""MPIRE: the pool's shared objects, inherited by forked workers, are the jobs' first argument.

For any data, without a global; with another start method each worker gets a pickled copy.
"""

from mpire import WorkerPool


def build():
    return list(range(1, 1001))


def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    # Only forked workers inherit.
    with WorkerPool(2, shared_objects=build(), start_method="fork") as pool:
        print(pool.map(count_multiples, range(2, 7)))
