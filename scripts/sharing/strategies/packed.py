"""Packed: every item pickled into one flat buffer, unpickled when it is accessed.

For a list of any objects: no worker copies it, but every access makes a new object. A buffer has
one reference count, however many items are in it. PyTorch's users are advised to do this with a
large list that DataLoader workers read.
https://ppwwyyxx.com/blog/2022/Demystify-RAM-Usage-in-Multiprocess-DataLoader/
"""

import multiprocessing
import pickle
from array import array
from collections.abc import Sequence

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "a list"


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    global DATA
    DATA = Packed(build())
    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


class Packed(Sequence):
    """A read-only list whose items lie pickled in one buffer."""

    def __init__(self, items):
        buffer, self.ends = bytearray(), array("q", [0])
        for item in items:
            buffer += pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
            self.ends.append(len(buffer))
        self.buffer = bytes(buffer)

    def __len__(self):
        return len(self.ends) - 1

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        index = range(len(self))[index]  # counts from the end, or raises IndexError
        return pickle.loads(memoryview(self.buffer)[self.ends[index] : self.ends[index + 1]])


def run_job(job):
    return process(DATA, job)
