"""From disk, cold: as from_disk, but the kernel forgets the file before every job reads it."""

import os
import pickle
import tempfile
from functools import partial

from sharing.strategies import Unsupported
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "from disk"


def share(data, process, workers, jobs, context, phase):
    if not hasattr(os, "posix_fadvise"):
        raise Unsupported("no os.posix_fadvise: the system keeps files in memory")
    with phase("publish"):
        with tempfile.NamedTemporaryFile(suffix=".pickle", delete=False) as file:
            pickle.dump(data, file, protocol=pickle.HIGHEST_PROTOCOL)
            file.flush()
            os.fsync(file.fileno())  # pages that are not written yet cannot be forgotten
    del data
    with phase("start"):
        pool = start_pool(context, workers)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process, file.name), jobs))
    with phase("stop"):
        stop_pool(pool)
        os.remove(file.name)


def run_job(process, path, job):
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        data = pickle.load(file)
    return process(data, job)
