"""Mapped NumPy file: an array saved as .npy, which every worker maps read-only.

For NumPy arrays that are in a file anyway, or do not fit in memory; with any start method.
https://numpy.org/doc/stable/reference/generated/numpy.load.html
"""

import multiprocessing
import tempfile

import numpy

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "a NumPy array"
LIBRARIES = ("numpy",)


def share(workers, jobs, start_method="fork"):
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        numpy.save(file, build())
        file.flush()
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, (file.name,)) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)


def attach(path):
    global DATA
    DATA = numpy.load(path, mmap_mode="r")


def run_job(job):
    return process(DATA, job)
