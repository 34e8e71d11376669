"""joblib, batched: as joblib, but with batches as large as they can be: one for every worker.

For anything but NumPy arrays, which joblib shares without that, and for jobs of equal length. A
batch is pickled in one piece, with the data that its tasks have in common once. Left to itself
joblib makes batches larger only while one takes less than 0.2 s, sending the data included. Both
values are our own choice; with all batches sent at the start none waits for its worker to be asked.
https://joblib.readthedocs.io/en/stable/generated/joblib.Parallel.html
https://github.com/joblib/joblib/issues/373
"""

from math import ceil

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs):
    data = build()
    parallel = Parallel(
        n_jobs=workers,
        batch_size=ceil(len(jobs) / workers),
        pre_dispatch="all",
        return_as="generator_unordered",
    )
    yield from parallel(delayed(process)(data, job) for job in jobs)
    get_reusable_executor().shutdown()  # it keeps its workers for the next call


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
