"""A test of a strategy with libraries is skipped only where a library is not installed."""

import sys

import pytest
from libraries import require_libraries, skip_what_is_lacking

from sharing import strategies

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


def test_library_that_is_installed_is_no_reason_to_skip(libraries):
    libraries("pytest")
    with pytest.raises(AssertionError):
        skip_what_is_lacking("joblib", sys.executable, ABSENT)
    require_libraries()


def test_another_refusal_is_no_reason_to_skip():
    skip_what_is_lacking("immortal", sys.executable, ABSENT | {"version": "3.13.5", "reason": "-"})
