"""The advice on the command line: a verdict, strategies with intervals, how far outside it lies."""

import pytest
from test_compare import rows_of, written

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


def test_strategies_have_time_and_memory_with_intervals(advised):
    text = advised("--items", "1000")
    (row,) = (line for line in text.splitlines() if line.startswith("argument "))
    assert row.count("–") == 2 and " MiB (" in row and "10 runs" in row


def test_what_lies_outside_is_a_projection(advised):
    assert "A projection" not in advised("--items", "2000")
    assert "A projection: outside of what was measured (items 5 × the most)" in advised(
        "--items", "1e4"
    )


def test_program_to_paste_is_named(advised):
    assert "examples/use_global.py" in advised("--items", "1000")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--interpreter", "Jython"], "Jython is none of CPython 3.11"),
        (["--data", "frame"], "frame is none of the data that were measured: scan"),
    ],
)
def test_what_was_not_measured_is_refused(options, said, advised):
    assert said in advised("--items", "1000", *options)
