"""Module global built by the import: forked workers inherit it.

For data that every import of the module may wait for; workers that are spawned build it again.
"""

import multiprocessing


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


DATA = build()


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
