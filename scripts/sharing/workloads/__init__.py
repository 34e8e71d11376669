"""The workloads: what the data is and what a job does with it. One module each.

A module has ``build(size)``, which returns the data, and ``process(data, job)``, which returns a
result with a stable ``repr``; optionally ``expected(size, job)``, the right answer. A file of your
own works the same way: name its path, ending in ``.py``, in place of a name.
"""

import sys
from importlib import import_module
from pathlib import Path


def names():
    """Return the names of the built-in workloads, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def load(name):
    """Return the workload's module, by its name or by the path of its file."""
    if not name.endswith(".py"):
        return import_module(f"{__name__}.{name}")
    path = Path(name).resolve()
    # By its own name from its own folder, so that a spawned worker can import it again.
    sys.path.insert(1, str(path.parent))
    return import_module(path.stem)
