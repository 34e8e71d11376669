"""A study from beginning to end, and what runs again after a change: that, and nothing else."""

import os
import re
import subprocess
import venv
from datetime import datetime, timedelta

import pytest
from measuring import table

from stats.groups import rerun_command
from study.code import SCRIPTS, code_of_script

RUNS = 8  # of the small study: four cells, two repeats each
STRATEGIES = "scripts/sharing/strategies/"


def test_small_study_is_complete(finished_study):
    runs = finished_study.runs()
    assert len(runs) == len(finished_study.run_files()) == RUNS
    assert {run["status"] for run in runs} == {"ok"}
    cells = {
        (run["experiment"], run["interpreter"], run["strategy"], run["repeat"]) for run in runs
    }
    assert len(cells) == RUNS
    assert [int(run["position"]) for run in runs] == list(range(1, RUNS + 1))
    # Executed in blocks: every first repeat before any second one.
    in_order = sorted(runs, key=lambda run: run["started_utc"])
    assert [run["repeat"] for run in in_order] == ["1"] * 4 + ["2"] * 4
    assert len({run["digest"] for run in runs}) == 1
    assert len(table(finished_study.results() / "jobs.csv")) == RUNS * 3


@pytest.mark.parametrize("target", ["runs", "figures", "report"])
def test_nothing_changed(target, study):
    assert study.planned(target) == {}


@pytest.mark.parametrize(
    "name",
    [
        "scripts/supervisor/measure_run.py",
        STRATEGIES + "global.py",
        "scripts/tables/merge_experiments.py",
    ],
)
def test_touched_file_of_the_same_content(name, study):
    later = (datetime.now() + timedelta(hours=1)).timestamp()
    os.utime(study.path / name, (later, later))
    assert study.planned() == {}


def analysis(*experiments):
    """The jobs that follow when runs of these experiments are done again."""
    return {"aggregate_runs": len(experiments), "merge_experiments": 1}


def planned_anew(*experiments):
    """The jobs that follow when these experiments may have other runs than before.

    A preflight that is made anew says which.
    """
    return {"list_runs": len(experiments)} | analysis(*experiments)


def test_one_size_more(study):
    study.config["experiments"]["first"]["sizes"].append(60)
    assert study.planned() == {"measure_run": 4} | planned_anew("first")


def test_one_repeat_more(study):
    study.config["defaults"] |= {"min_repeats": 3, "max_repeats": 3}
    # Which cells get it is decided by the repeats that there are.
    assert study.planned() == {"decide_round": 1} | planned_anew("first", "second")


def test_other_jobs_of_one_experiment(study):
    study.config["experiments"]["second"]["jobs"] = [4]
    assert study.planned() == {"measure_run": 4} | planned_anew("second")


def test_experiment_removed(study):
    study.config["experiments"]["second"] = None
    assert study.planned() == {"merge_experiments": 1}


def test_interpreter_removed(study):
    study.config["interpreters"]["other"] = None
    assert study.planned() == planned_anew("second")


def test_interpreter_of_another_build(study, tmp_path):
    """Here: the same under another command, since a build cannot be replaced."""
    link = tmp_path / "another-python"
    link.symlink_to(study.config["interpreters"]["other"])
    study.config["interpreters"]["other"] = str(link)
    assert study.planned() == {"measure_run": 2} | planned_anew("second")


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("defaults", "time_limit_s", 500),
        (None, "memory_floor_mib", 1),
        (None, "memory_floor_percent", 1),
        (None, "seed", 1),
    ],
    ids=lambda value: str(value),
)
def test_limit_or_order_that_makes_no_result_stale(section, key, value, study):
    (study.config[section] if section else study.config)[key] = value
    assert study.planned() == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (STRATEGIES + "global.py", {"measure_run": 2} | analysis("first")),
        (STRATEGIES + "argument.py", {"measure_run": 4} | analysis("second")),
        (STRATEGIES + "closure.py", {}),
        ("scripts/supervisor/child.py", {"measure_run": RUNS} | planned_anew("first", "second")),
        ("scripts/sharing/run.py", {"measure_run": RUNS} | planned_anew("first", "second")),
        ("scripts/tables/merge_experiments.py", {"merge_experiments": 1}),
    ],
    ids=lambda value: value.rsplit("/")[-1] if isinstance(value, str) else "",
)
def test_edited_code(name, expected, study):
    path = study.path / name
    path.write_text(path.read_text() + "\n# edited\n")
    assert study.planned() == expected


def test_the_command_to_measure_a_group_again(study):
    run = next(run for run in study.runs() if run["experiment"] == "first")
    cell = f"n{run['size']}_w{run['workers']}_j{run['jobs']}"
    command = rerun_command(run, study.results().name)
    subprocess.run(command, shell=True, cwd=study.path, check=True)
    gone = [path for path in study.run_files() if cell in path.name and "first" in path.parts]
    assert not gone
    assert study.planned("report")["measure_run"] == RUNS // 2


