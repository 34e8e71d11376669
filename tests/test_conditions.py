"""The same rows with the same statuses under the conditions of real people's machines."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from measuring import PROJECT

sys.path.append(str(PROJECT / "benchmarks"))
import conditions

# Those that no other test tries; all of them: `python benchmarks/conditions.py`.
NAMES = [
    "folder_that_a_shell_must_quote",
    "user_without_home_and_name",
    "locale_of_ascii",
    "surroundings_of_another_python",
    "nobody_reads",
]


@pytest.fixture(scope="module", autouse=True)
def small_study():
    """Two strategies that every condition may spoil: by sockets, and by shared memory."""
    if not (PROJECT / ".venv" / "bin" / "snakemake").is_file():
        pytest.skip("no .venv: `make setup` makes it")
    before = conditions.STRATEGIES
    conditions.STRATEGIES = ["manager_list", "shared_memory"]
    yield
    conditions.STRATEGIES = before


@pytest.fixture(scope="module")
def base():
    """A folder that other users may pass; pytest closes its own to them whenever it starts."""
    with tempfile.TemporaryDirectory(prefix="c") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def wanted(base):
    """The rows of an ordinary machine."""
    rows, said = conditions.try_condition("ordinary", base)
    assert rows and set(rows.values()) == {"ok"}, said
    return rows


@pytest.mark.parametrize("name", NAMES)
def test_condition_changes_nothing(name, wanted, base):
    if name in conditions.NEED_ROOT and os.getuid():
        pytest.skip("needs root")
    try:
        rows, said = conditions.try_condition(name, base)
    except conditions.NotHere as why:
        pytest.skip(str(why))
    assert rows == wanted, said
