"""Runs whose end is known get their row at once; what it is known from must still be there."""

import json
from argparse import Namespace

import pytest

from supervisor.foreseen import Endings, foreseen_by_preflight

OK = {"status": "ok", "reason": "", "build_s": 2.0, "job_s": 3.0, "start_methods": {"fork": "ok"}}
HUNG = {"status": "timeout", "reason": "over 4 s, in map, where it hung: nothing computed any more"}


@pytest.fixture
def asked(tmp_path):
    def path(**words):
        file = tmp_path / "preflight.json"
        file.write_text(json.dumps(OK | words))
        return str(file)

    return path


def test_run_that_cannot_end_in_time_is_not_begun(asked):
    status, reason = foreseen_by_preflight(asked(), 1, 10, 2, 30, "fork")
    assert status == "timeout"
    assert "not begun" in reason and "32 s and more, over 30 s (time_limit_s)" in reason
    assert foreseen_by_preflight(asked(), 2, 10, 2, 30, "fork") is None
    assert foreseen_by_preflight(asked(), 9, 10, 2, 16, "none") is not None


def test_failed_preflight_ends_every_run(asked):
    path = asked(status="failed", reason="KeyError in build")
    assert foreseen_by_preflight(path, 2, 1, 2, 30, "fork") == (
        "failed",
        "KeyError in build (in the preflight, without workers)",
    )
    assert foreseen_by_preflight("", 2, 1, 2, 30, "fork") is None


def test_forked_workers_that_hung_in_the_preflight_are_not_waited_for_again(asked):
    path = asked(start_methods={"fork": "hung", "fork with one library thread": "hung"})
    status, reason = foreseen_by_preflight(path, 2, 1, 2, 30, "fork")
    assert (status, reason) == ("timeout", "not begun: two forked workers hung in the preflight")
    assert foreseen_by_preflight(path, 2, 1, 2, 30, "spawn") is None
    assert foreseen_by_preflight(path, 2, 1, 2, 30, "none") is None
    path = asked(start_methods={"fork": "hung", "fork with one library thread": "ok"})
    assert foreseen_by_preflight(path, 2, 1, 2, 30, "fork") is None


def run_of(strategy="global", **changed):
    """Return the arguments of a run, as far as they tell which others end alike."""
    given = {
        "experiment": "one", "interpreter": "cpython", "start_method": "fork", "strategy": strategy,
        "mechanism": "by fork", "size": 10, "jobs": 3, "basis": f"{strategy} 1",
        "common_basis": "program 1", "output": "a.csv", "workload": "my_workload.py",
    }  # fmt: skip
    return Namespace(**given | changed)


@pytest.fixture
def endings(tmp_path):
    """Return a function that notes how a run ended, and one that asks of the next."""

    def note(output, row, *strategy, **changed):
        (tmp_path / output).write_text("a row")
        run = run_of(*strategy, output=str(tmp_path / output), **changed)
        Endings(tmp_path / "endings.json").note(run, row)

    def ask(*strategy, **changed):
        return Endings(tmp_path / "endings.json").foreseen(run_of(*strategy, **changed))

    return note, ask


def test_what_is_unsupported_is_tried_once(endings, tmp_path):
    note, ask = endings
    assert ask() is None
    note("a.csv", {"status": "unsupported", "reason": "no module named ray"})
    assert ask() == ("unsupported", "no module named ray")
    assert ask(interpreter="pypy") is None
    assert ask(basis="global 2") is None
    (tmp_path / "a.csv").unlink()
    assert ask() is None


def test_strategy_that_hung_twice_is_not_tried_again_and_condemns_no_other(endings, tmp_path):
    note, ask = endings
    note("a.csv", HUNG, "mpire")
    note("a.csv", HUNG, "mpire")  # the same run, made again
    assert ask("mpire") is None
    note("b.csv", {"status": "timeout", "reason": "over 4 s, in map"}, "mpire")  # slow, no hang
    assert ask("mpire") is None
    note("b.csv", HUNG, "mpire")
    status, reason = ask("mpire")
    assert status == "timeout" and reason.startswith("not begun: 2 runs of it hung before (over")
    assert ask("global") is None
    assert ask("mpire", jobs=4) is None
    (tmp_path / "b.csv").unlink()
    assert ask("mpire") is None


def test_mechanism_of_which_two_strategies_hung_is_not_tried_again(endings):
    note, ask = endings
    note("a.csv", HUNG, "mpire")
    assert ask("closure") is None
    note("b.csv", HUNG, "global")
    status, reason = ask("closure")
    assert status == "timeout"
    assert reason.startswith("not begun: 2 strategies of its mechanism hung before, global, mpire")
    assert ask("mpire") is not None  # by its own run and another's
    assert ask("threads", mechanism="threads") is None


def test_repaired_program_is_measured_again_where_runs_hung(endings):
    """Runs that are scheduled before those that hung find the old rows still there."""
    note, ask = endings
    for output, strategy in (("a.csv", "mpire"), ("b.csv", "mpire"), ("c.csv", "global")):
        note(output, HUNG, strategy)
    assert ask("mpire") and ask("closure")
    assert ask("mpire", basis="mpire 2", common_basis="program 2") is None
    assert ask("closure", basis="closure 2", common_basis="program 2") is None


def test_repaired_strategy_is_measured_again_and_condemns_no_other(endings):
    note, ask = endings
    for output, strategy in (("a.csv", "mpire"), ("b.csv", "mpire"), ("c.csv", "global")):
        note(output, HUNG, strategy)
    assert ask("mpire", basis="mpire 2") is None
    for output in ("a.csv", "b.csv"):
        note(output, {"status": "ok", "reason": ""}, "mpire", basis="mpire 2")
    assert ask("closure") is None


def test_program_that_fails_without_workers_is_not_tried_with_any(endings, tmp_path):
    note, ask = endings
    failed = {"status": "failed", "reason": "my_workload.py, line 3: KeyError: 9 in a job"}
    alone = {"mechanism": "no workers or no data", "start_method": "none"}
    note("a.csv", failed, "serial", **alone, workload="scan")  # one of this project's own
    assert ask() is None
    note("a.csv", failed, "serial", **alone)
    assert ask() == (
        "failed", f"not begun: so it ends without workers, too ({failed['reason']})",
    )  # fmt: skip
    assert ask("threads", start_method="none") is not None
    assert ask("serial", **alone) is None
    assert ask(common_basis="program 2") is None and ask(interpreter="pypy") is None
    note("b.csv", {"status": "ok", "reason": ""}, "serial", **alone)
    assert ask() is None
    slow = {"status": "timeout", "reason": "over 4 s, in map"}  # two workers may be fast enough
    note("c.csv", slow, "serial", **alone)
    assert ask() is None


def test_half_written_memory_is_no_memory(tmp_path):
    (tmp_path / "endings.json").write_text('{"x": [')
    assert Endings(tmp_path / "endings.json").foreseen(run_of()) is None
