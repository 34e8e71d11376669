"""Cached loader: every worker loads the data from a file at its first job, and keeps it.

For data that lies on a disk anyway, with any start method; each worker has a copy of its own.
"""

import multiprocessing
import pickle
import tempfile
from functools import lru_cache, partial

from sharing.measured import build, phase, process

MECHANISM = "from disk"


def share(workers, jobs, start_method="fork"):
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        pickle.dump(build(), file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        with multiprocessing.get_context(start_method).Pool(workers) as pool:
            yield from pool.imap_unordered(partial(run_job, file.name), jobs, chunk)


@lru_cache
def load(path):
    with open(path, "rb") as file:
        return pickle.load(file)


def run_job(path, job):
    return process(load(path), job)
