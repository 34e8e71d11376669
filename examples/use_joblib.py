"""joblib: the data is an argument of the tasks; worker processes of its own.

For NumPy arrays, which all workers map from a file; anything else is pickled again and again.
"""

from joblib import Parallel, delayed


def build():
    return list(range(1, 1001))


def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    numbers = build()
    print(Parallel(n_jobs=2)(delayed(count_multiples)(numbers, divisor) for divisor in range(2, 7)))
