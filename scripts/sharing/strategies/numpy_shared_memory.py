"""SharedMemory for NumPy: an array in a named block that every worker opens by its name.

For NumPy arrays, with any start method; the block stays until somebody unlinks it.
https://docs.python.org/3/library/multiprocessing.shared_memory.html
"""

import multiprocessing
import sys
from multiprocessing.shared_memory import SharedMemory

import numpy

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "a NumPy array"
LIBRARIES = ("numpy",)

# Else whoever opens a block may remove it, too, when it ends.
UNTRACKED = {"track": False} if sys.version_info >= (3, 13) else {}


def share(workers, jobs, start_method="fork"):
    data = build()
    block = SharedMemory(create=True, size=data.nbytes)
    try:
        numpy.ndarray(data.shape, data.dtype, block.buf)[...] = data
        initargs = (block.name, data.shape, data.dtype)
        del data
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, initargs) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)
    finally:
        block.close()
        block.unlink()


def attach(name, shape, dtype):
    global DATA, BLOCK
    block = SharedMemory(name, **UNTRACKED)
    DATA = numpy.ndarray(shape, dtype, block.buf)
    BLOCK = block  # keeps it open; named last, so that it is closed after DATA


def run_job(job):
    return process(DATA, job)
