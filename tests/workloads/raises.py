"""A job that raises, once the others have begun."""


def build(size):
    return list(range(size))


def process(data, job):
    if job == 3:
        raise ValueError(f"job {job} fails on purpose")
    return len(data)
