"""Who may import whom among the rooms of scripts/, and what that means for what is run again."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from measuring import PROJECT
from study_folder import copy_project

from study import code
from study.code import SCRIPTS, code_of_script, path_of_script

LINTER = Path(sys.executable).with_name("lint-imports")
WRONG = {
    "tables/aggregate_runs.py": "from stats.ratios import paired",
    "stats/wanted.py": "from claims.judge_claims import judge",
    "claims/article.py": "from figures.style import page",
    "costs/advice.py": "from report.markdown import markdown",
    "wording/units.py": "from tables.aggregate_runs import concatenate",
    "figures/rows.py": "from report.markdown import markdown",
    "supervisor/child.py": "from wording.units import time",
    "probes/probe_pickling.py": "from tables.read_tables import read_table",
    "preflight/check_workload.py": "from stats.ratios import paired",
    "sharing/run.py": "from supervisor.machine import describe_machine",
    "report/answer.py": "from study.config import ROOT",
}
NAMES = sorted(path.stem for path in SCRIPTS.glob("*/*_*.py") if "\ndef main(" in path.read_text())


def lint(folder):
    return subprocess.run(
        [LINTER, "--no-logo", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": "scripts:workflow", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def copied(tmp_path):
    copy_project(tmp_path, ["scripts", "workflow", "pyproject.toml"])
    return tmp_path


def test_rooms_know_each_other_in_one_direction(copied):
    ended = lint(copied)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", WRONG)
def test_import_in_the_wrong_direction_is_refused_by_its_name(name, copied):
    path = copied / "scripts" / name
    path.write_text(path.read_text() + f"\n\ndef wrong():\n    {WRONG[name]}\n")
    ended = lint(copied)
    assert ended.returncode == 1
    importer = ".".join(Path(name).with_suffix("").parts)
    imported = WRONG[name].split()[1]
    assert re.search(rf"{importer} -> {imported}\b", ended.stdout), ended.stdout


def imported_by(path):
    """Return the modules of scripts/ that are there after Python itself imported a script."""
    listing = (
        f"import sys; sys.path[:0] = [{str(SCRIPTS)!r}, {str(SCRIPTS.parent / 'workflow')!r}];"
        f"import {path.parent.name}.{path.stem};"
        "print(*(module.__file__ for module in list(sys.modules.values())"
        " if getattr(module, '__file__', None)), sep='\\n')"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-c", listing], capture_output=True, text=True, check=True
    )
    found = {Path(line) for line in said.stdout.splitlines()}
    return {str(one.relative_to(PROJECT)) for one in found if one.is_relative_to(SCRIPTS)}


# No rule runs the set-up's script, which asks the configuration's code as well.
@pytest.mark.parametrize(
    "name", [name for name in NAMES if path_of_script(name).parent.name != "setup"]
)
def test_what_a_script_depends_on_is_what_python_imports(name):
    assert set(code_of_script(name)) == imported_by(path_of_script(name))


def test_imports_are_followed_in_every_form(tmp_path, monkeypatch):
    monkeypatch.setattr(code, "SCRIPTS", tmp_path)
    for name in ("room/__init__.py", "room/a.py", "room/b.py", "room/c.py", "other/d.py", "e/f.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    script = tmp_path / "room" / "script.py"
    script.write_text(
        "import os, room.a\nfrom room import b\ntry:\n    from room.c import thing as x\n"
        "except ImportError:\n    pass\n\n\ndef later():\n    import other.d as y\n"
    )
    found = {str(path.relative_to(tmp_path)) for path in code.imports_of(script)}
    assert found == {"room/__init__.py", "room/a.py", "room/b.py", "room/c.py", "other/d.py"}


def test_every_script_starts_by_its_name_and_says_what_it_is_for():
    ended = subprocess.run([sys.executable, "scripts"], cwd=PROJECT, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.split("\n  ")[1:] and set(NAMES) == set(ended.stderr.split()[7:])
    for name in NAMES:
        called = [sys.executable, "-I", "scripts", name, "--help"]
        ended = subprocess.run(called, cwd=PROJECT, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        # From Python 3.14 on, argparse puts "python" before it.
        assert f"scripts {name} [-h]" in ended.stdout.splitlines()[0]
