"""RawArray: flat 64-bit numbers in shared memory, without a lock; every access makes a new object.

For numbers that nobody changes meanwhile, with any start method.
"""

import multiprocessing

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "numbers"


def share(workers, jobs, start_method="fork"):
    context = multiprocessing.get_context(start_method)
    data = build()
    numbers = context.RawArray("d" if type(data[0]) is float else "q", data)
    del data
    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with context.Pool(workers, receive, (numbers,)) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def receive(numbers):
    global DATA
    DATA = numbers


def run_job(job):
    return process(DATA, job)
