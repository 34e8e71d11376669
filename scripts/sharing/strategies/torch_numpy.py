"""DataLoader for NumPy: an array's memory as a tensor, which the loader's workers share.

For PyTorch and a NumPy array, with any start method. What is not inherited is passed in shared
memory if it is a tensor, but pickled for every worker if it is an array. Forked workers share an
array as well: `torch_dataloader` will do there.
https://github.com/facebookresearch/detectron2/pull/4721
"""

import numpy
import torch
from torch.utils.data import DataLoader, Dataset

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "a NumPy array"
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

    def __init__(self, data):
        self.shape, self.dtype = data.shape, data.dtype
        memory = numpy.ascontiguousarray(data).reshape(-1).view(numpy.uint8)
        self.memory = torch.from_numpy(memory)  # bytes: a tensor has no records and no text

    def __getitem__(self, job):
        data = self.memory.numpy().view(self.dtype).reshape(self.shape)
        return process(data, job)


def unchanged(batch):
    return batch  # left to itself, the loader makes tensors of arrays and lists of tuples
