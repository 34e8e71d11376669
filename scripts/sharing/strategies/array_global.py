"""Array: flat 64-bit numbers in one `array`, inherited by fork.

For numbers: no worker copies them, but every access makes a new object.
"""

import multiprocessing
from array import array

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "numbers"


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    global DATA
    data = build()
    DATA = array("d" if type(data[0]) is float else "q", data)
    del data
    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(DATA, job)
