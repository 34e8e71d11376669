"""Immortal objects, tried in every interpreter of this machine by try_immortal.py."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from interpreters_here import (
    KNOWN,
    WITH_IMMORTAL,
    candidates,
    has,
    interpreter_or_skip,
    probed,
)
from measuring import PROJECT

FOLDER = PROJECT / "immortal"
PROGRAM = Path(__file__).parent / "try_immortal.py"
# Faults to plant in a copy of immortal.py: for which Python, the texts and what replaces them, and
# what finds it.
NO_LAYOUT_CHECK = ("        _try_layout(_Memory(_fields()))\n", "        pass\n")
FAULTS = {
    "a wrong count": (
        "3.13",
        [("(0, 4, 0xFFFFFFFF)", "(0, 4, 0xC0000000)")],
        "is_refused_with_a_reason",
    ),
    "a wrong count that is not noticed": (
        "3.13",
        [("(0, 4, 0xFFFFFFFF)", "(0, 4, 0xC0000000)"), NO_LAYOUT_CHECK],
        "workers_share_what_they_read",
    ),
    "the readers' note left out": (
        "3.14t",
        [("(list, *_WITH_KEYS) if", "() if"), NO_LAYOUT_CHECK],
        "workers_share_what_they_read",
    ),
    "keys left out": ("3.13", [("if keyed:", "if False:")], "every_object_is_marked"),
    "functions marked": ("3.13", [("    types.FunctionType,\n", "")], "code_is_left_alone"),
    "not refused": ("3.11", [("    if reason:\n", "    if False:\n")], "is_refused_with_a_reason"),
}


def ended(command, *arguments):
    """Run a Python without our variables."""
    environment = {name: text for name, text in os.environ.items() if "PYTHON" not in name}
    return subprocess.run(
        [command, *map(str, arguments)], capture_output=True, text=True, env=environment
    )


def with_numpy_if_any(label):
    """Return the command of a Python, one that has NumPy if there is one, or skip."""
    found = interpreter_or_skip(label)
    fit = [command for command in candidates() if probed(command) == label]
    return next((command for command in fit if has(command, "numpy")), found)


@pytest.mark.parametrize("label", KNOWN)
def test_in_interpreter(label):
    command = with_numpy_if_any(label)
    tried = ended(command, PROGRAM)
    last = tried.stdout.splitlines()[-1]
    assert tried.returncode == 0, tried.stdout + tried.stderr
    verdicts = [line.split()[0] for line in tried.stdout.splitlines() if line.endswith(" s)")]
    assert "failed" not in verdicts
    if label in WITH_IMMORTAL:
        assert last.startswith("PASSED: ")
        assert ("with NumPy" in last) == has(command, "numpy")
        assert sys.platform != "linux" or tried.stdout.count("unchanged") >= 15
    else:
        why = "PyPy does not count references" if label == "pypy" else "has no immortal objects"
        assert last.startswith("REFUSED, as it should be: ") and why in last
        assert verdicts == ["passed"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_named(fault, tmp_path):
    label, changes, found_by = FAULTS[fault]
    text = (FOLDER / "immortal.py").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    file = tmp_path / "immortal.py"
    file.write_text(text, encoding="utf-8")
    tried = ended(interpreter_or_skip(label), PROGRAM, "--file", file, "--check", found_by)
    assert tried.returncode == 1
    last = tried.stdout.splitlines()[-1]
    layout_refused = "the layout of objects in this build is not the known one"
    said = layout_refused if fault == "a wrong count" else found_by.replace("_", " ")
    assert last.startswith(f"FAILED: {said}"), tried.stdout


def test_a_check_that_ends_badly_has_failed(tmp_path):
    """By a signal, and by a fault that leaves the status at 0."""
    file = tmp_path / "immortal.py"
    text = (FOLDER / "immortal.py").read_text(encoding="utf-8")
    for last in ("os.abort()", "atexit.register(lambda: 1 / 0)"):
        file.write_text(f"{text}\nimport atexit, os, sys\nif '--run' in sys.argv: {last}\n")
        tried = ended(
            interpreter_or_skip("3.13"), PROGRAM, "--file", file, "--check", "how_many_is_returned"
        )
        assert tried.returncode == 1
        said = "FAILED: how many is returned"  # and with NumPy, where this Python has it
        assert tried.stdout.splitlines()[-1] in (said, f"{said}; how many is returned with NumPy")


def test_it_installs_by_itself(tmp_path):
    """By pip, from the folder, with no other package, and leaves nothing in the folder."""
    before = sorted(FOLDER.iterdir())
    assert ended(sys.executable, "-m", "venv", tmp_path / "venv").returncode == 0
    python = tmp_path / "venv" / "bin" / "python"
    installed = ended(python, "-m", "pip", "install", "--quiet", FOLDER)
    if "No matching distribution found for flit_core" in installed.stderr and not os.environ.get(
        "CI"
    ):
        pytest.skip("pip finds no package index here to take flit_core from")
    assert installed.returncode == 0, installed.stderr
    assert sorted(FOLDER.iterdir()) == before
    listed = ended(python, "-m", "pip", "list", "--format", "freeze").stdout.splitlines()
    assert {line.split("==")[0] for line in listed} <= {
        "pip",
        "setuptools",
        "share-or-copy-immortal",
    }
    where = ended(python, "-I", "-c", "import immortal; print(immortal.__file__)").stdout.strip()
    assert Path(where).is_relative_to(tmp_path)
    assert Path(where).read_bytes() == (FOLDER / "immortal.py").read_bytes()
    tried = ended(python, PROGRAM, "--file", where)
    assert tried.returncode == 0, tried.stdout
