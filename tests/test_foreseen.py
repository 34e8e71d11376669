"""Runs whose end is known get their row at once; what it is known from must still be there."""

import json

import pytest

from supervisor.foreseen import Endings, foreseen_by_preflight

OK = {"status": "ok", "reason": "", "build_s": 2.0, "job_s": 3.0}
HUNG = {"status": "timeout", "reason": "over 4 s, in map, where it hung: nothing computed any more"}


@pytest.fixture
def asked(tmp_path):
    def path(**words):
        file = tmp_path / "preflight.json"
        file.write_text(json.dumps(OK | words))
        return str(file)

    return path


def test_run_that_cannot_end_in_time_is_not_begun(asked):
    status, reason = foreseen_by_preflight(asked(), workers=1, jobs=10, cpus=2, time_limit_s=30)
    assert status == "timeout"
    assert "not begun" in reason and "32 s and more, over 30 s (time_limit_s)" in reason
    assert foreseen_by_preflight(asked(), workers=2, jobs=10, cpus=2, time_limit_s=30) is None
    assert foreseen_by_preflight(asked(), workers=9, jobs=10, cpus=2, time_limit_s=16) is not None


def test_failed_preflight_ends_every_run(asked):
    path = asked(status="failed", reason="KeyError in build")
    assert foreseen_by_preflight(path, 2, 1, 2, 30) == (
        "failed",
        "KeyError in build (in the preflight, without workers)",
    )
    assert foreseen_by_preflight("", 2, 1, 2, 30) is None


@pytest.fixture
def endings(tmp_path):
    """Return a function that notes how a run ended, and one that asks of the next."""

    def note(run, row, pair="ray cpython", place="by fork 10"):
        (tmp_path / run).write_text("a row")
        Endings(tmp_path / "endings.json").note(str(tmp_path / run), row, pair, place)

    def ask(pair="ray cpython", place="by fork 10"):
        return Endings(tmp_path / "endings.json").foreseen(pair, place)

    return note, ask


def test_what_is_unsupported_is_tried_once(endings, tmp_path):
    note, ask = endings
    assert ask() is None
    note("a.csv", {"status": "unsupported", "reason": "no module named ray"})
    assert ask() == ("unsupported", "no module named ray")
    assert ask(pair="ray pypy") is None
    (tmp_path / "a.csv").unlink()
    assert ask() is None


def test_mechanism_that_hung_twice_is_not_tried_again(endings, tmp_path):
    note, ask = endings
    note("a.csv", HUNG)
    note("a.csv", HUNG)  # the same run, made again
    assert ask() is None
    note("b.csv", {"status": "timeout", "reason": "over 4 s, in map"})  # slow, which is no hang
    assert ask() is None
    note("b.csv", HUNG)
    status, reason = ask()
    assert status == "timeout" and reason.startswith("not begun: 2 runs of its mechanism hung")
    assert ask(place="threads 10") is None
    (tmp_path / "b.csv").unlink()
    assert ask() is None


def test_half_written_memory_is_no_memory(tmp_path):
    (tmp_path / "endings.json").write_text('{"x": [')
    assert Endings(tmp_path / "endings.json").foreseen("x", "y") is None
