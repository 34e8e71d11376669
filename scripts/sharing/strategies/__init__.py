"""The strategies: one module each, named as in the configuration; its docstring says what it does.

A module has one function, a generator that yields what ``process(data, job)`` returns for every
job, in any order::

    share(data, process, workers, jobs, context, phase)

`data` is what the workload built, `workers` a number, `jobs` an iterable of job numbers, `context`
the ``multiprocessing`` context of the start method, `phase` the clock (``with phase("map"): …``).
It may raise `Unsupported`. ``MECHANISM``, a key of `MECHANISMS`, says how the data reaches the
workers. More constants, where the default is not right:

- ``WORKERS``: ``"processes"`` (default), ``"own processes"`` of a library that starts them
  itself, ``"threads"``, or ``None`` for no workers at all. Only the first have a start method.
- ``DATA``: ``False`` if nothing is to be built for it: it has no data, or builds its own.
- ``ANSWERS``: ``False`` if its results are not those of the workload.
- ``FEWEST_WORKERS``: 2 where one worker would be none, since the calling process does the jobs.
- ``LIBRARY_THREADS``: ``"own"`` where numerical libraries choose their number of threads; else one.
- ``SINCE``: the first version of CPython that it works with, where it works with no other Python.
- ``BETTER``: the strategy in which an expert of the same technique writes it; ``BETTER_ON``: the
  implementation of Python that this is said of, where it is not all.
- ``LIBRARIES``: the distributions, as they are called on the package index, whose versions matter.
"""

from importlib import import_module
from pathlib import Path

# How data can reach workers: every strategy is of one kind. Tables and figures follow this order.
MECHANISMS = {
    "no workers or no data": "what the others are compared with",
    "with every job": "pickled and sent again with every job",
    "once a worker": "pickled and sent once to every worker",
    "by fork": "inherited by forked workers; the kernel copies a page when somebody writes to it",
    "flat and shared": "laid out without objects, in memory that all workers map",
    "from disk": "read from a file by every worker",
    "server or store": "held by a process of its own, which is asked for it",
    "threads": "in the one process that all workers are threads of",
}


class Unsupported(Exception):
    """This strategy cannot work here; the message says why."""


def library(name):
    """Import a library that may be absent, before the first phase; raises `Unsupported`."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise Unsupported(f"no module named {error.name}") from None


def names():
    """Return the names of all strategies, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def load(name):
    """Return the strategy's module. Some names are keywords, hence no import statement."""
    return import_module(f"{__name__}.{name}")


def mechanism_of(name):
    """Return how the data reaches the workers, a key of `MECHANISMS`."""
    return load(name).MECHANISM


def workers_of(name):
    """Return what the strategy's workers are, as in ``WORKERS``."""
    return getattr(load(name), "WORKERS", "processes")


def needs_data(name):
    """Return whether the data is built before the strategy is called."""
    return getattr(load(name), "DATA", True)


def has_answers(name):
    """Return whether the results are the workload's, to be compared with those of the others."""
    return getattr(load(name), "ANSWERS", True)


def fewest_workers(name):
    """Return the number of workers below which there are none."""
    return getattr(load(name), "FEWEST_WORKERS", 1)


def library_threads(name):
    """Return how many threads numerical libraries have: "one" or their "own" choice."""
    return getattr(load(name), "LIBRARY_THREADS", "one")


def since(name):
    """Return the first version of CPython that it needs; None if any Python will do."""
    return getattr(load(name), "SINCE", None)


def better_of(name, implementation=None):
    """Return the strategy that is the same technique as an expert writes it; None without one.

    On one implementation of Python, or on any.
    """
    module = load(name)
    on = getattr(module, "BETTER_ON", implementation)
    return getattr(module, "BETTER", None) if implementation in (None, on) else None


def libraries_of(name):
    """Return the distributions whose versions matter to the strategy."""
    return getattr(load(name), "LIBRARIES", ())
