"""Every example is a whole program: it runs as it is, prints the answer and leaves nothing."""

import ast
import os
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from interpreters_here import KNOWN, LACKED, interpreter_or_skip, lacks
from libraries import missing_libraries
from measuring import MARK, PROJECT, processes_with, shared_memory, wait_until, wait_until_removed

from report.links import EXAMPLES_FOLDER
from setup.write_examples import names, path_of, program_of
from sharing import strategies

EXAMPLES = names()
NUMBERS = "".join(f"({job}, {1000 // job})\n" for job in range(2, 7))
LONGEST = 55  # lines of code, with the two functions that the reader replaces

# Their data is inherited: fork is no longer the default from Python 3.14 on.
NEEDS_FORK = [
    "array_global",
    "closure",
    "gc_collect",
    "gc_freeze",
    "global",
    "immortal",
    "module_global",
    "mpire",
    "packed",
]

# How Python says that it is missing something, where nobody turns it into `Unsupported`.
RAISED = {
    "immortal": "immortal.Refused: ",
    "forkserver_preload_immortal": "immortal.Refused: ",
    "threads_immortal": "immortal.Refused: ",
    "gc_freeze": "AttributeError: .*freeze",
    "forkserver_preload_frozen": "ImportError: .*freeze",
    "subinterpreters": "ImportError: .*InterpreterPoolExecutor",
    "subinterpreters_memoryview": "ImportError: .*InterpreterPoolExecutor",
}

# What a library keeps in the temporary folder.
KEPT = {"ray": {"ray"}, "ray_actors": {"ray"}, "dask": {"dask-scratch-space"}}

# Python 3.14's default on Linux, in any Python that starts with this on its path.
DEFAULT = "import multiprocessing\nmultiprocessing.set_start_method('forkserver')\n"


def test_every_strategy_with_data_has_an_example_and_every_example_a_strategy():
    assert sorted(EXAMPLES_FOLDER.glob("*.py")) == sorted(map(path_of, EXAMPLES))
    assert set(strategies.names()) - set(EXAMPLES) == {"empty"}  # it has no data


def statements_of(path):
    """Return a program's statements as trees without positions, the docstring's text included."""
    return [ast.dump(node) for node in ast.parse(path.read_text(encoding="utf-8")).body]


class WithoutMarks(ast.NodeTransformer):
    """Takes out the marks of the phases."""

    def visit_Expr(self, node):
        called = getattr(node.value, "func", None)
        return None if getattr(called, "id", "") == "phase" else self.generic_visit(node)


@pytest.mark.parametrize("strategy", EXAMPLES)
def test_the_run_executes_the_statements_of_the_program(strategy):
    """But for the two functions, the marks of the phases and what describes the strategy."""
    recipe = ast.parse(strategies.path_of(strategy).read_text(encoding="utf-8"))
    given = [node for node in recipe.body if getattr(node, "module", "") == "sharing.measured"]
    assert {alias.name for alias in given[0].names} | {"phase"} == {"build", "phase", "process"}
    measured = [
        ast.dump(WithoutMarks().visit(node))
        for node in recipe.body
        if node not in given
        and not (isinstance(node, ast.Assign) and node.targets[0].id in strategies.CONSTANTS)
    ]
    pasted = statements_of(path_of(strategy))
    build, process = [
        node for node in pasted if re.match(r"FunctionDef\(name='(build|process)'", node)
    ]
    assert pasted[-1].startswith("If(test=Compare(left=Name(id='__name__'")
    assert [node for node in pasted[:-1] if node not in (build, process)] == measured


def test_a_recipe_that_was_changed_alone_is_noticed(tmp_path, monkeypatch):
    changed = tmp_path / "use_global.py"
    changed.write_text(path_of("global").read_text().replace("32 * workers", "4 * workers"))
    monkeypatch.setattr(sys.modules[__name__], "path_of", lambda strategy: changed)
    with pytest.raises(AssertionError):
        test_the_run_executes_the_statements_of_the_program("global")


@pytest.mark.parametrize("strategy", EXAMPLES)
def test_example_is_written_from_the_recipe(strategy):
    written = path_of(strategy).read_text(encoding="utf-8")
    assert written == program_of(strategy), "type: python -I scripts write_examples"


