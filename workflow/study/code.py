"""Which files a step depends on, found by following imports, and a digest of their contents."""

import ast
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from sharing.workloads import base_of
from study.layers import ROOT

SCRIPTS = ROOT / "scripts"
TRIED_BY_PREFLIGHT = ("initializer", "module_global")  # strategies, by a preflight (check_workload)
IMMORTAL_FOLDER = ROOT / "immortal"  # the one module of the measured program that stands by itself


@cache
def path_of_script(name: str) -> Path:
    """Return the path of the script of a rule: one of that name, in whichever room it lies."""
    (path,) = SCRIPTS.glob(f"*/{name}.py")
    return path


@cache
def code_of_script(name: str) -> list[str]:
    """Return the paths of a script and of all that it imports, one from another.

    Sorted, relative to the project, and only what lies in scripts/.
    """
    return sorted(map(relative, with_imports([path_of_script(name)])))


@cache
def code_of_run(strategy: str, workload: str) -> list[str]:
    """Return the paths of all code that a run executes: supervisor, core, strategy, workload.

    Sorted, relative to the project; of the measured program what the others import, one from
    another, so that a module that one strategy needs makes no other's results stale.
    """
    return code_from_start(recipe_of(strategy, workload))


@cache
def code_of_all_runs(workload: str) -> list[str]:
    """Return the paths of the code that the runs of every strategy execute, in the same form."""
    return code_from_start([path_of_workload(workload)])


def code_from_start(own: Iterable[str]) -> list[str]:
    """Return the paths of supervisor, core and the files `own`, with all that they import."""
    start = [path_of_script("measure_run"), SCRIPTS / "sharing" / "__main__.py"]
    named = {ROOT / path for path in own}
    return sorted(map(relative, with_imports([*start, *filter(inside, named)]) | named))


@cache
def code_of_preflight(workload: str) -> list[str]:
    """Return the paths of the code for the preflight of a workload, and of the workload."""
    script = path_of_script("check_workload")
    programs = [script.parent / "asked" / "__main__.py", SCRIPTS / "sharing" / "__main__.py"]
    recipes = [SCRIPTS / "sharing" / "strategies" / f"{name}.py" for name in TRIED_BY_PREFLIGHT]
    return sorted({*map(relative, with_imports([script, *programs, *recipes])), workload})


@cache
def code_of_probe(probe: str) -> list[str]:
    """Return the paths of a probe's code, and of the script that asks it with what that uses."""
    own = (SCRIPTS / "probes" / probe).glob("*.py")
    return sorted(map(relative, with_imports([path_of_script(f"probe_{probe}"), *own])))


@cache
def parts_of_page() -> list[str]:
    """Return the paths of what the page is made of beside code: a template, programs to paste."""
    parts = path_of_script("write_page").parent.glob("page/*")
    return sorted(map(relative, {*parts, *ROOT.glob("examples/use_*.py")}))


@cache
def templates_of_report() -> list[str]:
    """Return the paths of the templates that have the report's words."""
    return sorted(map(relative, path_of_script("write_report").parent.glob("templates/*")))


@cache
def recipe_of(strategy: str, workload: str) -> list[str]:
    """Return the paths of the strategy's and of the workload's own file."""
    own = SCRIPTS / "sharing" / "strategies" / f"{strategy}.py"
    return [relative(own), path_of_workload(workload)]


def path_of_workload(workload: str) -> str:
    """Return the path of a workload's own file: the project's, or a user's as it is."""
    if workload.endswith(".py"):
        return workload
    return relative(SCRIPTS / "sharing" / "workloads" / f"{base_of(workload)}.py")


@cache
def version_of(code: Callable[..., list[str]], *arguments: str) -> str:
    """Return a short digest of the names and contents of the files ``code(*arguments)``."""
    digest = hashlib.sha256()
    for name in code(*arguments):
        known = name if inside(ROOT / name) else Path(name).name
        digest.update(known.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def with_imports(paths: Iterable[Path]) -> set[Path]:
    """Return the paths and those of all modules in scripts/ that they import, however deep."""
    found: set[Path] = set()
    pending = list(paths)
    while pending:
        path = pending.pop()
        if path not in found:
            found.add(path)
            pending += imports_of(path)
    return found


@cache
def imports_of(path: Path) -> set[Path]:
    """Return the paths of the modules in scripts/ that a file imports, their packages included.

    Whatever ``if``, ``try`` or function the import stands in. A module that is loaded by a name
    made at run time is not seen: strategies, workloads and probes are named to `code_of_…`.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # What is imported from a package may be a module of it.
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    paths: set[Path] = set()
    for name in names:
        words = name.split(".")
        for folder in (SCRIPTS, IMMORTAL_FOLDER):
            paths |= {folder.joinpath(*words[:n], "__init__.py") for n in range(1, len(words) + 1)}
            paths.add(folder.joinpath(*words).with_suffix(".py"))
    return {path for path in paths if path.is_file()}


def inside(path: Path) -> bool:
    """Return whether a file is the project's rather than a user's."""
    return path.is_relative_to(SCRIPTS) or path.is_relative_to(IMMORTAL_FOLDER)


def relative(path: Path) -> str:
    """Return a path of the project as text, relative to its root; a user's as it is."""
    return str(path.relative_to(ROOT)) if inside(path) else str(path)
