"""Mapped file: flat 64-bit numbers in a file that every worker maps read-only."""

import mmap
import os
import tempfile
from array import array
from functools import partial

from sharing.flat import typecode_of
from sharing.strategies import Unsupported
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"


def share(data, process, workers, jobs, context, phase):
    typecode = typecode_of(data)
    if not len(data):
        raise Unsupported("an empty file cannot be mapped")
    with phase("publish"):
        with tempfile.NamedTemporaryFile(suffix=".numbers", delete=False) as file:
            array(typecode, data).tofile(file)
    del data
    with phase("start"):
        initargs = (file.name, typecode)
        pool = start_pool(context, workers, initializer=map_file, initargs=initargs)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        os.remove(file.name)


def map_file(path, typecode):
    with open(path, "rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    receive(memoryview(content).cast(typecode))
