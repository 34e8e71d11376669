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

from sharing import strategies

FOLDER = PROJECT / "examples"
NAMES = strategies.names()
WITHOUT_EXAMPLE = ["empty"]  # it has no data: what it would show is how to start a pool
EXAMPLES = [name for name in NAMES if name not in WITHOUT_EXAMPLE]
ANSWER = f"{[1000 // divisor for divisor in range(2, 7)]}\n"
LONGEST = 25  # lines of code

# Their data is inherited, or at best so: fork is no longer the default from Python 3.14 on.
NEEDS_FORK = [
    "array_global",
    "closure",
    "futures",
    "gc_freeze",
    "global",
    "immortal",
    "initializer",
    "module_global",
    "mpire",
    "packed",
]

# How Python says that it lacks something, where nobody turns it into `Unsupported`.
RAISED = {
    "immortal": f"immortal.Refused: .*({LACKED['immortal'][0]})",
    "forkserver_preload_immortal": f"immortal.Refused: .*({LACKED['immortal'][0]})",
    "threads_immortal": f"immortal.Refused: .*({LACKED['threads_immortal'][0]})",
    "gc_freeze": "AttributeError: .*freeze",
    "subinterpreters": "ImportError: .*InterpreterPoolExecutor",
}

# What a library keeps in the temporary folder.
KEPT = {"ray": {"ray"}, "ray_actors": {"ray"}, "dask": {"dask-scratch-space"}}

# Python 3.14's default on Linux, in any Python that starts with this on its path.
DEFAULT = "import multiprocessing\nmultiprocessing.set_start_method('forkserver')\n"


def path_of(strategy):
    """Return an example's path. A file called ray.py would be imported in place of Ray."""
    return FOLDER / f"use_{strategy}.py"


def test_every_strategy_with_data_has_an_example_and_every_example_a_strategy():
    assert sorted(FOLDER.iterdir()) == sorted(map(path_of, EXAMPLES))
    assert [name for name in NAMES if not strategies.has_answers(name)] == WITHOUT_EXAMPLE


@pytest.mark.parametrize("strategy", EXAMPLES)
def test_example_can_be_read_beside_another(strategy):
    """It is short, says what it is and when to use it, and has the parts of all the others."""
    source = path_of(strategy).read_text(encoding="utf-8")
    module = ast.parse(source)
    docstring, *code = module.body
    _, blank, when = ast.get_docstring(module).splitlines()
    assert (blank, when.split()[0]) == ("", "For")
    lines = source.splitlines()[docstring.end_lineno :]
    assert sum(bool(line.strip()) for line in lines) <= LONGEST
    functions = [node.name for node in code if isinstance(node, ast.FunctionDef)]
    assert functions[0] == "build"
    assert functions[-1] in ("count_multiples", "count_all_multiples")
    assert ast.unparse(code[-1].test) == "__name__ == '__main__'"
    if "from immortal import" in source:
        assert "copy scripts/sharing/immortal.py beside the program" in when


@pytest.mark.parametrize("strategy", NEEDS_FORK)
def test_example_that_needs_fork_names_it(strategy):
    wanted = 'start_method="fork"' if strategy == "mpire" else 'get_context("fork")'
    assert wanted in path_of(strategy).read_text(encoding="utf-8")


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
    assert (ended.returncode, ended.stdout) == (0, ANSWER), ended.stderr


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
    assert (ended.returncode, ended.stdout) == (0, ANSWER), ended.stderr


def run_example(strategy, command, folder, temporary_folder, variables=()):
    """Run an example in a folder of its own, as its reader would; it may leave nothing."""
    program = Path(shutil.copy(path_of(strategy), folder))
    if "from immortal import" in program.read_text(encoding="utf-8"):
        shutil.copy(PROJECT / "scripts" / "sharing" / "immortal.py", folder)
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
