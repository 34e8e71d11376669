"""Never ends, and its workers neither: they ignore SIGTERM, one has a session of its own.

Holds a Manager's process and a named segment of shared memory, whose name it prints.
"""

import multiprocessing
import os
import signal
import time
from multiprocessing.shared_memory import SharedMemory

from sharing.measured import build, phase

MECHANISM = "by fork"


def share(workers, jobs, start_method):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    context = multiprocessing.get_context(start_method)
    manager = context.Manager()
    shared = manager.list(build())
    segment = SharedMemory(create=True, size=1 << 16)
    phase("start")
    for own_session in (False, True):
        context.Process(target=hang, args=(own_session,), daemon=True).start()
    for _ in jobs:
        time.sleep(0.2)  # a moment for the workers to get ready
        print(f"hanging with {segment.name} and {len(shared)} items", flush=True)
        hang(False)
    yield


def hang(own_session):
    if own_session:
        os.setsid()
    while True:
        time.sleep(60)
