"""What to do when the folder of the results cannot be written any more, in mid-study."""

import errno
from pathlib import Path

LOST = {
    errno.ENOSPC: "make room there",
    errno.EDQUOT: "make room there, in your quota",
    errno.EROFS: "its file system has become read-only: mend that",
    errno.ENOENT: "somebody has removed its folder: leave it alone",
}


def not_written(path: str | Path, number: int, reason: str | None) -> str:
    """Return the sentence on a file; `number` is the errno of an OSError, a key of `LOST`."""
    return f"{path} cannot be written ({reason}): {LOST[number]}, then go on by the same command"
