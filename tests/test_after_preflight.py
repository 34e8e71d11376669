"""What is measured after a preflight: all, or what says that it failed and why."""

import json
import sys

import pytest
from study_folder import StudyFolder

from preflight.trouble import WITHOUT_ANSWERS
from study.after_preflight import found_by, is_sound, left_to_make
from study.cells import Cell

OK = {"status": "ok", "troubles": []}
FAILED = {"status": "failed", "reason": "KeyError", "troubles": []}
RANDOM = {"status": "ok", "troubles": [{"kind": "unseeded", "text": "Seed it."}]}
STUCK = {"status": "ok", "troubles": [{"kind": "stuck", "text": "It does not arrive."}]}
STRATEGIES = ("argument", "closure", "serial", "global")


def runs(interpreter="cpython"):
    """Return two blocks of four strategies."""
    cells = [Cell("e", interpreter, name, "fork", 9, 2, 4) for name in STRATEGIES]
    return [(cell, repeat) for repeat in (1, 2) for cell in cells]


def left(found):
    """Return (strategy, repeat) of the runs of all of `found`, preflights by interpreter."""
    kept = left_to_make([run for name in found for run in runs(name)], lambda cell: found[cell[1]])
    return [(cell.strategy, repeat) for cell, repeat in kept]


def test_sound_program_is_measured_whole_and_so_is_one_that_nobody_asked():
    every = [(name, repeat) for repeat in (1, 2) for name in STRATEGIES]
    assert left({"a": OK}) == left({"a": None}) == left({"a": STUCK}) == every


def test_of_a_program_that_failed_the_row_that_says_so_is_left():
    assert left({"a": FAILED}) == [("serial", 1)]
    assert len(left({"a": FAILED, "b": OK})) == 1 + 8


@pytest.mark.parametrize("kind", WITHOUT_ANSWERS)
def test_of_answers_that_cannot_be_compared_what_shows_the_cause_is_left(kind):
    found = {"status": "ok", "troubles": [{"kind": kind, "text": ""}]}
    assert left({"a": found}) == [("closure", 1), ("serial", 1)]


def test_without_a_run_without_workers_another_one_says_it():
    only = [run for run in runs() if run[0].strategy != "serial"]
    assert [run[0].strategy for run in left_to_make(only, lambda cell: FAILED)] == ["argument"]


def test_file_that_is_not_there_or_half_written_says_nothing(tmp_path):
    path = tmp_path / "found.json"
    assert found_by(path) is None and is_sound(None)
    path.write_text('{"status": "fai')
    assert found_by(path) is None
    path.write_text(json.dumps(FAILED))
    assert not is_sound(found_by(path))


GOOD = "def build(size):\n    return [size]\ndef process(data, job):\n    return data[0] + job\n"


@pytest.fixture
def study(tmp_path):
    """A study of two strategies and a figure, of a file that a test writes."""
    mine = tmp_path / "mine.py"
    one = {
        "question": "?", "workload": str(mine), "strategies": ["serial", "global", "immortal"],
        "sizes": [9], "figures": ["speedup", "time"], "peak_memory": True,
    }  # fmt: skip
    folder = StudyFolder.create(tmp_path / "study", mine=one)
    folder.config["interpreters"] = {"cpython": sys.executable, "pypy": None}
    return folder, mine


def test_failed_program_leaves_one_row_and_a_report_and_a_repaired_one_is_measured(study):
    folder, mine = study
    mine.write_text(GOOD.replace("data[0]", "data['x']"))
    folder.snakemake("report").check()
    (row,) = folder.runs()
    assert (row["strategy"], row["status"]) == ("serial", "failed")
    assert row["reason"].startswith("mine.py, line 4: TypeError")
    assert "in process, job 0" in row["reason"]
    assert not list(folder.results().glob("figures/*"))
    made = [path.name for path in folder.results().glob("*/runs/**/*_r*.csv")]
    assert len([name for name in made if not name.endswith(".jobs.csv")]) == 1
    said = (folder.results() / "answer.txt").read_text()
    assert "mine.py, line 4: TypeError" in said
    mine.write_text(GOOD)
    folder.snakemake("report").check()
    assert {row["strategy"]: row["status"] for row in folder.runs()}["global"] == "ok"
    assert list(folder.results().glob("figures/*"))
    assert folder.snakemake("report", "--dry-run").check().counts() == {}


def test_program_that_fails_later_than_the_preflight_asks_fails_once(study):
    folder, mine = study
    slow = "    time.sleep(0.15)\n    return data"
    text = "import time\n" + GOOD.replace("    return data", slow)
    mine.write_text(text.replace("[0] + job", "[0:18 - job][0]"))
    folder.config["defaults"]["jobs"] = [20]
    folder.snakemake("runs").check()
    reasons = {(row["strategy"], row["repeat"]): row["reason"] for row in folder.runs()}
    assert reasons["serial", "1"].startswith("mine.py, line 6: IndexError")
    assert reasons["global", "1"].startswith("not begun: so it ends without workers, too (mine.py")
    if sys.version_info < (3, 12):
        assert reasons["immortal", "1"] == "needs CPython 3.12 or later"
