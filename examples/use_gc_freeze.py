"""gc.freeze(): the garbage collector leaves the objects alone that forked workers inherit.

For data of many containers on CPython. It saves the collector's own writes, a word in every
container; reading still copies the data, since it writes reference counts.
https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc
import multiprocessing


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):  # only forked workers inherit
    global DATA
    gc.disable()  # what it frees leaves holes, in which workers would write
    DATA = build()
    gc.freeze()
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    context = multiprocessing.get_context(start_method)
    with context.Pool(workers, initializer=gc.enable) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
