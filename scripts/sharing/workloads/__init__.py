"""The workloads: what the data is and what a job does with it. One module each.

A module has ``build(size)``, which returns the data, and ``process(data, job)``, which returns a
result that can be compared (`sharing.digests`); optionally ``expected(size, job)``, the right
answer. A file of your own works alike: name its path, ending in ``.py``, in place of a name.

Real jobs seldom read all of the data. ``index:1000`` is the workload `index` whose jobs read 1000
items each, ``index:0.01`` one whose jobs read 1 % of them: a job's own items, drawn at random. A
workload that can be read so has ``process_items(data, positions)`` and
``expected_items(size, positions)``.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

# In the environment, so that a spawned worker that imports this package finds the file, too.
OWN_FOLDER = "SHARING_WORKLOAD_FOLDER"
READ = ":"  # between a workload's name and how much of the data a job reads


class Mistake(Exception):
    """A user's file is no workload; the message says why."""


def names():
    """Return the names of the built-in workloads, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


class Part:
    """A workload whose jobs read a part of the data: so many items, or such a share below 1."""

    def __init__(self, workload, read):
        self.__name__ = workload.__name__
        self.build = workload.build
        self._workload = workload
        self._read = read

    def process(self, data, job):
        """Return what the workload makes of this job's items."""
        return self._workload.process_items(data, drawn(len(data), self._read, job))

    def expected(self, size, job):
        """Return the right answer."""
        return self._workload.expected_items(size, drawn(size, self._read, job))


def drawn(size, read, job):
    """Return the positions of the items that a job reads, drawn at random, some perhaps twice.

    By ``random()``, whose numbers are the same in every version of Python.
    """
    from random import Random

    count = int(read) if read >= 1 else max(1, round(read * size))
    random = Random(job).random
    return [int(random() * size) for _ in range(count if size else 0)]


def base_of(name):
    """Return the name without how much is read: of ``index:1000``, ``index``."""
    return name if is_own(name) else name.partition(READ)[0]


def readable_in_part():
    """Return the names of the workloads whose jobs can read a part; none is imported."""
    has = "\ndef process_items("
    folder = Path(__file__).parent
    return [name for name in names() if has in folder.joinpath(f"{name}.py").read_text("utf-8")]


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
        name, _, read = name.partition(READ)
        module = import_module(f"{__name__}.{name}")
        return Part(module, float(read)) if read else module
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
