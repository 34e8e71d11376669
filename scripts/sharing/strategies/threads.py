"""Threads: one process, one copy of the data, one GIL (where the build has one).

For work that releases the GIL, and for builds of Python without one.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sharing.measured import build, phase, process

MECHANISM = "threads"
WORKERS = "threads"


def share(workers, jobs):
    data = build()
    phase("start")
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(partial(process, data), jobs)
