"""What is used of Snakemake's inside is there and does what it is used for.

When a new Snakemake breaks one of these, its message says what to look at.
"""

import inspect
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from measuring import PROJECT
from snakemake.settings import types as snakemake_settings
from study_folder import SNAKEMAKE, StudyFolder

OWN_THREADS = 8  # the main one, those that start jobs, the one that watches the terminal
# Two steps, of which one fails; writes down what the module finds out about them.
SNAKEFILE = """
import json, logging, sys
from pathlib import Path
sys.path.insert(0, {workflow!r})
from study import snakemake_internals as inside

found = dict(progress=[], failed=[], shown=[], hidden=[], started=[], ended=[], tables=0)
found["command_line"] = [
    [str(path) for path in inside.command_line(workflow)[0]], *inside.command_line(workflow)[1:]
]
found["main"], found["conda"] = inside.is_main_process(workflow), inside.uses_conda(workflow)

class Spy(logging.Filter):
    def filter(self, record):
        if progress := inside.progress_in(record):
            found["progress"].append(progress)
        if started := inside.started_in(record):
            found["started"].append(started)
        if (ended := inside.ended_in(record)) is not None:
            found["ended"].append(ended)
        found["tables"] += inside.is_table_of_jobs(record)
        if failure := inside.failure_in(record):
            found["failed"].append([failure[0], [str(path) for path in failure[1]]])
        found["hidden" if inside.is_chatter(record) else "shown"].append(record.getMessage())
        return True

inside.filter_log(Spy())

onstart:
    found["to_do"] = [[rule, dict(wildcards)] for rule, wildcards in inside.jobs_to_do(workflow)]
    found["dry"] = inside.is_dry_run(workflow)
    found["limiter"] = workflow.scheduler.job_rate_limiter is not None

onerror:
    found["finished"] = sorted(inside.finished_rules(workflow))
    Path("found.json").write_text(json.dumps(found))

rule all:
    input: "1.good", "bad"

rule good:
    output: "{{number}}.good"
    shell: "touch {{output}}"

rule bad:
    output: "bad"
    log: "bad.log"
    shell: "false"
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the module finds out in a run of `SNAKEFILE`."""
    folder = tmp_path_factory.mktemp("inside")
    (folder / "Snakefile").write_text(SNAKEFILE.format(workflow=str(PROJECT / "workflow")))
    (folder / "overlay.yaml").write_text("a: 1\n")
    ended = subprocess.run(
        [
            *SNAKEMAKE,
            "--cores",
            "1",
            "--keep-going",
            "--configfile",
            "overlay.yaml",
            "--config",
            "other=2",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert (folder / "found.json").exists(), ended.stderr
    return json.loads((folder / "found.json").read_text())


def test_scheduler_has_the_limiter_that_is_taken_away(found):
    assert found["limiter"], (
        "let_it_sleep: `job_rate_limiter` of snakemake.scheduling.job_scheduler.JobScheduler is "
        "gone or set elsewhere; see whether its rounds still leave timers behind"
    )


def test_scheduler_leaves_no_timers_behind(tmp_path):
    """Each one would wake it every second, for as long as there are runs to come."""
    study = StudyFolder.create(tmp_path / "study")
    study.config["defaults"]["min_repeats"] = study.config["defaults"]["max_repeats"] = 8
    snakemake = study.start("--cores", "1")
    most = 0
    while snakemake.poll() is None:
        try:
            most = max(most, len(list(Path(f"/proc/{snakemake.pid}/task").iterdir())))
        except OSError:  # it has just ended
            break
        time.sleep(0.05)
    assert snakemake.wait() == 0
    runs = len(list((study.path / "results/small").glob("*/runs/**/*_r*.csv")))
    assert runs > 4 * OWN_THREADS
    assert 1 < most <= OWN_THREADS, (
        f"let_it_sleep: {most} threads; see what JobScheduler._schedule_reevalutation starts, and "
        "whether `job_rate_limiter` still decides that"
    )


def test_overlays_are_read_by_a_name_of_the_settings():
    source = inspect.getsource(snakemake_settings.ConfigSettings)
    assert "load_configfile(" in source and callable(snakemake_settings.load_configfile), (
        "read_overlays_by: snakemake.settings.types no longer calls its own `load_configfile`; see "
        "who reads the files of --configfile, and whether one that holds only comments is accepted"
    )


def test_command_line_is_known_in_the_snakefile(found):
    overlays, settings, replace = found["command_line"]
    assert [Path(path).name for path in overlays] == ["overlay.yaml"] and not replace, (
        "command_line: see `configfiles` and `replace_workflow_config` of workflow.config_settings"
    )
    assert settings == ["other=2"], "command_line: see `config_args` of workflow.config_settings"


def test_main_process_knows_that_it_is(found):
    assert found["main"] is True, (
        "is_main_process: see workflow.is_main_process, workflow.exec_mode"
    )


def test_conda_is_off_unless_asked_for(found):
    assert found["conda"] is False, "uses_conda: see deployment_method of deployment_settings"


def test_planned_jobs_come_with_rule_and_wildcards(found):
    planned = [["all", {}], ["bad", {}], ["good", {"number": "1"}]]
    assert sorted(found["to_do"], key=str) == planned, (
        "jobs_to_do: see workflow.persistence.dag.needrun_jobs(), and `rule`, `wildcards` of a job"
    )


def test_finished_jobs_are_told_from_failed_ones(found):
    assert found["finished"] == ["good"], (
        "finished_rules: see workflow.persistence.dag.finished_jobs"
    )


def test_log_says_how_far_it_is(found):
    assert found["progress"] == [[1, 3]], (
        "progress_in: see JobScheduler.progress, and `done`, `total` of LogEvent.PROGRESS"
    )


def test_log_says_which_step_starts_and_which_has_ended(found):
    numbers = {rule: number for number, rule, _ in found["started"]}
    assert {rule: wildcards for _, rule, wildcards in found["started"]} == {
        "good": {"number": "1"},
        "bad": {},
    }, "started_in: see Job.log_info, and `jobid`, `rule_name`, `wildcards` of LogEvent.JOB_INFO"
    assert found["ended"] == [numbers["good"]], (
        "ended_in: see JobScheduler, and `job_id` of LogEvent.JOB_FINISHED"
    )


def test_log_has_one_table_of_jobs(found):
    assert found["tables"] == 1, "is_table_of_jobs: see LogEvent.RUN_INFO in Workflow.execute"
    assert found["dry"] is False, "is_dry_run: see Workflow.dryrun"


def test_log_says_which_step_failed_and_where_its_logs_are(found):
    assert ["bad", ["bad.log"]] in found["failed"], (
        "failure_in: see Job.get_log_error_info, and `rule_name`, `log` of LogEvent.JOB_ERROR"
    )


def test_log_says_nothing_twice(found):
    chatter = ("Select jobs", "Execute ", "Finished jobid")
    assert {any(line.startswith(one) for line in found["hidden"]) for one in chatter} == {True}, (
        "is_chatter: see JobScheduler for what it says when it selects, starts and finishes jobs"
    )
    assert not [line for line in found["shown"] if line.startswith(chatter)]


PROFILES = sorted(PROJECT.glob("profiles/*/config.yaml"))


@pytest.mark.parametrize("profile", PROFILES, ids=lambda path: path.parent.name)
def test_profile_finds_the_study_and_what_it_looks_at(profile, monkeypatch):
    seen = []
    monkeypatch.setattr("study.start.check_command_line", seen.append)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "argv", ["snakemake", "--configfile", "a.yaml", "--config", "other=2"])
    monkeypatch.chdir(PROJECT)
    exec("\n".join(yaml.safe_load(profile.read_text())["__definitions__"]), {})
    (arguments,) = seen
    assert sys.path[0] == str(PROJECT / "workflow"), "see snakemake.cli.resolve_snakefile"
    assert [str(path) for path in arguments.configfile] == ["a.yaml"], (
        "see what get_argument_parser of snakemake.cli makes of --configfile"
    )
    assert arguments.config == ["other=2"], "see what get_argument_parser makes of --config"
    assert arguments.directory is None and arguments.replace_workflow_config is False, (
        "see --directory and --replace-workflow-config in get_argument_parser"
    )
