"""From disk, cold: as from_disk, but the kernel forgets the file before every job reads it.

For seeing what jobs cost whose files no longer lie in memory; any start method, on Linux.
"""

import multiprocessing
import os
import pickle
import tempfile
from functools import partial

from sharing.measured import build, phase, process

MECHANISM = "from disk"
NEEDS = ("os.posix_fadvise",)


def share(workers, jobs, start_method="fork"):
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        pickle.dump(build(), file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        os.fsync(file.fileno())  # pages that are not written yet cannot be forgotten
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        with multiprocessing.get_context(start_method).Pool(workers) as pool:
            yield from pool.imap_unordered(partial(run_job, file.name), jobs, chunk)


def run_job(path, job):
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return process(pickle.load(file), job)
