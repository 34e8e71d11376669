"""Asks for more memory than there can be."""

from sharing.measured import build

WORKERS = None

MECHANISM = "by fork"


def share(workers, jobs):
    build()
    bytearray(2**62)
    yield
