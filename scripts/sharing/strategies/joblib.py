"""joblib: the data is an argument of every task; worker processes of its own (loky).

For NumPy arrays: those of a mebibyte and more are written to a file that all workers map. Any other
data is pickled again for every batch of tasks.
https://joblib.readthedocs.io/en/stable/parallel.html#working-with-numerical-data-in-shared-memory-memmapping
"""

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor

from sharing.measured import build, process

MECHANISM = "with every job"
BETTER = "joblib_initializer"
WORKERS = "own processes"
LIBRARIES = ("joblib",)
FEWEST_WORKERS = 2  # with n_jobs=1 it does the jobs where it is called


def share(workers, jobs):
    data = build()
    parallel = Parallel(n_jobs=workers, return_as="generator_unordered")
    yield from parallel(delayed(process)(data, job) for job in jobs)
    get_reusable_executor().shutdown()  # it keeps its workers for the next call
