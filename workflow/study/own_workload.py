"""Look at a user's workload before anything runs, without running it."""

import ast
import sys
import tokenize
from collections.abc import Callable
from pathlib import Path

from study.code import SCRIPTS
from study.mistake import shortened
from study.user_paths import is_file, is_folder

REQUIRED_FUNCTIONS = {"build": "build(size)", "process": "process(data, job)"}


def trouble_of(path: str | Path, understood: Callable[[Path], bool] = lambda path: False) -> str:
    """Return what is wrong with a workload's file, in one sentence; "" if nothing is.

    The file is read, not imported: it may be made for another interpreter than this one, in a
    syntax that this one does not know. Then ``understood(path)`` says whether one of those does
    that are to run it.
    """
    path = Path(path)
    if is_folder(path):
        return f"{path} is a folder; name the file in it"
    if not is_file(path):
        name = shortened(path, 300)
        return f"there is no file {name}; write it (README: Measure your own data) or name another"
    if "{" in str(path) or "}" in str(path):
        return (
            f"{path} cannot be watched for the braces in its path; Snakemake has its own for them"
        )
    if path.stem in sys.stdlib_module_names:
        return f"{path.name} has the name of one of Python's own modules; rename the file"
    if "." in path.stem:
        return f"{path.name} cannot be imported for the dot in its name; rename the file"
    try:
        with tokenize.open(path) as file:
            tree = ast.parse(file.read())
    except SyntaxError as error:
        if error.lineno and understood(path):  # not where its encoding is wrong
            return ""
        line = f", line {error.lineno}" if error.lineno else ""
        return f"{path.name}{line}: {error.msg}"
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}"
    except ValueError as error:
        return f"{path.name} is no Python source: {error}"
    except (RecursionError, MemoryError):
        return f"{path.name} is nested too deeply for Python"
    names = names_defined_in(tree)
    missing = [call for name, call in REQUIRED_FUNCTIONS.items() if name not in names]
    if missing and "*" not in names:
        return f"{path.name} has no function {' and no '.join(missing)}"
    for name in sorted(packages_imported_by(tree) & {module.stem for module in SCRIPTS.iterdir()}):
        if path.with_name(f"{name}.py").exists() and path.parent.resolve() != SCRIPTS:
            return (
                f"{path.name} imports {name}, and this project has a module of that name, too; "
                f"rename {name}.py"
            )
    return ""


def packages_imported_by(tree: ast.AST) -> set[str]:
    """Return the first words of all modules that a file imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def names_defined_in(tree: ast.Module) -> set[str]:
    """Return the names that a module defines, assigns or imports, in whatever `if` or `try`."""
    found = set()
    inside: list[ast.AST] = [*tree.body]
    while inside:
        node = inside.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.alias():
                found.add(node.asname or node.name)
            case ast.Name(ctx=ast.Store()):
                found.add(node.id)
            case _:
                inside.extend(ast.iter_child_nodes(node))
    return found
