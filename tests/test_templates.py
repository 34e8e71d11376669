"""Facts, then words: templates compute and decide nothing, modules have no sentences."""

import ast
import re

import pytest
from jinja2 import nodes
from measuring import PROJECT

from report.render import TEMPLATES, environment, head, row

ROOM = PROJECT / "scripts" / "report"
ARITHMETIC = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
COMPUTING = {"abs", "float", "int", "max", "min", "round", "sort", "sum"}  # filters of Jinja's own
NUMBERS = {"divisibleby", "even", "ge", "gt", "le", "lt", "odd"}  # tests of Jinja's own

# What still writes sentences: shrinks to nothing.
NOT_YET_FACTS = {"costs.py", "give_advice.py"}
SENTENCE = re.compile(r"(?:[A-Za-z{][a-z'}]*,? ){3}[a-z{]")  # four words in a row


def computed(source):
    """Return the kinds of what a template computes or decides, by its syntax tree."""
    tree = environment().parse(source)
    found = [type(one).__name__ for kind in ARITHMETIC for one in tree.find_all(kind)]
    for one in tree.find_all(nodes.Filter):
        mapped = [arg.value for arg in one.args if isinstance(arg, nodes.Const)]
        found += [name for name in (one.name, *mapped) if name in COMPUTING]
    found += [one.name for one in tree.find_all(nodes.Test) if one.name in NUMBERS]
    for one in tree.find_all(nodes.Compare):
        (operand, *more) = one.ops
        text = isinstance(operand.expr, nodes.Const) and isinstance(operand.expr.value, str)
        if more or not text or operand.op not in ("eq", "ne"):
            found.append("Compare")
    return found


def sentences(source):
    """Return the strings with four words in a row; an f-string is one text.

    Not docstrings, nor what is for the terminal: options, errors, what is printed or returned.
    """
    tree = ast.parse(source)
    left_out = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # a docstring
            left_out |= {id(one) for one in ast.walk(node) if isinstance(one, ast.Constant)}
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and for_terminal(node)):
            left_out |= {id(one) for one in ast.walk(node)}
        elif isinstance(node, ast.FunctionDef) and node.name == "main":
            returned = [one for one in ast.walk(node) if isinstance(one, ast.Return)]
            left_out |= {id(one) for each in returned for one in ast.walk(each)}
    texts = []
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "{}" for one in node.values]
            left_out |= {id(one) for one in node.values}
            texts.append("".join(parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.append(node.value)
    return [text for text in texts if any(map(has_words, SENTENCE.findall(text)))]


def has_words(found):
    """Return whether a text has more than one word of its own, beside what is put into it."""
    return len(re.findall(r"\b[a-z]{2,}\b", found)) > 1


def for_terminal(call):
    """Return whether a call's strings are options, printed, or the comments of a pattern."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name in ("ArgumentParser", "add_argument", "print", "compile")


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.j2")), ids=lambda path: path.name)
def test_template_computes_and_decides_nothing(path):
    source = path.read_text(encoding="utf-8")
    assert environment().from_string(source)  # knows all filters
    assert computed(source) == []


def test_modules_have_no_sentences():
    found = {
        path.name: sentences(path.read_text(encoding="utf-8")) for path in sorted(ROOM.glob("*.py"))
    }
    texts = {name: texts for name, texts in found.items() if name not in NOT_YET_FACTS}
    assert texts and not any(texts.values()), {name: one for name, one in texts.items() if one}
    assert [name for name in NOT_YET_FACTS if not found.get(name)] == []


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("{{ a * 2 }}", ["Mul"]),
        ("{{ a - 1 }} {{ b ** 2 }}", ["Sub", "Pow"]),
        ("{% if a > 1 %}x{% endif %}", ["Compare"]),
        ("{{ 'x' if a == 1 }}", ["Compare"]),
        ("{{ 'x' if a == b }}", ["Compare"]),
        ("{{ 'x' if 'a' < b }}", ["Compare"]),
        ("{{ a | sum }} {{ a | map('round') }}", ["sum", "round"]),
        ("{{ 'x' if a is gt(1) }}", ["gt"]),
        ("{{ 'x' if a == 'b' }} {{ 'y' if c is none }} {{ d ~ e }}", []),
    ],
)
def test_what_a_template_computes_is_found(source, kinds):
    assert computed(source) == kinds


def test_sentences_are_found_in_every_kind_of_string():
    source = '''"""It is a docstring."""
ArgumentParser(description="it is for the terminal")
a = "one short text"
b = f"all of the {a}" " are here"
c = {"key": ["and they differ a lot"]}


def main():
    """Return what it is that."""
    if a:
        raise Problem(f"there is nothing in {c}")
    return f"{b}: there is nothing in it"
'''
    assert sentences(source) == [
        "all of the {} are here", "and they differ a lot",
    ]  # fmt: skip


def test_a_row_has_a_field_for_each_text_number_and_part_of_a_list():
    assert row("a|b", 1, ["c", 2], map(str, [3])) == "| a\\|b | 1 | c | 2 | 3 |"
    assert head("", ["x", "y"]) == "|  | x | y |\n| --- | --- | --- |"
