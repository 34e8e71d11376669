"""Out of band: pickled once, the memory of its arrays aside in a block that all workers read.

For NumPy arrays, frames and Arrow data, whatever they are part of, with any start method. Pickle
protocol 5 gives their buffers separately; the small rest is sent to every worker. What has no
buffers, a list say, is copied as a whole.
https://peps.python.org/pep-0574/
"""

import multiprocessing
import pickle
import sys
from itertools import accumulate
from multiprocessing.shared_memory import SharedMemory

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"

# Else whoever opens a block may remove it, too, when it ends.
UNTRACKED = {"track": False} if sys.version_info >= (3, 13) else {}


def share(workers, jobs, start_method="fork"):
    buffers = []
    rest = pickle.dumps(build(), protocol=5, buffer_callback=buffers.append)
    views = [memoryview(buffer.raw()).cast("B") for buffer in buffers]
    begins = [0, *accumulate(-(-len(view) // 64) * 64 for view in views)]  # aligned to 64 bytes
    places = [(begin, begin + len(view)) for begin, view in zip(begins, views)]
    block = SharedMemory(create=True, size=max(begins[-1], 1))  # none may be empty
    try:
        for (begin, end), view in zip(places, views):
            block.buf[begin:end] = view
        buffers.clear()
        del views
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, (block.name, places, rest)) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)
    finally:
        block.close()
        block.unlink()


def attach(name, places, rest):
    global DATA, BLOCK
    block = SharedMemory(name, **UNTRACKED)
    memory = block.buf.toreadonly()  # all workers read it: none may write
    DATA = pickle.loads(rest, buffers=[memory[begin:end] for begin, end in places])
    BLOCK = block  # keeps it open; named last, so that it is closed after DATA


def run_job(job):
    return process(DATA, job)
