"""No workers: the jobs run one after another where the data is.

For short work: starting and feeding workers may take longer than the jobs.
"""

from sharing.measured import build, process

MECHANISM = "no workers or no data"
WORKERS = None


def share(workers, jobs):
    data = build()
    for job in jobs:
        yield process(data, job)
