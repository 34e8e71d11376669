"""joblib, batched: one batch of tasks for each worker, with which the data is pickled once.

For anything but NumPy arrays, which joblib shares without that, and for jobs of equal length.
"""

from joblib import Parallel, delayed


def build():
    return list(range(1, 1001))


def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    numbers = build()
    parallel = Parallel(n_jobs=2, batch_size=3, pre_dispatch="all")
    print(parallel(delayed(count_multiples)(numbers, divisor) for divisor in range(2, 7)))
