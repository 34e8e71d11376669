"""Failures that name the machine: what is missing there, and what its user can do.

They say nothing about a strategy: elsewhere, or with more room, the same run would have ended
otherwise. The text of the row shows them: a published study has nothing else.
"""

import re
from typing import NamedTuple

import pandas as pd


class Fault(NamedTuple):
    """What is missing on the machine, and the remedy; both without a full stop."""

    what: str
    remedy: str


MORE_SHARED_MEMORY = (
    "make /dev/shm larger (`mount -o remount,size=…`, in a container `--shm-size`) or remove what "
    "lies in it (`df -h /dev/shm`)"
)
NO_SEMAPHORES = Fault(
    "shared memory and semaphores cannot be made",
    "mount a tmpfs at /dev/shm that all may write to; pools, queues and locks need it",
)
LONG_PATH = Fault(
    "the path of the temporary folder is too long", "set TMPDIR to a short path, such as /tmp"
)
FAULTS_BY_TEXT = {  # of an exception or a signal, wherever it was raised
    r"SIGBUS": Fault("shared memory is full or too small", MORE_SHARED_MEMORY),
    r"No space left on device": Fault(
        "no space is left on a file system",
        f"free some, let TMPDIR name a folder with more, or {MORE_SHARED_MEMORY}",
    ),
    r"Too many open files": Fault(
        "no more files can be opened", "raise the limit by `ulimit -n`, or close other programs"
    ),
    r"can't start new thread|Resource temporarily unavailable": Fault(
        "no more processes or threads can be started",
        "raise the limit (`ulimit -u`, in a container `--pids-limit`), or end other programs",
    ),
    r"Cannot allocate memory": Fault(
        "memory is refused",
        "end other programs, raise the limit (`ulimit -v`, the control group's), or lower `sizes`",
    ),
    r"Function not implemented|functioning sem_open": NO_SEMAPHORES,
    r"AF_UNIX path": LONG_PATH,
}
ACCESS = {  # may as well be about files of the user's own
    r"/dev/shm cannot be written to": NO_SEMAPHORES,
    r"[Ff]ile name too long": LONG_PATH,
    r"Permission denied|Read-only file system|No usable temporary directory": Fault(
        "a file or folder cannot be written",
        "make /dev/shm and the temporary folder writable, or set TMPDIR to a folder that is",
    ),
}
IN_USERS_FILE = re.compile(r"^[^\s:]+\.py, line \d+: ")


def fault_of(status: str, reason: object) -> Fault | None:
    """Return the `Fault` of the machine by which a run ended, or None if it was not that."""
    if status not in ("failed", "crashed"):
        return None
    reason = str(reason)
    texts = FAULTS_BY_TEXT if IN_USERS_FILE.match(reason) else FAULTS_BY_TEXT | ACCESS
    return next((fault for text, fault in texts.items() if re.search(text, reason)), None)


def faults_of(table: pd.DataFrame) -> list[Fault | None]:
    """Return the fault of every row of a table with `status` and `reason`, None where none is."""
    return [fault_of(*pair) for pair in zip(table["status"], table["reason"], strict=True)]
