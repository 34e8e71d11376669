"""What is announced before a study starts, and what a run's code is."""

import gzip
from statistics import mean

import pytest
from measuring import PROJECT, WORKLOADS
from study_folder import copy_project

from study import code
from study.cells import Cell
from study.matrix import too_old
from study.pace import Pace, cell_of, earlier_runs
from study.plan import OVERHEAD_S, describe_plan

FIELDS = "experiment,interpreter,strategy,start_method,size,workers,jobs,wall_s"


def cell(strategy="global", size=10, experiment="one", interpreter="cpython"):
    return Cell(experiment, interpreter, strategy, "fork", size, 2, 3)


def key(rule="measure_run", **which):
    return rule, cell_of(cell(**which)._asdict())


def seconds(*walls, **which):
    return {key(**which)[1]: list(walls)}


def test_known_cell_takes_the_median_of_its_runs():
    assert Pace(seconds(1.0, 2.0, 9.0)).estimate([key(), key()]) == (4.0, 2)


def test_unknown_cell_takes_what_its_strategy_takes_for_data_of_such_a_size():
    known = seconds(2.0) | seconds(4.0, size=200) | seconds(100.0, strategy="argument")
    assert Pace(known).estimate([key(size=20), key(size=100)]) == (pytest.approx(3.7 + 2.15), 2)
    assert Pace(known).estimate([key(size=1)]) == (pytest.approx(0.3 + 0.17), 1)


def test_size_far_from_all_that_are_known_is_unknown():
    known = seconds(0.4, size=1) | seconds(3.0, strategy="argument")
    assert Pace(known).estimate([key(size=100_000)]) == (mean([0.4, 3.0]), 0)


def test_unknown_interpreter_takes_what_another_one_of_its_kind_takes():
    known = (
        seconds(1.0) | seconds(3.0, interpreter="cpython_313") | seconds(9.0, interpreter="pypy")
    )
    assert Pace(known).estimate([key(interpreter="cpython_314t")]) == (2.0, 1)
    assert Pace(known).estimate([key(interpreter="pypy")]) == (9.0, 1)


def test_unknown_strategy_takes_the_mean_of_all_and_is_not_called_known():
    known = seconds(2.0) | seconds(4.0, strategy="argument")
    assert Pace(known).estimate([key(strategy="closure"), key()]) == (5.0, 1)


def test_other_kind_of_run_takes_what_runs_take():
    assert Pace(seconds(2.0)).estimate([key("measure_lifetime", experiment="two")]) == (2.0, 0)


def test_nothing_known():
    assert Pace({}).estimate([key()]) == (0.0, 0)


def test_what_was_measured_now_counts_more_than_earlier_runs(monkeypatch):
    clock = iter((0.0, 10.0, 17.0, 20.0))  # at its beginning, of a step, its end, when it is asked
    monkeypatch.setattr("study.pace.time.monotonic", lambda: next(clock))
    pace = Pace(seconds(1.0))
    rule, known = key()
    pace.begin(5, rule, known._asdict())
    pace.end(5)
    assert pace.estimate([key()]) == (7.0, 1)
    # Of 20 seconds a step took 7: the rest goes on at the same rate.
    assert pace.left_s([(rule, known._asdict())]) == 7.0 * 20 / 7


def test_runs_of_this_study_count_more_than_those_of_another(monkeypatch):
    clock = iter((0.0, 0.0, 1.0))
    monkeypatch.setattr("study.pace.time.monotonic", lambda: next(clock))
    pace = Pace(seconds(50.0, size=1000))
    pace.begin(1, *[key()[0], key()[1]._asdict()])
    pace.end(1)
    assert pace.estimate([key(size=20)]) == (pytest.approx(0.3 + 2 * 0.7), 1)
    assert pace.estimate([key(strategy="argument")]) == (1.0, 0)


def test_steps_behind_the_runs_are_counted_too(monkeypatch):
    clock = iter((0.0, 0.0, 4.0, 4.0))
    monkeypatch.setattr("study.pace.time.monotonic", lambda: next(clock))
    pace = Pace({})
    pace.begin(1, "plot_time", {"experiment": "one"})
    pace.end(1)
    assert pace.left_s([("write_report", {}), ("write_page", {})]) == 8.0


def write_run(path, wall_s, size=10):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{FIELDS}\none,cpython,global,fork,{size},2,3,{wall_s}\n")


def test_earlier_runs_are_this_studys(tmp_path):
    folder = tmp_path / "mine" / "one" / "runs" / "cpython"
    write_run(folder / "n10_r1.csv", 1.5)
    write_run(folder / "n10_r2.csv", 2.5)
    write_run(folder / "n10_r2.jobs.csv", 99)
    write_run(folder / "n10_r3.csv", "")  # a row that teaches nothing
    write_run(tmp_path / "other" / "one" / "runs" / "n10_r1.csv", 77)
    assert earlier_runs(tmp_path, "mine") == seconds(1.5, 2.5)


@pytest.mark.parametrize("name", ["runs.csv", "runs.csv.gz"])
def test_earlier_runs_are_else_the_published_ones(name, tmp_path):
    (tmp_path / "published").mkdir()
    opened = gzip.open if name.endswith(".gz") else open
    with opened(tmp_path / "published" / name, "wt") as file:
        file.write(f"{FIELDS}\none,cpython,global,fork,10,2,3,4.5\n")
    assert earlier_runs(tmp_path, "mine") == seconds(4.5)


