"""A strategy with a bug of its own, outside of every phase."""

MECHANISM = "by fork"


def share(data, process, workers, jobs, context, phase):
    raise LookupError("a bug before the first phase")
    yield
