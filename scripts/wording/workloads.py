"""What the data of a workload is and what a job does with it: the first sentence of its module."""

import ast
from functools import cache
from pathlib import Path

from sharing import workloads

WORKLOADS_FOLDER = Path(workloads.__file__).parent


@cache
def sentence_of(workload):
    """Return the sentence, read and not imported: it may need a library. None for a user's file."""
    name = workloads.base_of(workload)
    if name not in workloads.names():
        return None
    path = WORKLOADS_FOLDER / f"{name}.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    sentence = " ".join(text.split("\n\n")[0].split()).replace("``", "`")
    read = workload.removeprefix(name).removeprefix(workloads.READ)
    if not read:
        return sentence
    items = in_words(float(read))
    return f"{sentence.removesuffix('.')}; here a job reads {items} of the items, drawn at random."


def in_words(read):
    """Return how many of the items a job reads."""
    share = f"{read:.3%}".rstrip("%0").rstrip(".")
    return f"{read:_.0f}".replace("_", " ") if read >= 1 else f"{share} %"


def what_jobs_read(workload):
    """Return in a clause how much of the data each job reads; nothing of a user's own."""
    if workloads.is_own(workload):
        return ""
    _, _, read = workload.partition(workloads.READ)
    return f" that each read {in_words(float(read)) + ' of the items' if read else 'all of it'}"
