"""Mapped file: flat 64-bit numbers in a file that every worker maps read-only.

For numbers that are in a file anyway, or do not fit in memory; with any start method.
"""

import mmap
import multiprocessing
import tempfile
from array import array

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "numbers"


def share(workers, jobs, start_method="fork"):
    data = build()
    numbers = array("d" if type(data[0]) is float else "q", data)
    del data
    with tempfile.NamedTemporaryFile(suffix=".numbers") as file:
        numbers.tofile(file)
        file.flush()
        initargs = (file.name, numbers.typecode)
        del numbers
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, initargs) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)


def attach(path, typecode):
    global DATA
    with open(path, "rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    DATA = memoryview(content).cast(typecode)


def run_job(job):
    return process(DATA, job)
