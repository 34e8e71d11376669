"""What a run leaves in the shared-memory folder, found after all its processes have ended.

Mapped files alone would not do: a program that dies while it fills a block was never looked at.
So whatever is new since the run began counts as well, if its name is one that Python's libraries
give and no living process has a hand on it.
"""

import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from supervisor.processes import is_alive
from supervisor.types import Processes

SHARED_MEMORY_FOLDER = "/dev/shm"
# SharedMemory, semaphores of multiprocessing and glibc's unfinished ones, loky, Array, PyTorch,
# joblib, Ray.
# A number is the id of the process that made the file.
OF_PYTHON = re.compile(
    r"psm_|wnsm_|mp-|plasma|sem\.mp-|sem\.\w{6}$"
    r"|(?:(?:sem\.)?loky|pym)-(\d+)-|torch_(\d+)_|joblib_memmapping_folder_(\d+)_"
)


class SharedMemory:
    """The shared memory of one run, which begins now; runs of this project never overlap."""

    def __init__(self) -> None:
        self._before = set(identities(files()))
        self._mapped: set[int] = set()

    def look(self, processes: Processes) -> None:
        """Note what the run's `processes` have mapped: theirs, whatever its name."""
        self._mapped |= inodes_of(processes)

    def remove(self) -> None:
        """Remove what the run left, now that its processes have ended."""
        left = [file for file in files() if self._is_ours(file)]
        if not left:
            return
        in_use = inodes_of(psutil.process_iter())
        for file in left:
            if not in_use & inodes_below(file):
                with suppress(OSError):
                    shutil.rmtree(file.path) if is_real_folder(file) else Path(file.path).unlink()

    def _is_ours(self, file: os.DirEntry[str]) -> bool:
        (identity,) = identities([file])
        if identity in self._before:
            return False
        return file.inode() in self._mapped or is_orphan(file.name)


def files() -> list[os.DirEntry[str]]:
    """Return the directory entries of the shared-memory folder that belong to this user."""
    found = []
    with suppress(OSError):
        for file in os.scandir(SHARED_MEMORY_FOLDER):
            with suppress(OSError):
                if file.stat(follow_symlinks=False).st_uid == os.geteuid():
                    found.append(file)
    return found


def identities(entries: Iterable[os.DirEntry[str]]) -> list[tuple[str, int]]:
    """Return (name, inode) of the entries: a file that was replaced is another one."""
    return [(file.name, file.inode()) for file in entries]


def is_orphan(name: str) -> bool:
    """Return whether a file's name is one that Python gives, and not that of a living process."""
    match = OF_PYTHON.match(name)
    return match is not None and not any(lives(int(maker)) for maker in match.groups() if maker)


def lives(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return is_alive(psutil.Process(pid))
    return False


def is_real_folder(file: os.DirEntry[str]) -> bool:
    return file.is_dir(follow_symlinks=False)


def inodes_below(file: os.DirEntry[str]) -> set[int]:
    """Return the inodes of a file, or of a folder and all in it."""
    found = {file.inode()}
    if is_real_folder(file):
        for folder, _, names in os.walk(file.path):
            for name in names:
                with suppress(OSError):
                    found.add(Path(folder, name).lstat().st_ino)
    return found


def inodes_of(processes: Processes) -> set[int]:
    """Return the inodes of the files in the folder that the processes have mapped or open.

    By inode: glibc maps a named semaphore under a temporary name that is gone afterwards.
    """
    inodes: set[int] = set()
    for process in processes:
        known = Path(f"/proc/{process.pid}")
        with suppress(OSError):
            # In another container the same path is another folder, with the same small inodes.
            if not Path(f"{known}/root{SHARED_MEMORY_FOLDER}").samefile(SHARED_MEMORY_FOLDER):
                continue
            maps = (known / "maps").read_text(encoding="utf-8", errors="replace")
            for line in maps.splitlines():
                # proc(5): address, permissions, offset, device, inode, path
                fields = line.split(maxsplit=5)
                if fields[-1].startswith(f"{SHARED_MEMORY_FOLDER}/"):
                    inodes.add(int(fields[4]))
            for descriptor in (known / "fd").iterdir():
                with suppress(OSError):
                    if str(descriptor.readlink()).startswith(f"{SHARED_MEMORY_FOLDER}/"):
                        inodes.add(descriptor.stat().st_ino)
    return inodes
