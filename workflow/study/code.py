"""Which files a run depends on, and a digest that changes when they do."""

import hashlib
import re
from functools import cache
from pathlib import Path

from study.config import ROOT

SCRIPTS = ROOT / "scripts"
SHARING = SCRIPTS / "sharing"
IMPORTED = re.compile(r"from sharing\.([\w.]+) import")


@cache
def code_of(strategy, workload):
    """Return the paths of all code that a run executes: supervisor, core, strategy, workload.

    Sorted, relative to the project; of the measured program what the others import, one from
    another, so that a module that one strategy needs makes no other's results stale.
    """
    files = {SCRIPTS / "measure_run.py", *(SCRIPTS / "supervisor").glob("*.py")}
    files |= {SHARING / "__init__.py", *SHARING.glob("*/__init__.py")}
    pending = [SHARING / "__main__.py", module("strategies", strategy), *files]
    while pending:
        path = pending.pop()
        files.add(path)
        pending += imports_of(path) - files
    return sorted({*map(relative, files), *recipe_of(strategy, workload)})


def imports_of(path):
    """Return the paths of the measured program's modules that a file imports from."""
    names = IMPORTED.findall(path.read_text(encoding="utf-8"))
    paths = [SHARING.joinpath(*name.split(".")).with_suffix(".py") for name in names]
    return {path for path in paths if path.is_file()}


@cache
def recipe_of(strategy, workload):
    """Return the paths of the strategy's and of the workload's own file."""
    own = workload.endswith(".py")
    return [
        relative(module("strategies", strategy)),
        workload if own else relative(module("workloads", workload)),
    ]


def relative(path):
    """Return a path of the project as text, relative to its root."""
    return str(path.relative_to(ROOT))


def module(kind, name):
    """Return the path of a strategy's or a built-in workload's module."""
    return SHARING / kind / f"{name}.py"


@cache
def version_of(strategy, workload):
    """Return a short digest of the contents of `code_of`: the version of the measuring code."""
    return digest_of(code_of(strategy, workload))


@cache
def probe_version_of(probe):
    """Return a short digest of the probe, and of the script that asks it with what that uses."""
    files = {SCRIPTS / f"probe_{probe}.py", SCRIPTS / "measure_run.py"}
    files |= {*(SCRIPTS / "supervisor").glob("*.py"), *(SCRIPTS / "probes" / probe).glob("*.py")}
    return digest_of(sorted(map(relative, files)))


def digest_of(names):
    """Return a short digest of files of the project: their names and contents."""
    digest = hashlib.sha256()
    for name in names:
        known = name if (SCRIPTS.parent / name).is_relative_to(SCRIPTS) else Path(name).name
        digest.update(known.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()[:12]
