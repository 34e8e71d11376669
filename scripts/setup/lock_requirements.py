"""Lock the groups of dependencies of pyproject.toml, with hashes, in requirements/; `make lock`.

Every version that still fits is kept; ``--upgrade`` takes the newest. A file names no index, and
says by a digest what it was made from, so that a test finds one that is out of date.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
REQUIREMENTS = PROJECT / "requirements"
# Each has the versions of those before it, since they may share one environment.
LOCKED_GROUPS = ("study", "development", "libraries", "cluster", "uv")
# "fewest": the same versions on every Python, so that two machines' analyses agree.
COMPILE = "pip compile --quiet --no-config --universal --generate-hashes --fork-strategy fewest"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    parser.add_argument("--upgrade-package", metavar="NAME", help="take the newest version of one")
    parsed = parser.parse_args(arguments)
    upgrade = ["--upgrade"] if parsed.upgrade else []
    if parsed.upgrade_package:
        upgrade.append(f"--upgrade-package={parsed.upgrade_package}")
    project = read_project()
    python = project["project"]["requires-python"].removeprefix(">=")
    run_uv = [sys.executable, "-I", "scripts", "run_uv", *COMPILE.split()]
    REQUIREMENTS.mkdir(exist_ok=True)
    for number, group in enumerate(LOCKED_GROUPS):
        constraints = [f"--constraint=requirements/{name}.txt" for name in LOCKED_GROUPS[:number]]
        output = [f"--output-file=requirements/{group}.txt", f"--python-version={python}"]
        head = f"--custom-compile-command={head_of(project)}"
        command = [*run_uv, *constraints, *output, head, f"--group={group}", *upgrade]
        if code := subprocess.run(command, cwd=PROJECT).returncode:
            return code
    return 0


def read_project():
    """Return pyproject.toml as a dict."""
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def head_of(project):
    """Return what a lock of this project's groups says it was made by."""
    groups = {name: project["dependency-groups"][name] for name in LOCKED_GROUPS}
    wanted = json.dumps([project["project"]["requires-python"], groups], sort_keys=True)
    digest = hashlib.sha256(wanted.encode()).hexdigest()[:16]
    return f"make lock (of groups with the digest {digest})"
