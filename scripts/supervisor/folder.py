"""The folder of a run's temporary files: where the user wants it, under a path that is short.

A Unix socket's path has at most 107 bytes, and some programs put sockets into their temporary
folder. The limit is on the path as it is written: a short link to a long one will do, and big
files stay on the file system that the user chose by TMPDIR.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

# Bytes; Ray's session_<time>_<pid>/sockets/plasma_store is the longest addition.
LONGEST_PATH = 107 - 70
SHORT = ("/tmp", "/var/tmp", "/dev/shm")  # where a link may lie


def make_folder() -> Path:
    """Make an empty folder and return its path, or that of a link to it if its own is too long.

    Long it remains where no short place can be written to.
    """
    folder = Path(tempfile.mkdtemp(prefix="share-or-copy-")).absolute()
    if len(os.fsencode(folder)) <= LONGEST_PATH:
        return folder
    for place in SHORT:
        link = Path(place, folder.name)
        # A name that somebody has taken is not followed; links of others neither: the kernel
        # protects those in folders that all may write to.
        with suppress(OSError):
            link.symlink_to(folder)
            return link
    return folder


def remove_folder(path: Path) -> None:
    """Remove the folder and all that is in it, and the link to it if `path` is one."""
    if path.is_symlink():
        shutil.rmtree(path.readlink(), ignore_errors=True)
        with suppress(OSError):
            path.unlink()
    shutil.rmtree(path, ignore_errors=True)
