"""The workloads: what the data is and what a job does with it. One module each.

A module has ``build(size)``, which returns the data, and ``process(data, job)``, which returns a
result that can be compared (`sharing.digests`); optionally ``expected(size, job)``, the right
answer. A file of your own works alike: name its path, ending in ``.py``, in place of a name.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

# In the environment, so that a spawned worker that imports this package finds the file, too.
OWN_FOLDER = "SHARING_WORKLOAD_FOLDER"


class Mistake(Exception):
    """A user's file is no workload; the message says why."""


def names():
    """Return the names of the built-in workloads, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def is_own(name):
    """Return whether the workload is a user's file rather than a built-in one."""
    return name.endswith(".py")


def own_file(name):
    """Return the absolute path of a user's file, as text; None for a built-in workload."""
    return str(Path(name).resolve()) if is_own(name) else None


def load(name):
    """Return the workload's module, by its name or by the path of its file.

    A file becomes a module of this package, so that it may be called like any other module:
    ``random.py`` does not hide Python's. Raises `Mistake` or what it raises itself.
    """
    if not is_own(name):
        return import_module(f"{__name__}.{name}")
    path = Path(own_file(name))
    os.environ[OWN_FOLDER] = str(path.parent)
    admit(str(path.parent))
    module = import_module(f"{__name__}.{path.stem}")
    for function, call in (("build", "build(size)"), ("process", "process(data, job)")):
        if not callable(getattr(module, function, None)):
            raise Mistake(f"{path.name}: there is no function {call}")
    return module


def admit(folder):
    """Let a folder's files be workloads and be imported by them: after Python's own modules."""
    if folder not in __path__:
        __path__.insert(0, folder)
        sys.path.append(folder)


if OWN_FOLDER in os.environ:
    admit(os.environ[OWN_FOLDER])
