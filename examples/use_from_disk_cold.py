"""From disk, cold: as from_disk, but the kernel forgets the file before every job reads it.

For seeing what jobs cost whose files no longer lie in memory; any start method, on Linux.
"""

import multiprocessing
import os
import pickle
import tempfile
from functools import partial


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        pickle.dump(build(), file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        os.fsync(file.fileno())  # pages that are not written yet cannot be forgotten
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        with multiprocessing.get_context(start_method).Pool(workers) as pool:
            yield from pool.imap_unordered(partial(run_job, file.name), jobs, chunk)


def run_job(path, job):
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return process(pickle.load(file), job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
