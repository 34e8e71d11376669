"""SharedMemory by cffi: as shared_memory, but the workers read the block as an array of C numbers.

PyPy compiles the access to such an array to a load, that to a memoryview to calls. It brings cffi
with it.
https://cffi.readthedocs.io/en/stable/ref.html#ffi-buffer-ffi-from-buffer
"""

from array import array
from functools import partial
from multiprocessing.shared_memory import SharedMemory

from sharing.flat import typecode_of
from sharing.strategies import library
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"
LIBRARIES = ("cffi",)
C_TYPES = {"q": "int64_t[]", "d": "double[]"}


def share(data, process, workers, jobs, context, phase):
    library("cffi")
    typecode = typecode_of(data)
    with phase("publish"):
        size = 8 * len(data)
        block = SharedMemory(create=True, size=max(size, 1))  # none may be empty
        block.buf[:size] = memoryview(array(typecode, data)).cast("B")
    del data
    with phase("start"):
        initargs = (block.name, size, C_TYPES[typecode])
        pool = start_pool(context, workers, initializer=attach, initargs=initargs)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        block.close()
        block.unlink()


def attach(name, size, c_type):
    global BLOCK  # closed with the worker, not before
    BLOCK = SharedMemory(name)
    receive(library("cffi").FFI().from_buffer(c_type, BLOCK.buf[:size]))
