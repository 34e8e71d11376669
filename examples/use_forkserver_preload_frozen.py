"""Preloaded and frozen: the module that the forkserver imports hides its objects from collections.

For data of many containers on CPython. A full collection in a worker writes to every container that
it inherited, and so copies what preloading shared; not to what is frozen. Reading still copies.
https://github.com/livekit/agents/issues/7117
"""

import multiprocessing
import os
import sys
from gc import collect, freeze  # fails here where there is none, not in the forkserver
from importlib import import_module
from pathlib import Path


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


MODULE = Path(__file__).stem

if __name__ == MODULE:  # imported by this name: by the forkserver, for all whom it forks
    DATA = build()
    collect()  # what is garbage now would be kept
    freeze()


def share(workers, jobs, start_method="forkserver"):
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
