"""Preloaded by the forkserver: it imports the module that builds the data, its workers inherit it.

For programs with threads, which must not fork, and for Python 3.14 on, where this is the default.
https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_forkserver_preload
"""

import multiprocessing
import os
import sys
from importlib import import_module
from pathlib import Path

from sharing.measured import build, phase, process

MECHANISM = "by fork"
START_METHODS = ("forkserver",)
BUILDS = "elsewhere"

MODULE = Path(__file__).stem

if __name__ == MODULE:  # imported by this name: by the forkserver, for all whom it forks
    DATA = build()


def share(workers, jobs, start_method="forkserver"):
    phase("start")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # before 3.14 it has no other path
    context = multiprocessing.get_context(start_method)
    context.set_forkserver_preload([MODULE])
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with context.Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(import_module(MODULE).DATA, job)
