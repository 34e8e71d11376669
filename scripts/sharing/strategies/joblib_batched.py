"""joblib, batched: as joblib, but with batches as large as they can be: one for every worker.

A batch is pickled in one piece, the data that its tasks have in common once. Left to itself joblib
makes batches larger only while they take less than 0.2 s, which the sending of the data counts to.
https://joblib.readthedocs.io/en/stable/generated/joblib.Parallel.html
"""

from math import ceil

from sharing.strategies import library
from sharing.workers import answer, crash_if, wait_for_workers

MECHANISM = "with every job"
WORKERS = "own processes"
LIBRARIES = ("joblib",)
FEWEST_WORKERS = 2  # with n_jobs=1 it does the jobs where it is called


def share(data, process, workers, jobs, context, phase):
    joblib, loky = library("joblib"), library("joblib.externals.loky")
    with phase("start"):
        greet = joblib.Parallel(n_jobs=workers, return_as="generator_unordered")
        greeting = [joblib.delayed(answer)()] * workers
        wait_for_workers(lambda: greet(greeting), workers)
    with phase("map"), crash_if(loky.BrokenProcessPool):
        parallel = joblib.Parallel(
            n_jobs=workers,
            batch_size=ceil(len(jobs) / workers),
            pre_dispatch="all",
            return_as="generator_unordered",
        )
        yield from parallel(joblib.delayed(process)(data, job) for job in jobs)
    with phase("stop"):
        loky.get_reusable_executor().shutdown()
