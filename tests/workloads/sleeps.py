"""Jobs that take a while, so that something can happen during a run."""

import time


def build(size):
    return list(range(size))


def process(data, job):
    print(f"job {job}", flush=True)
    time.sleep(0.3)
    return len(data)


def expected(size, job):
    return size
