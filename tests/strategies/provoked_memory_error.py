"""Asks for more memory than there can be."""

WORKERS = None

MECHANISM = "by fork"


def share(data, process, workers, jobs, context, phase):
    with phase("publish"):
        bytearray(2**62)
    yield
