"""joblib, initializer: each worker process is given the data once, when it starts.

For anything but NumPy arrays, which joblib shares without that. Functions of the main module are
sent with globals of their own, so what the initializer keeps has to be in another module.
https://github.com/joblib/joblib/pull/1525
https://github.com/joblib/loky/issues/359
"""

import joblib
from joblib.externals.loky import get_reusable_executor


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs):
    data = build()
    parallel = joblib.Parallel(
        n_jobs=workers,
        initializer=receive,
        initargs=(data,),
        return_as="generator_unordered",
    )
    yield from parallel(joblib.delayed(run_job)(job) for job in jobs)
    get_reusable_executor().shutdown()  # it keeps its workers for the next call


def receive(data):
    joblib.data = data  # a module that the workers import, too


def run_job(job):
    return process(joblib.data, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
