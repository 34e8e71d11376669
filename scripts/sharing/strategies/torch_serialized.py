"""DataLoader, serialised: every item pickled into one tensor, which the loader's workers share.

For PyTorch and a large list of any objects, with any start method. No worker copies the tensor: it
has one reference count, and is passed in shared memory where it is not inherited. But every access
makes a new object. detectron2 keeps its lists so, and PyTorch's users are advised to.
https://github.com/facebookresearch/detectron2/blob/main/detectron2/data/common.py
https://github.com/pytorch/pytorch/issues/13246
"""

import pickle
from array import array
from collections.abc import Sequence

import numpy
import torch
from torch.utils.data import DataLoader, Dataset

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "a list"
LIBRARIES = ("numpy", "torch")


def share(workers, jobs, start_method="fork"):
    dataset = Batches(build())
    phase("start")
    yield from DataLoader(
        dataset,
        batch_size=None,
        sampler=jobs,
        num_workers=workers,
        collate_fn=unchanged,
        multiprocessing_context=start_method,
    )


class Batches(Dataset):
    """Its item number `job` is what `process` makes of that job."""

    def __init__(self, items):
        buffer, ends = bytearray(), array("q", [0])
        for item in items:
            buffer += pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
            ends.append(len(buffer))
        self.pickles = torch.from_numpy(numpy.frombuffer(buffer, numpy.uint8))
        self.ends = torch.from_numpy(numpy.frombuffer(ends, numpy.int64))

    def __getitem__(self, job):
        return process(Serialised(self.pickles.numpy(), self.ends.numpy()), job)


class Serialised(Sequence):
    """A read-only list of what lies pickled in the tensor: a view of it, made for each batch."""

    def __init__(self, pickles, ends):
        self.pickles, self.ends = memoryview(pickles), memoryview(ends)  # a tensor is slower to cut

    def __len__(self):
        return len(self.ends) - 1

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        index = range(len(self))[index]  # counts from the end, or raises IndexError
        return pickle.loads(self.pickles[self.ends[index] : self.ends[index + 1]])


def unchanged(batch):
    return batch  # left to itself, the loader makes tensors of arrays and lists of tuples
