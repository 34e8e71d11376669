"""Raises in a phase."""

from sharing.measured import build

WORKERS = None

MECHANISM = "by fork"


def share(workers, jobs):
    build()
    raise KeyError("published on purpose")
    yield
