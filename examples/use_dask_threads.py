"""Dask, threads: its scheduler for one machine, whose threads all read the data where it is.

For work that releases the GIL, as that of NumPy and pandas does, in a program that uses Dask.
Without ``traverse=False`` it would look into every item of a list for tasks.
https://docs.dask.org/en/stable/scheduling.html#local-threads
https://docs.dask.org/en/stable/delayed-best-practices.html
"""

import dask


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs):
    data = dask.delayed(build(), traverse=False)
    tasks = [dask.delayed(process)(data, job) for job in jobs]
    yield from dask.compute(*tasks, scheduler="threads", num_workers=workers)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
