"""Never ends, and its workers neither: they ignore SIGTERM, one has a session of its own.

Holds a Manager's process and a named segment of shared memory, whose name it prints.
"""

import os
import signal
import time
from multiprocessing.shared_memory import SharedMemory

MECHANISM = "by fork"


def share(data, process, workers, jobs, context, phase):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with phase("publish"):
        manager = context.Manager()
        shared = manager.list(data)
        segment = SharedMemory(create=True, size=1 << 16)
    with phase("start"):
        for own_session in (False, True):
            context.Process(target=hang, args=(own_session,), daemon=True).start()
    with phase("map"):
        time.sleep(0.2)  # a moment for the workers to get ready
        print(f"hanging with {segment.name} and {len(shared)} items", flush=True)
        hang(False)
    yield


def hang(own_session):
    if own_session:
        os.setsid()
    while True:
        time.sleep(60)
