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

KNOWN = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "3.13t", "3.14t", "pypy")
WITH_IMMORTAL = ("3.12", "3.13", "3.14", "3.15", "3.13t", "3.14t")
PROBE = """
import json, platform, sys, sysconfig
free = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
print(json.dumps([platform.python_implementation(), "%d.%d" % sys.version_info[:2] + free]))
"""


def interpreter_or_skip(label):
    """Return the command of a Python, or skip and say where one was looked for."""
    found = interpreters().get(label)
    if found is None:
        pytest.skip(f"no Python {label} starts here: not on PATH, by pyenv, or in local.yaml")
    return found


@cache
def interpreters():
    """Return the commands of the Pythons that start here, by their names in `KNOWN`."""
    found = {}
    for command in candidates():
        probe = subprocess.run([command, "-c", PROBE], capture_output=True, text=True)
        if probe.returncode == 0:
            implementation, version = json.loads(probe.stdout)
            found.setdefault("pypy" if implementation == "PyPy" else version, command)
    return found


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
