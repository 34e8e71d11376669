"""Cached loader: every worker loads the data from a file at its first job, and keeps it.

For data that lies on a disk anyway, with any start method; each worker has a copy of its own.
"""

import multiprocessing
import pickle
import tempfile
from functools import lru_cache, partial


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        pickle.dump(build(), file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        with multiprocessing.get_context(start_method).Pool(workers) as pool:
            yield from pool.imap_unordered(partial(run_job, file.name), jobs, chunk)


@lru_cache
def load(path):
    with open(path, "rb") as file:
        return pickle.load(file)


def run_job(path, job):
    return process(load(path), job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
