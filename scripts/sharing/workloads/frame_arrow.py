"""The table of `frame` in Arrow's memory: strings lie one behind the other, and are no objects."""

from sharing.strategies import library
from sharing.workloads import frame

library("pyarrow")
TYPES = {
    "number": "int64[pyarrow]", "value": "double[pyarrow]",
    "city": "string[pyarrow]", "name": "string[pyarrow]",
}  # fmt: skip


def build(size):
    """Return a table of `size` rows, all of whose columns are Arrow's."""
    return frame.columns(size).astype(TYPES)


def process(data, job):
    """Return the rows of a city, the sum of their values, and the length of all names."""
    return frame.process(data, job)


def expected(size, job):
    """Return all three, as `frame` does."""
    return frame.expected(size, job)
