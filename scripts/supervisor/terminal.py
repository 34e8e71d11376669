"""What a run says on the terminal, and what may stand on one."""

import os
import shutil
import sys
from contextlib import suppress

from supervisor.types import Arguments, NamedCell, Row

WITHOUT_A_LINE = ("ok", "unsupported")  # the answer counts them
CLEAR = "\r\x1b[K"


def conclude(arguments: Arguments, row: Row) -> None:
    """Say what became of a run that has no result."""
    if row["status"] not in WITHOUT_A_LINE:
        say(f"{run_in_words(arguments)}: {row['status']}: {row['reason']:.100}")


def run_in_words(cell: NamedCell) -> str:
    """Return a run as the terminal names it."""
    method = "" if cell.start_method == "none" else f"/{cell.start_method}"
    workers = "1 worker" if int(cell.workers) == 1 else f"{cell.workers} workers"
    parts = (
        f"{cell.experiment}: {cell.interpreter} {cell.strategy}{method}",
        f"{int(cell.size):_} items",
        workers,
        f"{cell.jobs} jobs",
    )
    return ", ".join(parts)


def say(text: str) -> None:
    """Print a line to a terminal that may be gone: the row is what counts."""
    with suppress(OSError):
        print((CLEAR if is_terminal() else "") + printable(text), file=sys.stderr, flush=True)


def show(text: str) -> None:
    """Show a line on a terminal in place of the one before, until the next is said or shown."""
    width = shutil.get_terminal_size().columns - 1
    with suppress(OSError):
        print(CLEAR + printable(text)[:width], end="", file=sys.stderr, flush=True)


def clear() -> None:
    """Take away the line that is shown, if there is a terminal."""
    if is_terminal():
        with suppress(OSError):
            print(CLEAR, end="", file=sys.stderr, flush=True)


def is_terminal() -> bool:
    """Return whether standard error is a terminal on which a line can be renewed."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def printable(text: str) -> str:
    """Return a text in one line; what would steer a terminal, or cannot be seen, by its escape."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable()
        else " " if letter.isspace()
        else letter.encode("unicode_escape").decode()
        for letter in text
    )  # fmt: skip
