"""Raises in a phase."""

WORKERS = None

MECHANISM = "by fork"


def share(data, process, workers, jobs, context, phase):
    with phase("publish"):
        raise KeyError("published on purpose")
    yield
