"""Preloaded and immortal: the module that the forkserver imports makes its objects immortal, too.

For CPython 3.12 or later, by an unsupported use of its internals; copy immortal.py beside the
program.
"""

import gc
import multiprocessing
import os
import sys
from importlib import import_module
from pathlib import Path

from immortal import make_immortal  # a file beside this one, or installed: pip install ./immortal


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


MODULE = Path(__file__).stem

if __name__ == MODULE:  # imported by this name: by the forkserver, for all whom it forks
    DATA = build()
    make_immortal(DATA)  # and all that can be reached from it
    gc.freeze()


def share(workers, jobs, start_method="forkserver"):
    make_immortal([])  # refuses where it cannot work: in the forkserver nobody would read it
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # before 3.14 it has no other path
    context = multiprocessing.get_context(start_method)
    context.set_forkserver_preload([MODULE])
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with context.Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(import_module(MODULE).DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
