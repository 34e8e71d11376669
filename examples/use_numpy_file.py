"""Mapped NumPy file: an array saved as .npy, which every worker maps read-only.

For NumPy arrays that are in a file anyway, or do not fit in memory; with any start method.
https://numpy.org/doc/stable/reference/generated/numpy.load.html
"""

import multiprocessing
import tempfile

import numpy


def build():
    return numpy.arange(1, 1001)  # your data


def process(data, job):
    return job, int((data % job == 0).sum())  # your work on it


def share(workers, jobs, start_method="fork"):
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        numpy.save(file, build())
        file.flush()
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, (file.name,)) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)


def attach(path):
    global DATA
    DATA = numpy.load(path, mmap_mode="r")


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
