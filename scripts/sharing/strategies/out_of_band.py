"""Out of band: pickled once, its buffers aside in one shared block that all workers read in place.

Pickle protocol 5 hands over the memory of arrays, frames and Arrow data separately, whatever they
are part of; the small rest is sent to every worker. What has no buffers is copied as a whole.
https://peps.python.org/pep-0574/
"""

import pickle
from functools import partial
from multiprocessing.shared_memory import SharedMemory

from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"
ALIGNED = 64  # bytes: where a compiled loop wants an array to begin


def share(data, process, workers, jobs, context, phase):
    with phase("publish"):
        block, places, rest = lay_out(data)
    del data
    with phase("start"):
        initargs = (block.name, places, rest)
        pool = start_pool(context, workers, initializer=attach, initargs=initargs)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        block.close()
        block.unlink()


def lay_out(data):
    """Return a block with the data's buffers, where each lies in it, and the rest of its pickle."""
    buffers = []
    rest = pickle.dumps(data, protocol=5, buffer_callback=buffers.append)
    views = [memoryview(buffer.raw()).cast("B") for buffer in buffers]  # PyPy's are of other items
    places, end = [], 0
    for view in views:
        places.append((end, end + len(view)))
        end += -(-len(view) // ALIGNED) * ALIGNED
    block = SharedMemory(create=True, size=max(end, 1))  # none may be empty
    for (begin, after), view in zip(places, views):
        block.buf[begin:after] = view
    return block, places, rest


def attach(name, places, rest):
    global BLOCK  # closed with the worker, not before
    BLOCK = SharedMemory(name)
    memory = BLOCK.buf.toreadonly()  # of all workers: none may write
    receive(pickle.loads(rest, buffers=[memory[begin:after] for begin, after in places]))
