"""What the data of a workload is and what a job does with it: the first sentence of its module."""

import ast
from functools import cache
from pathlib import Path

from sharing import workloads

WORKLOADS_FOLDER = Path(workloads.__file__).parent


@cache
def sentence_of(workload: str) -> str | None:
    """Return the sentence, read and not imported: it may need a library. None for a user's file."""
    name = workloads.base_of(workload)
    if name not in workloads.names():
        return None
    path = WORKLOADS_FOLDER / f"{name}.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    sentence = " ".join(text.split("\n\n")[0].split()).replace("``", "`")
    read = part_read(workload)
    if read is None:
        return sentence
    items = in_words(read)
    return f"{sentence.removesuffix('.')}; here a job reads {items} of the items, drawn at random."


@cache
def part_read(workload: str) -> float | None:
    """Return how much of the data a job reads, a share or a number of items; None for all of it."""
    if workloads.base_of(workload) not in workloads.names():
        return None
    try:
        return float(workload.partition(workloads.READ)[2])
    except ValueError:
        return None


def in_words(read: float) -> str:
    """Return how many of the items a job reads."""
    return f"{read:_.0f}".replace("_", " ") if read >= 1 else f"{100 * read:g} %"


def what_jobs_read(workload: str) -> str:
    """Return in a clause how much of the data each job reads; nothing of a user's own."""
    if workloads.is_own(workload):
        return ""
    read = part_read(workload)
    return f" that each read {'all of it' if read is None else in_words(read) + ' of the items'}"
