"""A strategy with a bug of its own, before the data is built."""

MECHANISM = "by fork"


def share(workers, jobs, start_method):
    raise LookupError("a bug before the first phase")
    yield
