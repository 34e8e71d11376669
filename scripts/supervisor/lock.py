"""One run at a time, whatever flags are given, across clones, for each user of the machine."""

import fcntl
import os
import sys
import tempfile
from pathlib import Path


def take_lock():
    """Wait until no other run is measured; return the descriptor that holds the lock.

    The kernel gives the lock back when the last process that has the descriptor is gone.
    """
    path = Path(tempfile.gettempdir()) / f"share-or-copy-{os.getuid()}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("waiting: another run is being measured on this machine", file=sys.stderr)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor
