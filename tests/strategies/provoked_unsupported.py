"""Says that it cannot work here."""

from sharing.strategies import Unsupported

WORKERS = None

MECHANISM = "by fork"


def share(data, process, workers, jobs, context, phase):
    with phase("publish"):
        raise Unsupported("not on this machine, says the test")
    yield
