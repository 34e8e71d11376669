"""The libraries that strategies use, and what becomes of their tests without them.

A test is skipped for want of a library only where that is not installed, and
``pytest --require-libraries`` does not start unless all of them are, but for what is not locked:
nothing else is skipped unseen.
"""

import sys

import pytest
from interpreters_here import label_of_run, lacks

from sharing import strategies
from study.interpreters import find_interpreter

NOT_LOCKED = {"torch"}  # some hundred megabytes, of another build on each kind of machine
WITH_LIBRARIES = [name for name in strategies.names() if strategies.libraries_of(name)]


def skip_without_libraries(strategy, interpreter, row):
    """Skip if the strategy said that a library is missing; it must have been right."""
    if row["status"] == "unsupported" and row["reason"].startswith("no module named "):
        assert missing_libraries(strategy, interpreter), row["reason"]
        pytest.skip(row["reason"])


def skip_what_is_lacking(strategy, interpreter, row):
    """Skip if the interpreter has no such library or feature, and the strategy said so."""
    skip_without_libraries(strategy, interpreter, row)
    if row["status"] == "unsupported" and lacks(strategy, label_of_run(row)):
        pytest.skip(row["reason"])


def missing_libraries(strategy, interpreter):
    """Return the distributions that a strategy wants and an interpreter does not have."""
    wanted = strategies.libraries_of(strategy)
    found = find_interpreter("this", interpreter, wanted).libraries
    return [name for name in wanted if name not in found]


def require_libraries():
    """Raise an error that ends the test run unless the tests' Python has every locked library."""
    wanted = {name for one in WITH_LIBRARIES for name in missing_libraries(one, sys.executable)}
    missing = sorted(wanted - NOT_LOCKED)
    if missing:
        raise pytest.UsageError(f"not installed: {', '.join(missing)}; type 'make peers'")
