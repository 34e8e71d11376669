"""Array: flat 64-bit numbers in shared memory, a lock taken for every access.

For a few numbers that workers change; to read many, take RawArray.
"""

import multiprocessing


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):
    context = multiprocessing.get_context(start_method)
    data = build()
    numbers = context.Array("d" if type(data[0]) is float else "q", data)
    del data
    chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
    with context.Pool(workers, receive, (numbers,)) as pool:
        yield from pool.imap_unordered(run_job, jobs, chunk)


def receive(numbers):
    global DATA
    DATA = numbers


def run_job(job):
    return process(DATA, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
