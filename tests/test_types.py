"""The rooms that pyproject.toml has typed strictly: a mistake in any is found, none gets round."""

import re
import subprocess
import sys
import tomllib

from measuring import PROJECT
from study_folder import copy_project

TYPED = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["mypy"]["files"]
MISTAKES = """def untyped(number):
    return number


def mistyped(number: int) -> str:
    return number
"""
MOST_IGNORED = 2  # errors, of Snakemake's imports: one more needs a reason here, too


def ways_round(text):
    """Return the lines of a Python text that take something from the checker, but for reasons."""
    lines = [
        line for line in text.splitlines() if re.search(r"\bAny\b|\bcast\(|type: ignore", line)
    ]
    return [line for line in lines if not re.search(r"# type: ignore\[[a-z-]+\]  # \w+", line)]


def texts_of_typed_rooms():
    paths = [path for room in TYPED for path in (PROJECT / room).rglob("*.py")]
    assert len(paths) > len(TYPED)
    return {path: path.read_text(encoding="utf-8") for path in paths}


def test_mistakes_are_found_in_every_room_and_none_was_there(tmp_path):
    copy_project(tmp_path, ["scripts", "workflow", "pyproject.toml"])
    for room in TYPED:
        (tmp_path / room / "mistaken.py").write_text(MISTAKES)
    command = [sys.executable, "-m", "mypy", "--no-incremental"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    found = re.findall(r"^(.*)/mistaken\.py:\d+: error: .*\[([a-z-]+)\]$", ended.stdout, re.M)
    expected = [(room, code) for room in TYPED for code in ("no-untyped-def", "return-value")]
    assert sorted(found) == sorted(expected), ended.stdout + ended.stderr
    assert f"Found {len(expected)} errors in {len(TYPED)} files" in ended.stdout


def test_nothing_gets_round_the_checker_without_a_reason():
    texts = texts_of_typed_rooms()
    assert {path: lines for path, text in texts.items() if (lines := ways_round(text))} == {}
    assert sum(text.count("type: ignore") for text in texts.values()) <= MOST_IGNORED


def test_what_gets_round_the_checker_is_found():
    for line in (
        "x: Any = 1",
        "cast(int, x)",
        "x = 1  # type: ignore",
        "f()  # type: ignore[misc]",
    ):
        assert ways_round(line) == [line]
    assert ways_round("f()  # type: ignore[misc]  # its stub is wrong") == []
