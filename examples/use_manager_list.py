"""Manager list: a server process holds the data; every access is a message to it and back.

For a list that workers change and seldom read; with any start method.
"""

import multiprocessing


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):
    context = multiprocessing.get_context(start_method)
    data = build()
    with context.Manager() as manager:
        shared = manager.list(data)
        del data
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        with context.Pool(workers, receive, (shared,)) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)


def receive(shared):
    global DATA
    DATA = shared


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
