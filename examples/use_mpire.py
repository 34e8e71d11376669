"""MPIRE: the pool's shared objects, inherited by forked workers, are the jobs' first argument.

For any data, without a global; with another start method each worker gets a pickled copy.
https://sybrenjansen.github.io/mpire/master/usage/workerpool/shared_objects.html
"""

from mpire import WorkerPool


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    data = build()
    with WorkerPool(workers, shared_objects=data, start_method=start_method) as pool:
        yield from pool.imap_unordered(process, jobs)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
