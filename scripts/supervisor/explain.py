"""What a reason does not say by itself: how much room there was, what a dead process said."""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from supervisor.kernel import text_of
from supervisor.machine import MIB
from supervisor.shared_memory import SHARED_MEMORY_FOLDER

# What joblib says of data that cannot be pickled: a traceback in quotes, of which this is the first
# line (`joblib.externals.loky.process_executor._RemoteTraceback`).
UNPICKLED = '_RemoteTraceback: """'
NO_ROOM = re.compile(r"SIGBUS|No space left")
# Without /dev/shm glibc makes no semaphore, and says one of these without naming a file.
NO_ACCESS = re.compile(r"No such file or directory|Permission denied|Read-only file system")
# A process that was to answer is gone; why, it said to the log.
SILENT = re.compile(r"EOFError|BrokenPipe|ConnectionRe(set|fused)|traceback is in the log")
COMPLAINT = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception)\b.*", re.MULTILINE)


def explained(reason: str, log: str, rooms: list[str]) -> str:
    """Return `reason` with what explains it.

    `log` is the path of the program's standard error, `rooms` what `rooms_before` said.
    """
    if UNPICKLED in reason:
        reason = reason.replace(UNPICKLED, "PicklingError: the data cannot be pickled")
    if NO_ROOM.search(reason):
        return f"{reason}: {rooms[0] if 'SIGBUS' in reason else ', '.join(rooms)}"
    if NO_ACCESS.search(reason) and no_shared_memory():
        return f"{reason}, {SHARED_MEMORY_FOLDER} cannot be written to"
    if SILENT.search(reason):
        complaints = COMPLAINT.findall(Path(log).read_text(encoding="utf-8", errors="replace"))
        known = reason.partition(":")[0]
        others = [complaint for complaint in complaints if not complaint.startswith(known)]
        return f"{reason} (log: {others[-1]:.200})" if others else reason
    return reason


def no_shared_memory() -> bool:
    """Return whether this is a system with a folder for shared memory that cannot be used."""
    return sys.platform == "linux" and not os.access(SHARED_MEMORY_FOLDER, os.W_OK | os.X_OK)


def rooms_before() -> list[str]:
    """Return how large shared memory and temporary folder are, and how full before a run.

    Before, since the clean-up of a run that failed begins on its own.
    """
    return [
        room_in(SHARED_MEMORY_FOLDER, SHARED_MEMORY_FOLDER),
        room_in(tempfile.gettempdir(), "the temporary folder"),
    ]


def kills_for_memory() -> int:
    """Return how many processes Linux has ended so far because no memory was left; else 0.

    Also those of a control group that reached its limit.
    """
    found = re.search(r"^oom_kill (\d+)$", text_of("/proc/vmstat"), re.MULTILINE)
    return int(found[1]) if found else 0


def room_in(folder: str, name: str) -> str:
    """Return in words how much room the file system of a folder has."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return f"there is no {name}"
    total, free = usage.total // MIB, usage.free // MIB
    return f"{name} has {total} MiB in all, {free} free before the run"
