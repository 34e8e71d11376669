"""One job of several answers wrongly."""


def build(size):
    return list(range(size))


def process(data, job):
    return sum(data) + (job == 3)


def expected(size, job):
    return size * (size - 1) // 2
