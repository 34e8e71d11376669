"""Sums with known answers, which depend on all items, on one item, and on the job."""


def build(size):
    return [3 * number + 1 for number in range(size)]


def process(data, job):
    total = 0
    for item in data:
        total += item
    return total * (job + 1) + data[job % len(data)]


def expected(size, job):
    return size * (3 * size - 1) // 2 * (job + 1) + 3 * (job % size) + 1
