"""Argument, chunked: bound by `partial` and mapped, the data is pickled once a chunk of jobs.

For small data, with any start method. What most programs type: without a chunksize `Pool.map` cuts
the jobs into four chunks a worker, and each takes a copy of all that is bound to the function.
https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.map
"""

import multiprocessing
from functools import partial

from sharing.measured import build, phase, process

MECHANISM = "with every job"


def share(workers, jobs, start_method="fork"):
    data = build()
    phase("start")
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.map(partial(process, data), jobs)
