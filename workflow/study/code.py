"""Which files a run depends on, and a digest that changes when they do."""

import hashlib
import re
from functools import cache
from pathlib import Path

from study.config import ROOT

SCRIPTS = ROOT / "scripts"
SHARING = SCRIPTS / "sharing"
IMPORTED = re.compile(r"from sharing\.strategies\.(\w+) import")


@cache
def code_of(strategy, workload):
    """Return the paths, relative to the project, of all code that a run executes, sorted.

    The supervisor, the core of the measured program, the strategy with those it imports from,
    and the workload.
    """
    files = {SCRIPTS / "measure_run.py", *(SCRIPTS / "supervisor").glob("*.py")}
    files |= {*SHARING.glob("*.py"), *SHARING.glob("*/__init__.py")}
    files.add(Path(workload) if workload.endswith(".py") else module("workloads", workload))
    pending = {strategy}
    while pending:
        path = module("strategies", pending.pop())
        if path not in files:
            files.add(path)
            pending |= set(IMPORTED.findall(path.read_text(encoding="utf-8")))
    return sorted(
        str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path) for path in files
    )


def module(kind, name):
    """Return the path of a strategy's or a built-in workload's module."""
    return SHARING / kind / f"{name}.py"


@cache
def version_of(strategy, workload):
    """Return a short digest of the contents of `code_of`: the version of the measuring code."""
    digest = hashlib.sha256()
    for name in code_of(strategy, workload):
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()[:12]
