"""Write the program to paste for a user's own workload: what was best for it, with its functions.

It is the strategy's example; `build` and `process` call those of the user's file.
"""

import argparse
import json
import os
from pathlib import Path

from report.first_screen import first_screen
from setup.write_examples import EXAMPLES_FOLDER, program_of
from stats.evidence import Evidence
from tables.read_tables import read_lifetimes
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


def main(argv=None):
    arguments = parse(argv)
    folder = arguments.study
    evidence = Evidence.read(folder)
    screen = first_screen(evidence, read_lifetimes(folder), folder)
    text = program_of_user(screen, arguments.workload, arguments.output.parent)
    arguments.output.write_text(text, encoding="utf-8")


def program_of_user(screen, paths, folder):
    """Return the program of the first answer; without any answer, the one without workers.

    `paths` are the users' files, `folder` is where the program will lie.
    """
    measured = screen.measured
    path = next((one for one in paths if measured and one.name == measured.workload), paths[0])
    chosen = screen.answers[0].decision.chosen if screen.answers else None
    strategy = chosen.strategy if chosen else SERIAL
    folders = [
        f"join(HERE, {json.dumps(os.path.relpath(one, folder))})" for one in (path.parent, IMMORTAL)
    ]
    size, jobs = (measured.size, measured.jobs) if measured else (1, 1)
    called = f"workers={chosen.workers if chosen else 1}, jobs=range({jobs})"
    if chosen and chosen.start_method not in ("none", "own"):
        called += f', start_method="{chosen.start_method}"'
    text = program_of(strategy, OWN_FUNCTIONS.format(size=size), OWN_START.format(arguments=called))
    quotes, docstring, program = text.split('"""', 2)
    finding = FINDING.format(folders=",\n    ".join(folders), module=json.dumps(path.stem))
    return f'{quotes}"""{docstring}"""\n{finding}\n\n{program.lstrip()}'


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path, help="folder with the study's tables")
    parser.add_argument("output", type=Path, help="use_this.py")
    parser.add_argument("workload", type=Path, nargs="+", help="the user's file")
    return parser.parse_args(argv)
