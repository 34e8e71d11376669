"""The table of `frame` in Arrow's memory, no string an object; a job gives its temporaries back."""

import os

# Arrow's own allocators keep what a job's temporaries took, 8 MiB for 200 000 rows, which would
# read as a worker's copy of the data. Read once, when pyarrow is loaded, which pandas does.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

from sharing.strategies import library
from sharing.workloads import frame

pyarrow = library("pyarrow")
TYPES = {
    "number": "int64[pyarrow]", "value": "double[pyarrow]",
    "city": "string[pyarrow]", "name": "string[pyarrow]",
}  # fmt: skip


def build(size):
    """Return a table of `size` rows, all of whose columns are Arrow's."""
    return frame.columns(size).astype(TYPES)


def process(data, job):
    """Return the rows of a city, the sum of their values, and the length of all names."""
    answer = frame.process(data, job)
    pyarrow.default_memory_pool().release_unused()  # a millisecond
    return answer


def expected(size, job):
    """Return all three, as `frame` does."""
    return frame.expected(size, job)
