"""No workers, numerical libraries with as many threads as they choose: the program as it is.

For seeing what workers would have to beat; they set OMP_NUM_THREADS=1, and this does not.
"""


def build():
    return list(range(1, 1001))


def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    numbers = build()
    print([count_multiples(numbers, divisor) for divisor in range(2, 7)])