def test_plan_says_how_much_and_how_long(tmp_path):
    write_run(tmp_path / "mine" / "one" / "runs" / "cpython" / "n10_r1.csv", 120 - OVERHEAD_S)
    cells = [cell(), cell(size=20), cell("closure", experiment="two")]
    todo = [key(), key(strategy="closure"), key("measure_memory")]
    pace = Pace(earlier_runs(tmp_path, "mine"))
    (first, second), announced = describe_plan("mine", cells, 6, todo, pace)
    assert first == "study mine: 2 experiments, 3 cells, 6 runs, 2 still to do"
    assert second == "about 6.0 min left, judged by earlier runs (1 of 2 runs known)"
    assert announced == pytest.approx(360)


def test_plan_of_a_study_without_earlier_runs():
    lines, announced = describe_plan("mine", [cell()], 1, [key()], Pace({}))
    assert lines[1].startswith("how long it takes is unknown") and announced is None


def test_plan_of_a_finished_study():
    (line,), _ = describe_plan("mine", [cell()], 2, [], Pace({}))
    assert line.endswith("2 runs, 0 still to do")


def test_code_of_a_run():
    names = set(code.code_of_run("manager_list", "scan"))
    assert {
        "scripts/supervisor/measure_run.py",
        "scripts/supervisor/child.py",
        "scripts/sharing/run.py",
        "scripts/sharing/strategies/__init__.py",
        "scripts/sharing/strategies/manager_list.py",
        "scripts/sharing/measured.py",  # imported by it
        "scripts/sharing/answers.py",  # imported in a function
        "scripts/sharing/workloads/scan.py",
    } <= names
    assert "scripts/sharing/strategies/global.py" not in names
    assert not any("plot" in name or "report" in name for name in names)
    assert all((PROJECT / name).is_file() for name in names)


def test_code_of_a_run_with_a_workload_of_ones_own():
    own = str(WORKLOADS / "arithmetic.py")
    assert own in code.code_of_run("serial", own)
    assert "scripts/sharing/workloads/scan.py" not in code.code_of_run("serial", own)


def test_code_holds_what_the_strategy_imports_and_no_more():
    assert "immortal/immortal.py" in code.code_of_run("immortal", "scan")
    assert "immortal/immortal.py" not in code.code_of_run("global", "scan")
    (own,) = set(code.code_of_run("closure", "scan")) - set(code.code_of_run("global", "scan"))
    assert own == "scripts/sharing/strategies/closure.py"


@pytest.fixture
def copied_code(tmp_path, monkeypatch):
    """The project's scripts in a folder of their own, of which versions are computed."""
    copy_project(tmp_path, ["immortal", "scripts"])
    monkeypatch.setattr(code, "ROOT", tmp_path)
    monkeypatch.setattr(code, "SCRIPTS", tmp_path / "scripts")
    monkeypatch.setattr(code, "IMMORTAL_FOLDER", tmp_path / "immortal")
    yield tmp_path / "scripts"
    forget()


def forget():
    """Empty the caches: in a real study, files do not change while it is planned."""
    for function in vars(code).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("supervisor/measure_run.py", {"manager_list", "serial"}),
        ("supervisor/lock.py", {"manager_list", "serial"}),
        ("sharing/measured.py", {"manager_list", "serial"}),
        ("sharing/workloads/scan.py", {"manager_list", "serial"}),
        ("sharing/strategies/serial.py", {"serial"}),
        ("sharing/strategies/manager_list.py", {"manager_list"}),
        ("sharing/strategies/closure.py", set()),
        ("stats/summarise_runs.py", set()),
    ],
)
def test_version_changes_with_the_content_of_the_code(name, changes, copied_code):
    def versions():
        forget()
        return {
            one: code.version_of(code.code_of_run, one, "scan")
            for one in ("manager_list", "serial")
        }

    before, text = versions(), (copied_code / name).read_text()
    (copied_code / name).write_text(text + "# edited\n")
    after = versions()
    assert {one for one in before if before[one] != after[one]} == changes
    (copied_code / name).write_text(text)
    assert versions() == before


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("sharing/workloads/scan.py", True),
        ("sharing/measured.py", True),
        ("sharing/strategies/serial.py", False),
    ],
)
def test_what_all_strategies_rest_on_holds_no_strategy(name, changes, copied_code):
    def version():
        forget()
        return code.version_of(code.code_of_all_runs, "scan")

    before = version()
    (copied_code / name).write_text((copied_code / name).read_text() + "# edited\n")
    assert (version() != before) is changes


@pytest.mark.parametrize(
    ("identity", "since", "old"),
    [
        ("CPython 3.11.7 (main, May 9 2026) [GCC 12.2.0]", (3, 12), True),
        ("CPython 3.12.1 (main) [GCC 12.2.0]", (3, 12), False),
        ("CPython 3.14.0 (main) [GCC 12.2.0]", (3, 7), False),
        ("PyPy 3.11.11 (7.3.19) [PyPy 7.3.19 with GCC 14]", (3, 7), True),
        ("PyPy 3.9.16 (7.3.11) [PyPy 7.3.11 with GCC 12.2.0]", None, False),
    ],
)
def test_what_an_interpreter_is_too_old_for_is_known_before(identity, since, old):
    assert too_old(identity, since) is old
