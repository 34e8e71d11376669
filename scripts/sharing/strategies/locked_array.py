"""Array: flat 64-bit ints in shared memory, a lock taken for every access."""

from functools import partial

from sharing.strategies import Unsupported
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool


def share(data, process, workers, jobs, context, phase):
    with phase("publish"):
        try:
            shared = context.Array("q", data)
        except TypeError as error:
            raise Unsupported(f"an Array holds only ints: {error}") from None
    with phase("start"):
        pool = start_pool(context, workers, initializer=receive, initargs=(shared,))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
