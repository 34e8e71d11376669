"""joblib: the data is an argument of every task; worker processes of its own (loky).

Arrays of a mebibyte and more are written to a file that all workers map. Any other data is pickled
again for every batch of tasks.
https://joblib.readthedocs.io/en/stable/parallel.html#working-with-numerical-data-in-shared-memory-memmapping
"""

from sharing.strategies import library
from sharing.workers import answer, crash_if, wait_for_workers

MECHANISM = "with every job"
BETTER = "joblib_batched"
WORKERS = "own processes"
LIBRARIES = ("joblib",)
FEWEST_WORKERS = 2  # with n_jobs=1 it does the jobs where it is called


def share(data, process, workers, jobs, context, phase):
    joblib, loky = library("joblib"), library("joblib.externals.loky")
    with phase("start"):
        parallel = joblib.Parallel(n_jobs=workers, return_as="generator_unordered")
        greeting = [joblib.delayed(answer)()] * workers
        wait_for_workers(lambda: parallel(greeting), workers)
    with phase("map"), crash_if(loky.BrokenProcessPool):
        yield from parallel(joblib.delayed(process)(data, job) for job in jobs)
    with phase("stop"):
        loky.get_reusable_executor().shutdown()
