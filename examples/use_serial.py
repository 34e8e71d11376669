"""No workers: the jobs run one after another where the data is.

For short work: starting and feeding workers may take longer than the jobs.
"""


def build():
    return list(range(1, 1001))


def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    numbers = build()
    print([count_multiples(numbers, divisor) for divisor in range(2, 7)])
