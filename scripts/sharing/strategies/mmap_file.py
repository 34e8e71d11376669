"""Mapped file: flat numbers in a file that every worker maps read-only.

A NumPy array stays one, as with ``numpy.load(path, mmap_mode="r")``.
"""

import mmap
import os
import tempfile
from functools import partial

from sharing.flat import layout_of
from sharing.strategies import Unsupported
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"


def share(data, process, workers, jobs, context, phase):
    layout = layout_of(data)
    if not layout.size:
        raise Unsupported("an empty file cannot be mapped")
    with phase("publish"):
        with tempfile.NamedTemporaryFile(suffix=".numbers", delete=False) as file:
            file.write(layout.flattened(data))
    del data
    with phase("start"):
        pool = start_pool(context, workers, initializer=map_file, initargs=(file.name, layout))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        os.remove(file.name)


def map_file(path, layout):
    with open(path, "rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    receive(layout.of(memoryview(content)))
