"""A job that raises, once the others are under way."""


def build(size):
    return list(range(size))


def process(data, job):
    if job == 3:
        raise ValueError(f"job {job} fails on purpose")
    return len(data)
