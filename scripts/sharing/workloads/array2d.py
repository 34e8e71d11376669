"""A NumPy matrix of doubles with 64 columns; a job multiplies it by forty vectors."""

from sharing.strategies import library

numpy = library("numpy")
COLUMNS = 64
ROUNDS = 40


def build(size):
    """Return a matrix of `size` rows: its items count from 0."""
    return numpy.arange(float(size * COLUMNS)).reshape(size, COLUMNS)


def process(data, job):
    """Return the sum of the products; whole numbers, whose sum no order of adding changes."""
    total = 0
    for number in range(ROUNDS):
        total += int((data @ weights(job + number)).sum())
    return total


def weights(number):
    """Return a vector of small whole numbers."""
    return (numpy.arange(COLUMNS) + number) % 7.0


def expected(size, job):
    """Return the sum column by column."""
    total = 0
    for number in range(ROUNDS):
        for column, weight in enumerate(weights(job + number)):
            total += int(weight) * (COLUMNS * (size * (size - 1) // 2) + size * column)
    return total
