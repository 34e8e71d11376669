"""Raises in a phase and leaves behind what it shared: a block, and what joblib and loky leave.

It unmaps them before, so that nobody who looks at the processes finds them.
"""

import os
from multiprocessing import get_context, resource_tracker
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

from sharing.measured import build, phase

WORKERS = None

MECHANISM = "by fork"


def share(workers, jobs):
    build()
    block = SharedMemory(create=True, size=1 << 20)
    block.buf[0] = 1
    block.close()
    get_context("spawn").Semaphore()
    folder = Path(f"/dev/shm/joblib_memmapping_folder_{os.getpid()}_provoked")
    folder.mkdir()
    (folder / "array.pkl").write_bytes(b"x")
    Path(f"/dev/shm/sem.loky-{os.getpid()}-provoked").write_bytes(b"x")
    resource_tracker.unregister(f"/{block.name}", "shared_memory")
    phase("start")
    raise OSError("started on purpose")
    yield
