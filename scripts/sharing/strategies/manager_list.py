"""Manager list: a server process holds the data; every access is a message to it and back.

For a list that workers change and seldom read; with any start method.
"""

import multiprocessing

from sharing.measured import build, phase, process

MECHANISM = "server or store"
CARRIES = "a list or array"


def share(workers, jobs, start_method="fork"):
    context = multiprocessing.get_context(start_method)
    data = build()
    with context.Manager() as manager:
        shared = manager.list(data)
        del data
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        with context.Pool(workers, receive, (shared,)) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)


def receive(shared):
    global DATA
    DATA = shared


def run_job(job):
    return process(DATA, job)
