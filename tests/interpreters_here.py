"""The Pythons of this machine, with which the measured program is tried besides the tests' own."""

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from study.layers import ROOT

KNOWN = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "3.13t", "3.14t", "3.15t", "pypy")
WITH_IMMORTAL = ("3.12", "3.13", "3.14", "3.15", "3.13t", "3.14t", "3.15t")
WITHOUT_IMMORTAL = tuple(label for label in KNOWN if label not in WITH_IMMORTAL)
WITHOUT_SUBINTERPRETERS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.13t", "pypy")
# What a strategy needs and not every Python has: the reason given, and which ones lack it.
LACKED = {
    **dict.fromkeys(
        ("immortal", "forkserver_preload_immortal", "threads_immortal"),
        ("needs CPython 3.12 or later", WITHOUT_IMMORTAL),
    ),
    **dict.fromkeys(("gc_freeze", "forkserver_preload_frozen"), ("no gc.freeze", ("pypy",))),
    **dict.fromkeys(
        ("subinterpreters", "subinterpreters_memoryview"),
        ("needs CPython 3.14 or later", WITHOUT_SUBINTERPRETERS),
    ),
}
PROBE = """
import json, platform, sys, sysconfig
free = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
print(json.dumps([platform.python_implementation(), "%d.%d" % sys.version_info[:2] + free]))
"""
ASKED_FOR = {}  # by the tests so far: name in `KNOWN`, and command or None


def interpreter_or_skip(label):
    """Return the command of a Python, or skip and say where one was looked for."""
    found = ASKED_FOR[label] = interpreters().get(label)
    if found is None:
        pytest.skip(f"no Python {label} starts here: not on PATH, by pyenv, or in local.yaml")
    return found


def require_python(label):
    """Raise an error that ends the test run unless there is such a Python."""
    if label not in KNOWN:
        raise pytest.UsageError(f"{label} is none of {', '.join(KNOWN)}")
    if label not in interpreters():
        raise pytest.UsageError(f"no Python {label} starts here")


def interpreter_with(label, module):
    """Return the command of a Python that has a module, or skip."""
    for command in candidates():
        if probed(command) == label and has(command, module):
            return command
    pytest.skip(f"no Python {label} that starts here has {module}")


@cache
def has(command, module):
    """Return whether a Python can import a module."""
    return not subprocess.run([command, "-c", f"import {module}"], capture_output=True).returncode


def who_took_part():
    """Return in one line the Pythons that tests were given, and those that they had to do without.

    A run on a machine with one Python is as green as a run with ten, and proves less.
    """
    given = [label for label in KNOWN if ASKED_FOR.get(label) and label != own()]
    missing = [label for label in KNOWN if label in ASKED_FOR and not ASKED_FOR[label]]
    line = f"Pythons that took part: {', '.join([f'{own()} (its own)', *given])}"
    return line + (f"; not here: {', '.join(missing)}" if missing else "")


def other_cpythons():
    """Return the names of the CPythons that the tests may ask for besides their own."""
    return [label for label in KNOWN if label not in ("pypy", own())]


@cache
def own():
    """Return the name of the Python that runs the tests."""
    return probed(sys.executable)


@cache
def interpreters():
    """Return the commands of the Pythons that start here, by their names in `KNOWN`."""
    found = {}
    for command in candidates():
        label = probed(command)
        if label:
            found.setdefault(label, command)
    return found


@cache
def probed(command):
    """Return what a Python is called in `KNOWN`; None if it does not start."""
    probe = subprocess.run([command, "-c", PROBE], capture_output=True, text=True)
    return None if probe.returncode else label_of(*json.loads(probe.stdout))


def label_of(implementation, version):
    """Return what a Python is called in `KNOWN`, but for the ``t`` if its version has none."""
    return "pypy" if implementation == "PyPy" else ".".join(version.split(".")[:2])


def label_of_run(row):
    """Return what made a run, from its row or from the measured program's first message."""
    return label_of(row["implementation"], row["version"])


def lacks(strategy, label):
    """Return whether a Python lacks what the strategy needs."""
    return strategy in LACKED and label in LACKED[strategy][1]


def candidates():
    """Return paths that may be Pythons, the one of the tests first."""
    names = [f"python{name}" for name in KNOWN if name != "pypy"]
    paths = [sys.executable, *map(shutil.which, names), shutil.which("pypy3")]
    if shutil.which("pyenv"):
        root = subprocess.run(["pyenv", "root"], capture_output=True, text=True).stdout.strip()
        paths += sorted(Path(root).glob("versions/*/bin/python"))
    overlay = ROOT / "local.yaml"
    if overlay.exists():
        named = (yaml.safe_load(overlay.read_text(encoding="utf-8")) or {}).get("interpreters")
        # Joined to an absolute path, this is that path.
        paths += [ROOT / path for path in (named or {}).values() if path]
    return [str(path) for path in paths if path and Path(path).is_file()]
