"""Argument: the data is a parameter of every job, so it is pickled and sent for every job.

For small data, with any start method.
"""

import multiprocessing


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):
    data = build()
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, ((data, job) for job in jobs))


def run_job(task):
    return process(*task)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
