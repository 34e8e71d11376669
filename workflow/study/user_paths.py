"""Paths as a user wrote them: for one that no file can have, an answer in place of an exception."""

from pathlib import Path


def is_file(path: str | Path) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # too long, not to be looked at, a NUL in it
        return False


def is_folder(path: str | Path) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def exists(path: str | Path) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def with_home(path: str | Path) -> str:
    """Return a path with the home folder for "~"; one of an unknown user stays as it is."""
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        return str(path)
