"""The folder of the study: files can be written in it, and one Snakemake at a time does so."""

import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path

RECORDS = Path(".snakemake")


class FolderError(Exception):
    """The study cannot work in the folder; the message says why and what to do."""


def check_writable(results: str | Path) -> None:
    """Raise `FolderError` if anything is there that the user may not write.

    `results` is the study's folder. Snakemake's own answer is a traceback, hours later perhaps:
    when it first replaces a file that a call by root has left behind.
    """
    for path in (
        Path(),
        RECORDS,
        Path(results).parent,
        *everything_below(RECORDS),
        *everything_below(results),
    ):
        if path.exists() and not os.access(path, os.W_OK):
            raise FolderError(why_not_writable(path))


def everything_below(folder: str | Path) -> Iterator[Path]:
    """Yield all folders and files below a folder, itself included."""
    for parent, _, files in os.walk(folder):
        yield Path(parent)
        yield from (Path(parent, name) for name in files)


def why_not_writable(path: Path) -> str:
    """Return the sentence on a file or folder that cannot be written."""
    if path.stat().st_uid != os.getuid() and os.access(Path(), os.W_OK):
        return (
            f"{path} belongs to another user, root perhaps: take it over by 'sudo chown -R "
            f"{os.getuid()} .snakemake results', or delete it, and type the same command again"
        )
    return (
        f"{path.resolve()} cannot be written: run the study in a copy of its folder that can be, "
        "or make this one writable"
    )


def hold_folder() -> None:
    """Take the folder's lock for as long as this process lives; raises `FolderError`.

    The kernel gives it back when the process is gone, however it ends: nothing has to be unlocked.
    """
    # The profile, which asks `check_writable`, is read before scripts/ is on the path.
    from supervisor.lock import WITHOUT_LOCKS

    RECORDS.mkdir(exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    descriptor = os.open(RECORDS / "study.lock", flags, 0o644)  # never closed
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise FolderError(
            "another Snakemake is already running this study's folder; wait for it or end it"
        ) from None
    except OSError as error:
        if error.errno not in WITHOUT_LOCKS:
            raise
        print(
            f"warning: this file system has no locks ({error.strerror}), so nothing keeps a second "
            "Snakemake out of this folder: start none",
            file=sys.stderr,
        )
