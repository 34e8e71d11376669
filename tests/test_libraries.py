"""A test of a strategy with libraries is skipped only where a library is not installed."""

import re
import sys

import pytest
from libraries import NOT_LOCKED, WITH_LIBRARIES, require_libraries, skip_what_is_lacking
from measuring import PROJECT

from sharing import strategies

PEERS = PROJECT / "requirements" / "libraries.txt"
ABSENT = {"status": "unsupported", "reason": "no module named x", "implementation": "CPython"}
ABSENT |= {"version": "3.11.2"}


@pytest.fixture
def libraries(monkeypatch):
    """Set the distributions that every strategy wants."""
    return lambda *names: monkeypatch.setattr(strategies, "libraries_of", lambda name: names)


def test_want_of_a_library_is_a_skip_and_where_all_are_required_an_error(libraries):
    libraries("pytest", "no-such-library")
    with pytest.raises(pytest.skip.Exception, match="no module named x"):
        skip_what_is_lacking("joblib", sys.executable, ABSENT)
    with pytest.raises(pytest.UsageError, match=r"^not installed: no-such-library.*'make peers'"):
        require_libraries()


def test_library_that_is_not_locked_is_not_required(libraries, monkeypatch):
    monkeypatch.setattr("libraries.NOT_LOCKED", {"no-such-library"})
    libraries("pytest", "no-such-library")
    require_libraries()


def test_what_is_not_locked_is_said_and_nothing_else():
    locked = re.findall(r"^([a-z-]+)==", PEERS.read_text(encoding="utf-8"), re.MULTILINE)
    used = {name for one in WITH_LIBRARIES for name in strategies.libraries_of(one)}
    assert used - {*locked} == NOT_LOCKED


def test_library_that_is_installed_is_no_reason_to_skip(libraries):
    libraries("pytest")
    with pytest.raises(AssertionError):
        skip_what_is_lacking("joblib", sys.executable, ABSENT)
    require_libraries()


def test_another_refusal_is_no_reason_to_skip():
    skip_what_is_lacking("immortal", sys.executable, ABSENT | {"version": "3.13.5", "reason": "-"})
