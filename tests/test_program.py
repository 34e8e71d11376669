"""The program to paste for a user's own data: it runs, whatever is best, and answers right."""

import subprocess
import sys

import pytest
from interpreters_here import interpreter_or_skip
from test_answers_first import NO_LIVES, evidence_of
from test_report import run

from report.first_screen import first_screen
from setup.write_program import program_of_user

FILE = """
from helper import OFFSET
def build(size):
    return list(range(size))
def process(data, job):
    return sum(data) + OFFSET + job
"""
SIZE, JOBS = 1000, 10  # of the rows of test_report


def program_for(folder, rows, name="my-data.py"):
    """Write the user's file, a helper beside it, and the program; return its path."""
    own, results = folder / "a folder of mine", folder / "results" / "mine"
    own.mkdir()
    results.mkdir(parents=True)
    (own / name).write_text(FILE)
    (own / "helper.py").write_text("OFFSET = 5\n")
    screen = first_screen(evidence_of(rows), NO_LIVES, folder)
    program = results / "use_this.py"
    program.write_text(program_of_user(screen, [own / name], results))
    return program


def answers_of(program, command=sys.executable):
    ended = subprocess.run([command, program], capture_output=True, text=True, timeout=100)
    assert ended.returncode == 0, ended.stderr
    return sorted(map(int, ended.stdout.split()))


RIGHT = [sum(range(SIZE)) + 5 + job for job in range(JOBS)]


def best(strategy, method="fork", name="my-data.py"):
    own = {"workload": name}
    return [run("serial", 1.0, **own), run(strategy, 0.5, start_method=method, **own)]


@pytest.mark.parametrize(
    ("strategy", "method"),
    [
        ("global", "fork"),
        ("closure", "fork"),
        ("module_global", "fork"),
        ("packed", "fork"),
        ("initializer", "spawn"),
        ("initializer", "forkserver"),
        ("argument_chunked", "spawn"),
        ("out_of_band", "forkserver"),
        ("from_disk", "fork"),
        ("threads", "none"),
    ],
)
def test_program_of_what_is_best_runs(strategy, method, tmp_path):
    program = program_for(tmp_path, best(strategy, method))
    assert strategy in ("closure", "from_disk") or "process(" in program.read_text()
    assert (f'start_method="{method}"' in program.read_text()) == (method != "none")
    assert answers_of(program) == RIGHT


def test_program_without_workers_runs_where_they_do_not_pay_or_nothing_is_recommended(tmp_path):
    rows = [run("serial", 1.0, workload="mine.py"), run("global", 2.0, workload="mine.py")]
    program = program_for(tmp_path, rows, "mine.py")
    assert "multiprocessing" not in program.read_text()
    assert answers_of(program) == RIGHT
    (tmp_path / "other").mkdir()
    alone = [run("global", 1.0, workload="mine.py")]
    assert "multiprocessing" not in program_for(tmp_path / "other", alone, "mine.py").read_text()


def test_program_finds_immortal(tmp_path):
    program = program_for(tmp_path, best("immortal"))
    assert answers_of(program, interpreter_or_skip("3.13")) == RIGHT


def test_program_names_no_path_of_this_machine(tmp_path):
    text = program_for(tmp_path, best("global")).read_text()
    assert str(tmp_path) not in text and '"../../a folder of mine"' in text
    assert '"/' not in text  # paths go up from the program's own folder
