"""A job that never ends."""

import time


def build(size):
    return list(range(size))


def process(data, job):
    print("in a job", flush=True)
    while True:
        time.sleep(60)
