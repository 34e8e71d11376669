"""SharedMemory: flat numbers in a named block that every worker opens by its name.

A NumPy array stays one: its shape and the block make it anew in every worker.
"""

from functools import partial
from multiprocessing.shared_memory import SharedMemory

from sharing.flat import layout_of
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"
BETTER = "shared_memory_cffi"
BETTER_ON = "PyPy"  # CPython makes an object of each number either way


def share(data, process, workers, jobs, context, phase):
    layout = layout_of(data)
    with phase("publish"):
        block = SharedMemory(create=True, size=max(layout.size, 1))  # none may be empty
        block.buf[: layout.size] = layout.flattened(data)
    del data
    with phase("start"):
        pool = start_pool(context, workers, initializer=attach, initargs=(block.name, layout))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        block.close()
        block.unlink()


def attach(name, layout):
    global BLOCK  # closed with the worker, not before
    BLOCK = SharedMemory(name)
    receive(layout.of(BLOCK.buf[: layout.size]))
