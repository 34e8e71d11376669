"""One run at a time, whatever flags are given, across clones, for each user of the machine."""

import errno
import fcntl
import os
import stat
import sys
import tempfile
import time
from pathlib import Path

from supervisor.types import GiveUp

# How often a waiting supervisor tries; a sleep in the kernel would outlast Ctrl-C.
TRY_AGAIN_S = 0.1
WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)  # of some network file systems


class LockError(Exception):
    """The lock cannot be had; the message says why and what to do."""


def take_lock(interrupted: GiveUp) -> int:
    """Wait until no other run is measured; return the descriptor that holds the lock.

    The kernel gives the lock back when the last process that has the descriptor is gone.
    Returns without the lock, as soon as `interrupted()` says to give up, and with a warning on a
    file system that has none. Raises `LockError`.
    """
    path = Path(tempfile.gettempdir()) / f"share-or-copy-{os.getuid()}.lock"
    descriptor = opened(path)
    said = False
    while not interrupted():
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if not said:
                print("waiting: another run is being measured on this machine", file=sys.stderr)
                said = True
            time.sleep(TRY_AGAIN_S)
        except OSError as error:
            if error.errno not in WITHOUT_LOCKS:
                raise
            print(
                f"warning: {path.parent} has no locks ({error.strerror}): measure no second study "
                "on this machine meanwhile",
                file=sys.stderr,
            )
            break
    return descriptor


def opened(path: Path) -> int:
    """Return the descriptor of the lock's file, made if need be; raises `LockError`.

    All users may write to the temporary folder: what lies there under the lock's name may be a link
    to a file of this user's, a pipe, or somebody else's.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        trouble = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise LockError(unusable(path, trouble)) from None
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid():
        return descriptor
    os.close(descriptor)
    raise LockError(unusable(path, "it is no file of yours"))


def unusable(path: Path, trouble: str | None) -> str:
    """Return why the lock cannot be had, and what to do."""
    return (
        f"{path}, which keeps two runs apart, cannot be opened ({trouble}): remove it, or name "
        "another folder by TMPDIR"
    )
