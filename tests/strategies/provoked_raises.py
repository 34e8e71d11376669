"""Raises in a phase."""

WORKERS = None


def share(data, process, workers, jobs, context, phase):
    with phase("publish"):
        raise KeyError("published on purpose")
    yield
