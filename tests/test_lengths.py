"""A function fits on a screen."""

import ast

from measuring import PROJECT

MOST_LINES = 60


def long_functions(source):
    """Return the names of the functions of a Python text that are longer than a screen."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= MOST_LINES
    ]


def test_no_function_is_longer_than_a_screen():
    files = [path for room in ("scripts", "workflow") for path in (PROJECT / room).rglob("*.py")]
    assert files
    found = {
        f"{path.relative_to(PROJECT)}: {name}"
        for path in files
        for name in long_functions(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_a_long_function_is_found():
    short, long = "def a():\n" + "    x\n" * 59, "def b():\n" + "    x\n" * 60
    assert long_functions(short + long) == ["b"]
