"""The line on the terminal that every run has, and what may stand on one."""

import sys
from contextlib import suppress


def announce(arguments):
    """Begin the run's line on the terminal."""
    method = "" if arguments.start_method == "none" else f"/{arguments.start_method}"
    workers = "1 worker" if arguments.workers == 1 else f"{arguments.workers} workers"
    parts = (
        f"{arguments.experiment}: {arguments.interpreter} {arguments.strategy}{method}",
        f"{arguments.size:_} items",
        workers,
        f"{arguments.jobs} jobs",
        "its memory: " if arguments.measure_memory else f"repeat {arguments.repeat}: ",
    )
    say(", ".join(parts), end="")


def conclude(row):
    """End the run's line with what came out."""
    if row["status"] == "ok":
        say(f"ok, {row['total_s']:.3g} s")
    else:
        say(f"{row['status']}: {row['reason']:.100}")


def say(text, end="\n"):
    """Print to a terminal that may be gone: the row is what counts."""
    with suppress(OSError):
        print(printable(text), end=end, file=sys.stderr, flush=True)


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
