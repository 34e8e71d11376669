"""Who may import whom among the rooms of scripts/, and what that means for what is run again."""

import ast
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
    "costs/advice.py": "from report.render import render",
    "wording/units.py": "from tables.aggregate_runs import concatenate",
    "figures/rows.py": "from report.render import render",
    "supervisor/child.py": "from wording.units import time",
    "probes/probe_pickling.py": "from tables.read_tables import read_table",
    "preflight/check_workload.py": "from stats.ratios import paired",
    "sharing/run.py": "from supervisor.machine import describe_machine",
    "report/answer.py": "from study.config import ROOT",
}
NAMES = sorted(path.stem for path in SCRIPTS.glob("*/*_*.py") if "\ndef main(" in path.read_text())


# Names that every script or figure has, and what the measured program and the supervisor call the
# two ends of one message.
OF_EVERYBODY = {"main", "parse", "draw", "messages", "message", "job_rows"}


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


def modules_by_name(scripts, workflow):
    """Return {name: modules} of all public names that modules define."""
    found = {}
    # Strategies and workloads have the names of their interface, and are called by their package's.
    plugins = [scripts / "sharing" / name for name in ("strategies", "workloads")]
    for path in [*scripts.glob("**/*.py"), *workflow.glob("study/*.py")]:
        if path.parent not in plugins:
            for name in names_defined_in(ast.parse(path.read_text(encoding="utf-8"))):
                found.setdefault(name, []).append(f"{path.parent.name}/{path.name}")
    return found


def names_defined_in(module):
    """Return the public names that a module itself defines, imports left out."""
    names = set()
    for node in module.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            inside = [one for target in targets for one in ast.walk(target)]
            names |= {one.id for one in inside if isinstance(one, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def test_one_name_means_one_thing_in_all_rooms():
    found = modules_by_name(SCRIPTS, SCRIPTS.parent / "workflow")
    assert len(found) > 500
    twice = {name: modules for name, modules in found.items() if len(modules) > 1}
    assert {name: modules for name, modules in twice.items() if name not in OF_EVERYBODY} == {}


def test_name_that_two_modules_define_is_found(tmp_path):
    for name, text in {
        "scripts/stats/best.py": "ENOUGH = 4\n\ndef best():\n    inner = 1\n",
        "scripts/tables/blocks.py": "FEW, ENOUGH = 1, 0.88\n",
        "scripts/tables/timeline.py": "def span():\n    best = 1\n",
        "scripts/tables/traces.py": "class span:\n    pass\n",
        "scripts/sharing/strategies/serial.py": "FEW = 2\n",
        "workflow/study/cells.py": "from stats.best import best\ninner = 2\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = modules_by_name(tmp_path / "scripts", tmp_path / "workflow")
    assert sorted(found["ENOUGH"]) == ["stats/best.py", "tables/blocks.py"]
    assert {name for name, modules in found.items() if len(modules) > 1} == {"ENOUGH", "span"}


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


# One process for all: pandas takes longer to import than all else that they do.
EACH_BY_ITS_NAME = """
import runpy, sys
for name in sys.argv[1:]:
    sys.argv = ["scripts", name, "--help"]
    try:
        runpy.run_path("scripts", run_name="__main__")
    except SystemExit as ended:
        assert ended.code == 0, name
"""


def test_every_script_starts_by_its_name_and_says_what_it_is_for():
    ended = subprocess.run([sys.executable, "scripts"], cwd=PROJECT, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.split("\n  ")[1:] and set(NAMES) == set(ended.stderr.split()[7:])
    called = [sys.executable, "-I", "-c", EACH_BY_ITS_NAME, *NAMES]
    ended = subprocess.run(called, cwd=PROJECT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    # From Python 3.14 on, argparse puts "python" before it.
    usages = [line for line in ended.stdout.splitlines() if line.startswith("usage: ")]
    assert all(f"scripts {name} [-h]" in line for name, line in zip(NAMES, usages, strict=True))