REPORT = {"write_report": 1, "write_page": 1}
BOTH = {"plot_time": 1, "plot_memory": 1}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("scripts/figures/plot_time.py", {"plot_time": 1}),
        ("scripts/figures/plot_memory.py", {"plot_memory": 1}),
        ("scripts/figures/plot_warmup.py", {}),  # no experiment of the small study asks for it
        ("scripts/figures/style.py", BOTH),
        ("scripts/figures/plot_pickling.py", {}),
        ("scripts/probes/pickling/kinds.py", {}),
        ("scripts/claims/judge_claims.py", {"judge_claims": 1}),
        ("scripts/claims/article.py", {"judge_claims": 1}),
        ("scripts/report/write_report.py", REPORT),
        (
            "scripts/stats/summarise_runs.py",
            {"summarise_runs": 1, "judge_claims": 1, "fit_costs": 1, "write_program": 1} | BOTH,
        ),
    ],
    ids=lambda value: value.rsplit("/")[-1] if isinstance(value, str) else "",
)
def test_edited_analysis(name, expected, study):
    path = study.path / name
    path.write_text(path.read_text() + "\n# edited\n")
    assert study.planned("report") == (expected | REPORT if expected else {})


def test_raised_time_limit_is_recorded_and_measures_nothing(study):
    study.config["defaults"]["time_limit_s"] = 500
    assert study.planned("report") == {"record_study": 1} | REPORT


def test_one_figure_more(study):
    study.config["experiments"]["first"]["figures"].append("phases")
    assert study.planned("report") == {"plot_phases": 1, "record_study": 1} | REPORT


def test_new_runs_join_the_old_ones_which_stay_as_they_are(study):
    before = {path: path.read_bytes() for path in study.run_files()}
    study.config["experiments"]["first"]["sizes"].append(60)
    study.snakemake("runs").check()
    assert len(study.run_files()) == RUNS + 4
    assert all(path.read_bytes() == content for path, content in before.items())
    runs = study.runs()
    assert len(runs) == RUNS + 4
    assert sorted(run["size"] for run in runs) == ["50"] * RUNS + ["60"] * 4
    assert [int(run["position"]) for run in runs if run["size"] == "60"] == [9, 10, 11, 12]
    assert study.planned() == {}


def test_run_that_was_cut_off_is_named_and_then_measured_again(study):
    """As a crash of the machine leaves it: Snakemake believes that it is done."""
    path = study.run_files()[0]
    path.write_text(path.read_text(encoding="utf-8")[:-30], encoding="utf-8")
    (study.results() / "runs.csv").unlink()
    (study.results() / path.relative_to(study.results()).parts[0] / "runs.csv").unlink()
    ended = study.snakemake("runs")
    assert ended.exit_code != 0
    name = path.relative_to(study.path)
    assert f"{name} is not whole: cut off, or edited: delete it" in ended.terminal
    assert "Traceback" not in ended.terminal
    path.unlink()
    study.snakemake("runs").check()


def test_removed_interpreter_leaves_the_tables(study):
    study.config["interpreters"]["other"] = None
    study.snakemake("runs").check()
    assert {run["interpreter"] for run in study.runs()} == {"cpython"}
    assert len(study.runs()) == RUNS - 2


def test_library_that_is_installed_reruns_the_runs_that_it_concerns(new_study, tmp_path):
    folder = new_study(
        one={
            "question": "Has it come?",
            "strategies": ["serial", "mpire"],
            "sizes": [10],
            "figures": [],
        }
    )
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=True)
    folder.config["interpreters"]["cpython"] = str(environment / "bin" / "python")
    folder.snakemake("runs").check()
    assert {run["libraries"] for run in folder.runs()} == {""}
    assert folder.planned() == {}
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "mpire-999.dist-info").mkdir()
    (packages / "mpire-999.dist-info" / "METADATA").write_text("Name: mpire\nVersion: 999\n")
    assert folder.planned() == {"measure_run": 2} | analysis("one")
    folder.snakemake("runs").check()
    libraries = {run["strategy"]: run["libraries"] for run in folder.runs()}
    assert libraries == {"serial": "", "mpire": "mpire 999"}


def test_every_step_depends_on_all_the_code_that_its_script_imports_and_on_no_other(study):
    """With the tests of `code_of_script`: an edit reruns a step exactly if it imports the file."""
    terminal = study.snakemake("report", "--dry-run", "--forceall", "--quiet", "host").terminal
    jobs = re.findall(r"^(?:local)?rule (\w+):\n    input: (.*)$", terminal, re.MULTILINE)
    inputs = {rule: set(given.split(", ")) for rule, given in jobs}
    scripts = [rule for rule in inputs if list(SCRIPTS.glob(f"*/{rule}.py"))]
    assert {"aggregate_runs", "judge_claims", "plot_time", "write_report"} <= set(scripts)
    for rule in scripts:
        if rule in ("measure_run", "check_workload"):  # a digest of its code is in its params
            continue
        code = {name for name in inputs[rule] if re.match(r"scripts/.*\.py$", name)}
        assert code == set(code_of_script(rule)), rule
