"""Leaves the run's session and tree: a process forked twice, before jobs that do not end."""

import os
import sys
import time

HELD_MIB = 64


def build(size):
    ready, up = os.pipe()
    if not os.fork():
        os.setsid()
        if not os.fork():
            held = b"x" * (HELD_MIB << 20)
            print("daemon", os.getpid(), len(held) >> 20, file=sys.stderr, flush=True)
            os.write(up, b".")
            time.sleep(600)
        os._exit(0)
    os.wait()
    os.read(ready, 1)
    return [size]


def process(data, job):
    if data[0]:
        print("in a job", flush=True)
        time.sleep(600)
    return job
