"""The program to paste for a user's own workload: what was best for it, with its functions.

It is the strategy's example; `build` and `process` call those of the user's file.
"""

import ast
import json
import os

from report.foreign import as_itself
from report.links import EXAMPLES_FOLDER
from wording.mechanisms import SERIAL

IMMORTAL = EXAMPLES_FOLDER.with_name("immortal")
FINDING = """
import importlib
import sys
from os.path import dirname, join

HERE = dirname(__file__)
sys.path[:0] = [  # your file's folder, and that of immortal.py
    {folders},
]
YOURS = importlib.import_module({module})
"""
OWN_FUNCTIONS = """
def build():
    return YOURS.build({size})


def process(data, job):
    return YOURS.process(data, job)
"""
OWN_START = """
if __name__ == "__main__":
    for answer in share({arguments}):
        print(answer)
"""


def program_of_user(screen, paths, folder):
    """Return the program of the first answer; without any answer, the one without workers.

    `paths` are the users' files, `folder` is where the program will lie.
    """
    measured = screen.measured
    name = as_itself(measured.workload) if measured else ""
    path = next((one for one in paths if one.name == name), paths[0])
    chosen = screen.answers[0].decision.chosen if screen.answers else None
    strategy = chosen.strategy if chosen else SERIAL
    folders = [
        f"join(HERE, {json.dumps(os.path.relpath(one, folder))})" for one in (path.parent, IMMORTAL)
    ]
    size, jobs = (measured.size, measured.jobs) if measured else (1, 1)
    called = f"workers={chosen.workers if chosen else 1}, jobs=range({jobs})"
    if chosen and chosen.start_method not in ("none", "own"):
        called += f', start_method="{chosen.start_method}"'
    text = with_functions(
        (EXAMPLES_FOLDER / f"use_{strategy}.py").read_text(encoding="utf-8"),
        OWN_FUNCTIONS.format(size=size),
        OWN_START.format(arguments=called),
    )
    quotes, docstring, program = text.split('"""', 2)
    finding = FINDING.format(folders=",\n    ".join(folders), module=json.dumps(path.stem))
    return f'{quotes}"""{docstring}"""\n{finding}\n\n{program.lstrip()}'


def with_functions(source, functions, start):
    """Return an example's text with other functions and another start in place of its own."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        given = {"build": functions.strip("\n"), "process": ""}.get(getattr(node, "name", None))
        if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test):
            given = start.strip("\n")
        if given is not None:
            lines[node.lineno - 1 : node.end_lineno] = [None] * (node.end_lineno - node.lineno + 1)
            lines[node.lineno - 1] = given
    text = "\n".join(line for line in lines if line is not None)
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return text + "\n"
