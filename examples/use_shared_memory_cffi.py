"""SharedMemory by cffi: as shared_memory, but workers read the block as an array of C numbers.

For numbers on PyPy, which compiles the access to such an array to a load, that to a memoryview to
calls; PyPy brings cffi with it.
https://cffi.readthedocs.io/en/stable/ref.html#ffi-buffer-ffi-from-buffer
"""

import multiprocessing
import sys
from array import array
from multiprocessing.shared_memory import SharedMemory

from cffi import FFI


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


# Else whoever opens a block may remove it, too, when it ends.
UNTRACKED = {"track": False} if sys.version_info >= (3, 13) else {}


def share(workers, jobs, start_method="fork"):
    data = build()
    numbers = array("d" if type(data[0]) is float else "q", data)
    size = 8 * len(numbers)
    block = SharedMemory(create=True, size=size)
    try:
        block.buf[:size] = memoryview(numbers).cast("B")  # a block may be longer than asked for
        initargs = (block.name, size, "double[]" if numbers.typecode == "d" else "int64_t[]")
        del data, numbers
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, initargs) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)
    finally:
        block.close()
        block.unlink()


def attach(name, size, c_type):
    global DATA, BLOCK
    block = SharedMemory(name, **UNTRACKED)
    DATA = FFI().from_buffer(c_type, block.buf[:size])
    BLOCK = block  # keeps it open; named last, so that it is closed after DATA


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