@pytest.mark.parametrize("strategy", EXAMPLES)
def test_example_can_be_read_beside_another(strategy):
    """It is short, says what it is and when to use it, and has the parts of all the others."""
    source = path_of(strategy).read_text(encoding="utf-8")
    module = ast.parse(source)
    docstring, *code = module.body
    _, blank, when = ast.get_docstring(module).splitlines()[:3]
    assert (blank, when.split()[0]) == ("", "For"), "the second paragraph says what data it is for"
    lines = source.splitlines()[docstring.end_lineno :]
    assert sum(bool(line.strip()) for line in lines) <= LONGEST
    functions = [node.name for node in code if isinstance(node, ast.FunctionDef)]
    assert functions[:2] == ["build", "process"] and "share" in functions
    if "from immortal import" in source:
        assert "copy immortal.py beside the program" in " ".join(ast.get_docstring(module).split())
        assert "or installed: pip install ./immortal" in source


@pytest.mark.parametrize("strategy", EXAMPLES)
def test_example_that_needs_fork_names_it(strategy):
    source = path_of(strategy).read_text(encoding="utf-8")
    named = 'start_method="fork"):  # only forked workers inherit' in source
    assert named == (strategy in NEEDS_FORK), "NEEDS_FORK of this file, or the line of `share`"


@pytest.mark.parametrize("label", KNOWN)
@pytest.mark.parametrize("strategy", EXAMPLES)
def test_example_prints_the_answer(strategy, label, tmp_path, own_temporary_folder):
    command = interpreter_or_skip(label)
    ended = run_example(strategy, command, tmp_path, own_temporary_folder)
    if lacks(strategy, label):
        assert (ended.returncode, ended.stdout) == (1, "")
        assert re.match(RAISED[strategy], ended.stderr.splitlines()[-1]), ended.stderr
        return
    skip_without_libraries(strategy, command, ended)
    assert (ended.returncode, in_order(ended.stdout)) == (0, NUMBERS), ended.stderr


@pytest.mark.parametrize("strategy", [name for name in EXAMPLES if name not in LACKED])
def test_example_does_not_depend_on_the_default_start_method(
    strategy, tmp_path, own_temporary_folder
):
    folder = tmp_path / "path"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(DEFAULT)
    variables = {"PYTHONPATH": str(folder)}
    ended = run_example(strategy, sys.executable, tmp_path, own_temporary_folder, variables)
    skip_without_libraries(strategy, sys.executable, ended)
    assert (ended.returncode, in_order(ended.stdout)) == (0, NUMBERS), ended.stderr


def in_order(printed):
    """Return the lines that a program printed, sorted: answers come in any order."""
    return "".join(sorted(printed.splitlines(keepends=True)))


def run_example(strategy, command, folder, temporary_folder, variables=()):
    """Run an example in a folder of its own, as its reader would; it may leave nothing."""
    program = Path(shutil.copy(path_of(strategy), folder))
    if "from immortal import" in program.read_text(encoding="utf-8"):
        shutil.copy(PROJECT / "immortal" / "immortal.py", folder)
    temporary = temporary_folder / "t"  # short: Ray's sockets lie in it
    temporary.mkdir()
    files_before, memory_before = set(folder.iterdir()), shared_memory()
    mark = uuid.uuid4().hex
    environment = {name: text for name, text in os.environ.items() if "PYTHON" not in name}
    environment |= {MARK: mark, "TMPDIR": str(temporary), "RAY_USAGE_STATS_ENABLED": "0"}
    try:
        ended = subprocess.run(
            [command, "-B", program.name],
            cwd=folder,
            env=environment | dict(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        # A tracker of resources ends when it notices that the program has ended.
        wait_until(lambda: not processes_with(mark), "its processes to end", 10)
        wait_until_removed(memory_before)
        assert {path.name for path in temporary.iterdir()} <= KEPT.get(strategy, set())
        assert set(folder.iterdir()) == files_before
    finally:
        for process in processes_with(mark):
            process.kill()
        shutil.rmtree(temporary)
    return ended


def skip_without_libraries(strategy, command, ended):
    """Skip an example that ended for want of its library."""
    last = (ended.stderr.splitlines() or [""])[-1]
    if last.startswith("ModuleNotFoundError: "):
        assert missing_libraries(strategy, command), ended.stderr
        pytest.skip(last)
