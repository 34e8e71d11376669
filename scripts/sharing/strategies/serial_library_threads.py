"""No workers, numerical libraries with as many threads as they choose: the program as it is.

Everywhere else they have one thread each (``OMP_NUM_THREADS=1`` and its like), since workers that
all start threads for every CPU get in each other's way.
"""

MECHANISM = "no workers or no data"
WORKERS = None
LIBRARY_THREADS = "own"


def share(data, process, workers, jobs, context, phase):
    with phase("map"):
        for job in jobs:
            yield process(data, job)
    with phase("stop"):
        pass  # nobody; but the memory is looked at now, while the data is there
