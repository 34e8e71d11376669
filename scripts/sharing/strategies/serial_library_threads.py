"""No workers, numerical libraries with as many threads as they choose: the program as it is.

For seeing what workers would have to beat. Everywhere else these libraries have one thread each
(``OMP_NUM_THREADS=1``), since workers that all start threads for every CPU slow each other down.
"""

from sharing.measured import build, process

MECHANISM = "no workers or no data"
WORKERS = None
LIBRARY_THREADS = "own"


def share(workers, jobs):
    data = build()
    for job in jobs:
        yield process(data, job)
