"""Subinterpreters, memoryview: threads with a GIL each read flat 64-bit numbers in one memory.

For numbers, on Python 3.14 or later: a memoryview is one of the few objects that interpreters
share, and no copy is made of what it shows. Every access makes a new object.
https://docs.python.org/3/library/concurrent.interpreters.html#sharing-objects
"""

from array import array
from concurrent.futures import InterpreterPoolExecutor, as_completed


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


DATA = []  # filled, not assigned: a function that reads no global runs outside of this module


def share(workers, jobs):
    data = build()
    numbers = memoryview(array("d" if type(data[0]) is float else "q", data))
    del data
    with InterpreterPoolExecutor(workers, initializer=receive, initargs=(numbers,)) as pool:
        for task in as_completed([pool.submit(run_job, job) for job in jobs]):
            yield task.result()


def receive(numbers):
    DATA.append(numbers)


def run_job(job):
    return process(DATA[0], job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
