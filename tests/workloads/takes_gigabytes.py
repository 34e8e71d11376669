"""A job takes two gibibytes at once, faster than anybody looks."""

SIZE = 2 << 30


def build(size):
    return list(range(size))


def process(data, job):
    return len(bytes([job + 1]) * SIZE)


def expected(size, job):
    return SIZE
