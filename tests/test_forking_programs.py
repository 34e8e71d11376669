"""Users' programs with threads: what they read first, whether a fork hangs, and what works."""

import json
import os
import re

import pytest
import yaml
from measuring import PROJECT

LOCKED = """
import threading, time
LOCK = threading.Lock()
def refresh():
    while True:
        with LOCK:
            time.sleep(0.1)
        time.sleep(0.001)
def build(size):
    threading.Thread(target=refresh, daemon=True, name="refresher").start()
    return list(range(size))
def process(data, job):
    with LOCK:
        return sum(data) + job
"""
POLARS = """
import polars
def build(size):
    return polars.DataFrame({"number": range(size)}).filter(polars.col("number") >= 0)
def process(data, job):
    return data.filter(polars.col("number") > job)["number"].sum()
"""
OF_NUMPY = """
import numpy
def build(size):
    return numpy.eye(size)
def process(data, job):
    return float((data @ data).sum()) + job
"""
# It waits whatever the start method is, where it is no main process.
NEVER_IN_WORKERS = """
import multiprocessing, time
def build(size):
    return list(range(size))
def process(data, job):
    while multiprocessing.parent_process():
        time.sleep(1)
    return sum(data) + job
"""
PLAIN = "def build(size):\n    return list(range(size))\ndef process(data, job):\n    return job\n"
LINE = re.compile(r"write `(start_methods: \[[\w, ]+\])` below `my_data:`")


@pytest.fixture
def study_of(new_study):
    """Return a function that measures a program by ``make mine``'s configuration, in small."""
    folder = new_study()
    folder.config = yaml.safe_load((PROJECT / "workflow/presets/mine.yaml").read_text())
    folder.config |= {"interpreters": {"pypy": None}, "memory_floor_percent": 0, "quiet_percent": 0}
    folder.config["experiments"]["my_data"] |= {
        "strategies": ["serial", "threads", "initializer", "global", "argument"],
        "sizes": [300], "min_repeats": 1, "max_repeats": 1, "peak_memory": False, "figures": [],
    }  # fmt: skip

    def measured(text):
        (folder.path / "my_workload.py").write_text(text, encoding="utf-8")
        folder.snakemake().check()
        return folder

    return measured


def first_screen_of(folder):
    return (folder.results() / "report.md").read_text().partition("## The experiments")[0]


def answer_of(folder):
    return (folder.results() / "answer.txt").read_text()


def preflight_of(folder):
    (path,) = folder.results().glob("my_data/preflight/*.json")
    return json.loads(path.read_text())


def check_hung_and_what_works(folder, whose):
    """The preflight hung and names the threads; what the first screen says to write, works."""
    asked, first = preflight_of(folder), first_screen_of(folder)
    assert asked["start_methods"] == {
        "fork": "hung", "fork with one library thread": "hung", "forkserver": "ok", "spawn": "ok",
    }  # fmt: skip
    assert asked["threads"] == [whose]
    (lead,) = [line for line in first.splitlines() if line.startswith("- **Forked workers hang**")]
    assert first.split("\n\n")[1].startswith(lead)
    assert asked["threads_in_words"] in lead and whose in lead
    assert LINE.search(lead)[1] in answer_of(folder)
    forked = [row for row in folder.runs() if row["start_method"] == "fork"]
    assert {row["reason"] for row in forked} == {
        "not begun: two forked workers hung in the preflight"
    }
    folder.config["experiments"]["my_data"] |= yaml.safe_load(LINE.search(lead)[1])
    folder.snakemake().check()
    rows = [row for row in folder.runs() if row["strategy"] == "initializer"]
    assert {row["start_method"]: row["status"] for row in rows} == {
        "forkserver": "ok", "spawn": "ok",
    }  # fmt: skip
    assert "**Forked workers hang**" not in first_screen_of(folder)


def test_lock_that_a_thread_holds_at_the_fork(study_of):
    check_hung_and_what_works(study_of(LOCKED), "the Python thread refresher")


@pytest.mark.slow
def test_threads_of_polars(study_of):
    pytest.importorskip("polars")
    check_hung_and_what_works(study_of(POLARS), "polars")


def test_threads_of_numpy(study_of):
    """A fork works beside them, since OpenBLAS ends them before; that is said, and no more."""
    pytest.importorskip("numpy")
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("OpenBLAS starts no thread where there is one CPU")
    folder = study_of(OF_NUMPY)
    asked, first = preflight_of(folder), first_screen_of(folder)
    assert asked["threads"] == [] and asked["ended_threads"] == ["OpenBLAS (NumPy, SciPy)"]
    assert asked["start_methods"] == {"fork": "ok"}
    (said,) = [line for line in first.splitlines() if line.startswith("- **Forking works**")]
    assert asked["threads_in_words"] in said and "OpenBLAS (NumPy, SciPy)" in said
    assert "Forking works" in answer_of(folder)
    forked = [row for row in folder.runs() if row["start_method"] == "fork"]
    assert {(row["status"], float(row["threads_at_fork"])) for row in forked} == {("ok", 1)}


def test_program_without_threads_reads_nothing_of_them(study_of):
    folder = study_of(PLAIN)
    asked, first = preflight_of(folder), first_screen_of(folder)
    assert asked["threads"] == asked["ended_threads"] == [] and asked["threads_in_words"] == ""
    assert asked["start_methods"] == {"fork": "ok"}
    for text in (first, answer_of(folder)):
        assert "Fork" not in text and "start_methods" not in text
    forked = [row for row in folder.runs() if row["start_method"] == "fork"]
    assert {float(row["threads_at_fork"]) for row in forked} == {1}


@pytest.mark.slow
def test_program_that_answers_in_no_worker(study_of):
    folder = study_of(NEVER_IN_WORKERS)
    assert set(preflight_of(folder)["start_methods"].values()) == {"hung"}
    first = first_screen_of(folder)
    assert "nor do they answer if started by forkserver (hung) and spawn (hung)" in first
    assert LINE.search(first) is None
