"""The strategies: one program each, named as in the configuration; its docstring says what it does.

Each is the program that a reader pastes (`examples`), but for three things: it takes its two
functions, ``build()`` and ``process(data, job)``, from `sharing.measured`; it says by ``phase(…)``
where laying out and starting begin; and constants describe it. Its one generator yields what
``process`` returns for every job, in any order::

    share(workers, jobs)                      where the workers are no processes of this one's
    share(workers, jobs, start_method="fork")    the start method that the program names

`jobs` is a sequence of job numbers. It runs as ``__main__``, as a pasted program does, and is never
imported: what it says of itself is read from its text. ``MECHANISM`` says how the data is passed or
shared: a key of `MECHANISMS`. More constants, where the default is not right:

- ``WORKERS``: ``"processes"`` (default), ``"own processes"`` of a library that starts them
  itself, ``"threads"``, or ``None`` for no workers at all. Only the first have a start method.
- ``CARRIES``: the only data that it can carry, a key of `sharing.carried.REFUSALS`; else any.
- ``NEEDS``: what the standard library must have, such as ``"gc.freeze"``.
- ``START_METHODS``: the only ones that it works with.
- ``BUILDS``: ``"elsewhere"`` if another process builds the data; ``False`` if it has none.
- ``FEWEST_WORKERS``: 2 where one worker would be none, since the calling process does the jobs.
- ``LIBRARY_THREADS``: ``"own"`` where numerical libraries choose their number of threads; else one.
- ``SINCE``: the first version of CPython that it works with, where it works with no other Python.
- ``BETTER``: the strategy in which an expert of the same technique writes it; ``BETTER_ON``: the
  implementation of Python that this is said of, where it is not all.
- ``LIBRARIES``: the distributions, as they are called on the package index, whose versions matter.
- ``ENVIRONMENT``: variables that its libraries read.
- ``PATH_FROM_START``: ``True`` where workers get the module path with which Python was started.
"""

from functools import cache
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

CONSTANTS = (
    "MECHANISM",
    "WORKERS",
    "CARRIES",
    "NEEDS",
    "START_METHODS",
    "BUILDS",
    "FEWEST_WORKERS",
    "LIBRARY_THREADS",
    "SINCE",
    "BETTER",
    "BETTER_ON",
    "LIBRARIES",
    "ENVIRONMENT",
    "PATH_FROM_START",
)


class Unsupported(Exception):
    """This strategy cannot work here; the message says why."""


def library(name):
    """Import a library that may be absent; raises `Unsupported`."""
    try:
        return import_module(name)
    except Exception as error:
        raise Unsupported(why_not_imported(name, error)) from None


def why_not_imported(name, error):
    """Return why a library cannot be had: it is not there, or not made for this interpreter."""
    if isinstance(error, ModuleNotFoundError):
        return f"no module named {error.name}"
    return f"{name} cannot be imported: {type(error).__name__}: {error}"


def names():
    """Return the names of all strategies, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def path_of(name):
    """Return the path of a strategy's file."""
    return Path(__file__).with_name(f"{name}.py")


@cache
def described(name):
    """Return what a strategy says of itself: its docstring as "doc", and its `CONSTANTS`.

    By lines, without `ast`: what a run imports changes how PyPy compiles its loops (`measured`).
    """
    source = path_of(name).read_text(encoding="utf-8")
    found, constant, text = {"doc": source.partition('"""')[2].partition('"""')[0]}, "", ""
    for line in source.splitlines():
        if constant:
            text += "\n" + line
        else:
            constant, _, text = line.partition(" = ")
        if constant not in CONSTANTS:
            constant = ""
            continue
        try:
            found[constant] = eval(text, {"__builtins__": {}})
        except SyntaxError:
            continue  # it goes on in the next line
        constant = ""
    return found


def summary_of(name):
    """Return what a strategy does, in one sentence."""
    return described(name)["doc"].splitlines()[0]


def mechanism_of(name):
    """Return how the data is passed or shared, a key of `MECHANISMS`."""
    return described(name)["MECHANISM"]


def workers_of(name):
    """Return what the strategy's workers are, as in ``WORKERS``."""
    return described(name).get("WORKERS", "processes")


def has_answers(name):
    """Return whether the results are the workload's, to be compared with those of the others."""
    return described(name).get("BUILDS", "here") is not False


def fewest_workers(name):
    """Return the number of workers below which there are none."""
    return described(name).get("FEWEST_WORKERS", 1)


def library_threads(name):
    """Return how many threads numerical libraries have: "one" or their "own" choice."""
    return described(name).get("LIBRARY_THREADS", "one")


def since(name):
    """Return the first version of CPython that it needs; None if any Python will do."""
    return described(name).get("SINCE")


def better_of(name, implementation=None):
    """Return the strategy that is the same technique as an expert writes it; None without one.

    On one implementation of Python, or on any.
    """
    known = described(name)
    on = known.get("BETTER_ON", implementation)
    return known.get("BETTER") if implementation in (None, on) else None


def libraries_of(name):
    """Return the distributions whose versions matter to the strategy."""
    return described(name).get("LIBRARIES", ())
