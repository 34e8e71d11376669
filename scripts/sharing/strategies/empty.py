"""Workers with nothing to do and no data: what a pool and its queues cost by themselves."""

import multiprocessing

from sharing.measured import nothing, phase

MECHANISM = "no workers or no data"
BUILDS = False


def share(workers, jobs, start_method="fork"):
    phase("start")
    chunk = max(1, len(jobs) // (32 * workers))
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(nothing, jobs, chunk)
