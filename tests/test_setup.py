"""The Python that `make setup` takes, with stand-ins for Pythons: nothing is downloaded."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from measuring import PROJECT

# A Python of which a word each says what it has; a pip without an index has no answer to anything.
PYTHON = """#!/bin/sh
has() {{ case " {has} " in *" $1 "*) ;; *) exit 1 ;; esac; }}
case "$*" in
*version_info*) has new ;;
*ensurepip*) has venv ;;
*Python.h*) has compiler ;;
"-I -m venv "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" && echo "{name}" >"$4/made by" ;;
"-I -m pip install --dry-run "*" immutables==1.2")
    [ -e .venv ] && echo asked >>asked && has index && has wheel ;;
"-I -m pip index versions immutables") has index ;;
"-I -c ") ;;
*) exit 2 ;;
esac
"""
ALL = "new venv index wheel"


@pytest.fixture
def make_venv(tmp_path):
    """Run the script with Pythons (what each has by its name); return how it ended."""
    (tmp_path / "requirements").mkdir()
    locked = "immutables==1.2 \\\n    --hash=sha256:12\n"
    (tmp_path / "requirements" / "study.txt").write_text(locked)
    (tmp_path / "bin").mkdir()
    for tool in ("cp", "mkdir", "rm", "sed", "sh"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))

    def make(**pythons):
        names = [name.replace("_", ".") for name in pythons]
        for name, has in zip(names, pythons.values(), strict=True):
            path = tmp_path / "bin" / name
            if has is not None:
                path.write_text(PYTHON.format(has=has, name=name))
                path.chmod(0o755)
        return subprocess.run(
            ["sh", PROJECT / "scripts" / "setup" / "make_venv.sh", "quick", *names],
            cwd=tmp_path,
            env=os.environ | {"PATH": str(tmp_path / "bin")},
            capture_output=True,
            text=True,
        )

    return make


def made_by(folder):
    """Return which Python made the environment; None without one."""
    path = Path(folder, ".venv", "made by")
    return path.read_text().strip() if path.exists() else None


@pytest.mark.parametrize(
    ("pythons", "taken"),
    [
        ({"python3": ALL, "python3_13": ALL}, "python3"),
        ({"python3": "new venv index", "python3_13": ALL}, "python3.13"),
        ({"python3": "new venv index", "python3_13": "new index wheel", "p3": ALL}, "p3"),
        ({"python3": "venv index wheel", "python3_13": ALL}, "python3.13"),
        ({"python3": None, "python3_13": ALL}, "python3.13"),
        # Without an answer nothing is known: pip will say what is wrong.
        ({"python3": "new venv", "python3_13": ALL}, "python3"),
    ],
)
def test_first_python_that_can_have_everything_is_taken(pythons, taken, make_venv, tmp_path):
    ended = make_venv(**pythons)
    assert (ended.returncode, ended.stderr, made_by(tmp_path)) == (0, "", taken)


def test_with_a_compiler_nothing_is_asked(make_venv, tmp_path):
    assert make_venv(python3="new venv index compiler").returncode == 0
    assert made_by(tmp_path) == "python3"
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize(
    ("pythons", "words"),
    [
        (
            {"python3": "new venv index"},
            "immutables has no wheel .* no compiler: type 'sudo apt-get install gcc libc6-dev "
            "python3-dev', .*'make quick PYTHON=python3.13'",
        ),
        ({"python3_14": "new venv index"}, "libc6-dev python3.14-dev'"),
        ({"/opt/python": None}, "none of these starts: /opt/python;"),
        ({"python3": "new index wheel"}, "apt-get install python3-venv'"),
        ({"python3_12": "new index wheel"}, "apt-get install python3.12-venv'"),
        ({"python3": "venv index wheel"}, "3.11 or newer .*'make quick PYTHON="),
        # Of several, what is said of the first.
        ({"python3": "new venv index", "python3_13": "new"}, "no compiler"),
    ],
)
def test_what_is_missing_is_said_in_one_line(pythons, words, make_venv, tmp_path):
    ended = make_venv(**pythons)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert re.search(words, line), line
    assert not (tmp_path / ".venv").exists()
