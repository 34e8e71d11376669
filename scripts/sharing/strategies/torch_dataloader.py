"""DataLoader: the data in a PyTorch dataset, which the loader's worker processes inherit.

For PyTorch and data of which a copy for each worker is small. A forked worker copies the objects
that it reads, though no NumPy array; with another start method it gets a pickled copy of all. An
item of the dataset is a whole batch here, so the loader makes none of its own.
https://docs.pytorch.org/docs/stable/data.html#disable-automatic-batching
https://github.com/pytorch/pytorch/issues/13246
"""

from torch.utils.data import DataLoader, Dataset

from sharing.measured import build, phase, process

MECHANISM = "by fork"
LIBRARIES = ("torch",)


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
        self.data = data

    def __getitem__(self, job):
        return process(self.data, job)


def unchanged(batch):
    return batch  # left to itself, the loader makes tensors of arrays and lists of tuples
