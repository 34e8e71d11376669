"""MPIRE: the pool's shared objects, inherited by forked workers, are the jobs' first argument.

For any data, without a global; with another start method each worker gets a pickled copy.
https://sybrenjansen.github.io/mpire/master/usage/workerpool/shared_objects.html
"""

from mpire import WorkerPool

from sharing.measured import build, phase, process

MECHANISM = "by fork"
LIBRARIES = ("mpire",)


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    data = build()
    phase("start")
    with WorkerPool(workers, shared_objects=data, start_method=start_method) as pool:
        yield from pool.imap_unordered(process, jobs)
