"""Eats memory, at most 1 GiB a second and 2 GiB in all; holds it, and a block of shared memory."""

import time
from multiprocessing.shared_memory import SharedMemory

from sharing.measured import build

MIB = 2**20
WORKERS = None

MECHANISM = "by fork"


def share(workers, jobs):
    build()
    block = SharedMemory(create=True, size=MIB)
    block.buf[0] = 1
    eaten = []
    while len(eaten) < 100:
        eaten.append(b"x" * (20 * MIB))
        time.sleep(0.02)
    time.sleep(60)
    yield
