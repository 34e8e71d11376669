"""Immortal objects: their reference counts are never written again, so forked workers share them.

For any data on CPython 3.12 or later, by an unsupported use of its internals; copy immortal.py
beside the program.
"""

import gc
import multiprocessing

from immortal import make_immortal  # a file beside this one, or installed: pip install ./immortal


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    global DATA
    DATA = build()
    make_immortal(DATA)  # and all that can be reached from it, until the program ends
    gc.freeze()
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
