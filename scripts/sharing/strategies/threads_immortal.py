"""Threads and immortal objects: without a GIL, threads do not fight over reference counts.

For CPython 3.13 or later without a GIL, by an unsupported use of its internals; copy immortal.py
beside the program.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from immortal import make_immortal

from sharing.measured import build, phase, process

MECHANISM = "threads"
WORKERS = "threads"
SINCE = (3, 12)


def share(workers, jobs):
    data = build()
    make_immortal(data)  # before threads are started, and until the program ends
    phase("start")
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(partial(process, data), jobs)
