"""Packed: every item serialised into one flat buffer with offsets, unpacked when it is accessed.

What PyTorch's users are told to do with a large list that DataLoader workers read: a buffer has
one reference count, however many items are in it.
https://ppwwyyxx.com/blog/2022/Demystify-RAM-Usage-in-Multiprocess-DataLoader/
"""

import pickle
from array import array
from collections.abc import Sequence
from functools import partial

from sharing.strategies import Unsupported
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"


def share(data, process, workers, jobs, context, phase):
    if not isinstance(data, (list, tuple)):
        raise Unsupported(f"packs the items of a list: the data is a {type(data).__name__}")
    with phase("publish"):
        packed = Packed(data)
    del data
    with phase("start"):
        pool = start_pool(context, workers, initializer=receive, initargs=(packed,))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)


class Packed(Sequence):
    """A read-only list whose items lie pickled in one buffer."""

    def __init__(self, items):
        buffer, ends = bytearray(), array("q", [0])
        for item in items:
            buffer += pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
            ends.append(len(buffer))
        self._buffer, self._ends = bytes(buffer), ends

    def __len__(self):
        return len(self._ends) - 1

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError("index out of range")
        return pickle.loads(memoryview(self._buffer)[self._ends[index] : self._ends[index + 1]])
