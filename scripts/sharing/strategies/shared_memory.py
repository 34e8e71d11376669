"""SharedMemory: flat 64-bit numbers in a named block that every worker opens by its name."""

from array import array
from functools import partial
from multiprocessing.shared_memory import SharedMemory

from sharing.flat import typecode_of
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"


def share(data, process, workers, jobs, context, phase):
    typecode = typecode_of(data)
    with phase("publish"):
        size = 8 * len(data)
        block = SharedMemory(create=True, size=max(size, 1))  # none may be empty
        block.buf[:size] = memoryview(array(typecode, data)).cast("B")
    del data
    with phase("start"):
        initargs = (block.name, size, typecode)
        pool = start_pool(context, workers, initializer=attach, initargs=initargs)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        block.close()
        block.unlink()


def attach(name, size, typecode):
    global BLOCK  # closed with the worker, not before
    BLOCK = SharedMemory(name)
    receive(BLOCK.buf[:size].cast(typecode))
