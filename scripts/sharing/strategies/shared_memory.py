"""SharedMemory: flat 64-bit numbers in a named block that every worker opens by its name.

For numbers, with any start method; the block stays until somebody unlinks it.
https://docs.python.org/3/library/multiprocessing.shared_memory.html
"""

import multiprocessing
import sys
from array import array
from multiprocessing.shared_memory import SharedMemory

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "numbers"
BETTER = "shared_memory_cffi"
BETTER_ON = "PyPy"  # CPython makes an object of each number either way

# Else whoever opens a block may remove it, too, when it ends.
UNTRACKED = {"track": False} if sys.version_info >= (3, 13) else {}


def share(workers, jobs, start_method="fork"):
    data = build()
    numbers = array("d" if type(data[0]) is float else "q", data)
    size = 8 * len(numbers)
    block = SharedMemory(create=True, size=size)
    try:
        block.buf[:size] = memoryview(numbers).cast("B")  # a block may be longer than asked for
        initargs = (block.name, size, numbers.typecode)
        del data, numbers
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, initargs) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)
    finally:
        block.close()
        block.unlink()


def attach(name, size, typecode):
    global DATA, BLOCK
    block = SharedMemory(name, **UNTRACKED)
    DATA = block.buf[:size].cast(typecode)
    BLOCK = block  # keeps it open; named last, so that it is closed after DATA


def run_job(job):
    return process(DATA, job)
