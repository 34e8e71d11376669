"""Says that it cannot work here."""

from sharing.measured import build
from sharing.strategies import Unsupported

WORKERS = None

MECHANISM = "by fork"


def share(workers, jobs):
    build()
    raise Unsupported("not on this machine, says the test")
    yield
