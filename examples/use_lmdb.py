"""LMDB: a dict in a file that every worker maps, to look up in it what a job asks for.

For data that is looked up by key and larger than the memory, with any start method.
https://lmdb.readthedocs.io/
"""

import multiprocessing
import pickle
import tempfile
from collections.abc import Mapping

import lmdb


def build():
    return {f"number {number}": number for number in range(1, 1001)}  # your data


def process(data, job):
    keys = [f"number {number}" for number in range(job, 1001, job)]
    return job, sum(data[key] % job == 0 for key in keys)  # your work on it


def share(workers, jobs, start_method="fork"):
    with tempfile.TemporaryDirectory() as folder:
        with lmdb.open(folder, map_size=2**36) as store, store.begin(write=True) as transaction:
            for key, value in build().items():
                transaction.put(key.encode(), pickle.dumps(value))
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, (folder,)) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)


class Store(Mapping):
    """A dict from str that lies in a file: asked key by key."""

    def __init__(self, folder):
        self.begun = lmdb.open(folder, readonly=True, lock=False).begin(buffers=True)

    def __getitem__(self, key):
        value = self.begun.get(key.encode())
        if value is None:
            raise KeyError(key)
        return pickle.loads(value)

    def __len__(self):
        return self.begun.stat()["entries"]

    def __iter__(self):
        return (bytes(key).decode() for key in self.begun.cursor().iternext(values=False))


def attach(folder):
    global DATA
    DATA = Store(folder)


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
