"""What the data of a workload is and what a job does with it: the first sentence of its module."""

import ast
from functools import cache
from pathlib import Path

from sharing import workloads

WORKLOADS_FOLDER = Path(workloads.__file__).parent


@cache
def sentence_of(workload):
    """Return the sentence, read and not imported: it may need a library. None for a user's file."""
    if workload not in workloads.names():
        return None
    path = WORKLOADS_FOLDER / f"{workload}.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return " ".join(text.split("\n\n")[0].split()).replace("``", "`")
