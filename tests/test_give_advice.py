"""The advice on the command line: a verdict, strategies with intervals, how far outside it lies."""

import re

import pytest
from test_compare import rows_of, written

from costs.asked import versions_asked
from report import give_advice

ASKED = ["--data", "scan", "--jobs", "10", "--workers", "2", "--job-seconds", "0.05"]


@pytest.fixture
def advised(tmp_path, capsys):
    """Return a function that gives the advice of a study with three strategies and two sizes."""
    rows = [
        row | {"usable_cpus": 2, "size": size, "total_s": row["total_s"] * size / 1000}
        for row in rows_of({"serial": 1.0, "global": 0.5, "argument": 4.0})
        for size in (1000, 2000)
    ]
    rows = [row | {"map_s": row["total_s"]} for row in rows]
    folder = written(tmp_path / "study", rows)

    def advised(*options):
        said = give_advice.main([*ASKED, "--study", str(folder), *options])
        return said or capsys.readouterr().out

    return advised


def test_what_to_do_has_time_and_memory_with_intervals(advised):
    text = advised("--items", "1000")
    lines = text.splitlines()
    (place,) = (n for n, line in enumerate(lines) if line.startswith("Use `global`: "))
    assert re.fullmatch(
        r"Likely \(95 %\): [\d.]+ m?s – [\d.]+ m?s, .* MiB – .* MiB\.", lines[place + 1]
    )
    assert "Without workers: " in text and "95 %" in text


def test_what_lies_outside_is_a_projection(advised):
    assert "A projection" not in advised("--items", "2000")
    assert "A projection: outside of what was measured (items 5 × the most" in advised(
        "--items", "1e4"
    )


def test_program_to_paste_is_named(advised):
    assert "examples/use_global.py" in advised("--items", "1000")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--interpreter", "Jython"], "Jython is none of CPython 3.11"),
        (["--data", "frame"], "frame is none of the data that were measured: a list of ints"),
        (["--items", ""], "Say the items: 1 to 10^12."),
        (["--jobs", "many"], "Say the jobs as a number: 1 to 10^9; “many” is none."),
        (["--workers", "0"], "Say the workers: 1 to 4096; 0 lies outside."),
        (["--read", "x%"], "Say how much a job reads as a number"),
        (["--read", "some"], "Say how many items a job reads as a number"),
        (["--interpreter", "PyPy"], "Not known from this study: PyPy was not measured"),
        (["--interpreter", "3.14t"], "Not known from this study: CPython 3.14 without a GIL"),
        (["--start-method", "spawn"], "Use `global`"),
    ],
)
def test_what_cannot_be_answered_gets_a_sentence(options, said, advised):
    if "spawn" in options:
        assert said not in advised("--items", "1000", *options)
    else:
        assert said in advised("--items", "1000", *options)


def test_version_that_was_not_measured_is_answered_by_the_nearest(advised):
    text = advised("--items", "1000", "--interpreter", "3.12")
    assert "Not measured in full: CPython 3.12. The nearest is CPython 3.11." in text
    assert "Not measured" not in advised("--items", "1000", "--interpreter", "3.11")


def known(called, gil=True):
    """Return what the file says of a CPython."""
    name = f"CPython {called}" if gil else f"CPython {called} without a GIL"
    return {"called": name, "implementation": "CPython", "version": f"{called}.1", "gil": gil}


def test_data_that_a_version_was_not_measured_with_is_answered_by_the_nearest_that_was():
    interpreters = {"a": known("3.14"), "b": known("3.13"), "c": known("3.14", gil=False)}
    measured = {"a": {"scan", "records"}, "b": {"scan"}, "c": {"scan"}}
    asked = versions_asked(interpreters, measured, {"global", "immortal", "subinterpreters"})
    found = {one["called"].removeprefix("CPython "): one["uses"] for one in asked}
    assert found["3.14"] == {"scan": "a", "records": "a"}
    assert found["3.13"] == {"scan": "b", "records": "a"}
    assert found["3.12"] == {"scan": "b", "records": "a"}
    assert found["3.14 without a GIL"] == {"scan": "c"}, "a GIL makes another program of it"
    assert found["3.11"] == {"scan": "b", "records": "a"}
    assert found["PyPy"] == {}
    too_new = {one["called"].removeprefix("CPython "): one["too_new"] for one in asked}
    assert too_new["3.14"] == too_new["PyPy"] == []
    assert too_new["3.13"] == too_new["3.12"] == ["subinterpreters"]
    assert too_new["3.11"] == ["immortal", "subinterpreters"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [("all", "all of them"), ("10%", "10 %"), ("0.1", "10 %"), ("64", "64 items")],
)
def test_how_much_a_job_reads_is_understood(asked, said, advised):
    assert f"each reading {said}" in advised("--items", "1000", "--read", asked)


@pytest.mark.parametrize(("called", "method"), [("3.13", "fork"), ("3.14", "forkserver")])
def test_usual_start_method_is_that_of_the_version(called, method, advised):
    text = advised("--items", "1000", "--interpreter", called, "--start-method", "default")
    assert f"start method {method}." in text


@pytest.mark.parametrize(("called", "asks"), [("3.13", False), ("3.14", True), ("PyPy", False)])
def test_fork_is_to_be_asked_for_where_it_is_not_the_default(called, asks, advised):
    text = advised("--items", "1000", "--interpreter", called)
    assert (f"On Linux CPython {called} forks only where it is asked to" in text) == asks
