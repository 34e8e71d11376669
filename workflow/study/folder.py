"""One Snakemake at a time in a folder."""

import fcntl
import os
from pathlib import Path


class Busy(Exception):
    """Another Snakemake has the folder; the message says what to do."""


def hold_folder(folder):
    """Take the folder's lock for as long as this process lives; raises `Busy`.

    The kernel gives it back when the process is gone, however it ends: nothing has to be unlocked.
    """
    path = Path(folder) / ".snakemake" / "study.lock"
    path.parent.mkdir(exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)  # never closed
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Busy(
            "another Snakemake is already running this study's folder; wait for it or end it"
        ) from None
