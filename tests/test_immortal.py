"""Immortal objects, tried in every interpreter of this machine that can have them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from interpreters_here import KNOWN, WITH_IMMORTAL, interpreter_or_skip, interpreter_with
from measuring import PROJECT

FOLDER = PROJECT / "immortal"
PROGRAM = Path(__file__).parent / "immortal_checks.py"
CHECKS = [
    "every_object_is_marked",
    "runs_of_any_kind_are_marked",
    "chains_and_nests_of_any_depth_are_marked",
    "how_many_is_returned",
    "what_is_immortal_already_is_not_written",
    "code_is_left_alone",
    "answers_are_the_same",
    "children_and_parent_exit_normally",
    "workers_share_the_memory",
    "workers_share_containers",
    "another_layout_is_refused",
]
WITHOUT_GIL = ["another_note_is_refused"]
CASES = [(label, check) for label in WITH_IMMORTAL for check in CHECKS]
CASES += [(label, check) for label in WITH_IMMORTAL if label[-1] == "t" for check in WITHOUT_GIL]
REFUSED = """
import sys
sys.path.insert(0, sys.argv[1])
import immortal
data = [10**9]
try:
    immortal.make_immortal(data)
except immortal.Refused as reason:
    print(reason)
"""


def run(command, *arguments):
    """Run a Python without our variables; return what it printed. It must end with 0."""
    environment = {name: text for name, text in os.environ.items() if "PYTHON" not in name}
    ended = subprocess.run(
        [command, *map(str, arguments)], capture_output=True, text=True, env=environment
    )
    assert ended.returncode == 0, ended.stderr
    assert "Fatal" not in ended.stderr and "Traceback" not in ended.stderr
    return ended.stdout.strip()


@pytest.mark.parametrize("library", ["", "numpy"])
@pytest.mark.parametrize(("label", "check"), CASES)
def test_in_interpreter(label, check, library):
    """With NumPy, which the program has imported or not, objects are marked in another way."""
    if check.startswith("workers_share") and not sys.platform.startswith("linux"):
        pytest.skip("only Linux reports what a process shares")
    command = interpreter_with(label, library) if library else interpreter_or_skip(label)
    run(command, PROGRAM, FOLDER, check, *filter(None, [library]))


@pytest.mark.parametrize("label", [name for name in KNOWN if name not in WITH_IMMORTAL])
def test_is_refused_with_a_reason(label):
    said = run(interpreter_or_skip(label), "-c", REFUSED, FOLDER)
    wanted = "PyPy does not count references" if label == "pypy" else "has no immortal objects"
    assert wanted in said


def test_every_check_is_run():
    """A check that nobody calls proves nothing."""
    text = PROGRAM.read_text(encoding="utf-8")
    helpers = {"count", "is_immortal", "graph", "walk", "private_kib", "forked"}
    helpers |= {"check_what_is_copied", "check_refusal"}
    defined = {line[4:].partition("(")[0] for line in text.splitlines() if line[:4] == "def "}
    assert defined - helpers == {*CHECKS, *WITHOUT_GIL}
