"""A study that is killed or interrupted, and one that is started twice."""

import os
import shutil
import signal
from collections import Counter
from itertools import pairwise

import psutil
import pytest
from measuring import PROJECT, WORKLOADS, wait_until
from study_folder import interval_of

RUNS = 6


@pytest.fixture
def slow_study(new_study):
    """A study of six runs of a good half second, with worker processes."""
    return new_study(
        slow={
            "question": "Does it go on?",
            "strategies": ["global", "closure", "serial"],
            "workload": str(WORKLOADS / "sleeps.py"),
            "sizes": [10],
            "jobs": [2],
        }
    )


def kill_group(program):
    os.killpg(program.pid, signal.SIGKILL)


def kill_snakemake_alone(program):
    program.kill()


def interrupt_group(program):
    """What Ctrl-C in a terminal does."""
    os.killpg(program.pid, signal.SIGINT)


def hang_up_group(program):
    """What closing the terminal does."""
    os.killpg(program.pid, signal.SIGHUP)


def terminate_snakemake_alone(program):
    """What a batch system or a service manager does first."""
    program.terminate()


ENDS = [
    kill_group,
    interrupt_group,
    *(
        pytest.param(end, marks=pytest.mark.slow)
        for end in (kill_snakemake_alone, hang_up_group, terminate_snakemake_alone)
    ),
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: getattr(end, "__name__", None))
def test_study_goes_on_after_a_sudden_end(end, slow_study):
    program = slow_study.start("runs")
    in_a_run = "jobs, repeat"
    wait_until(lambda: len(slow_study.run_files()) >= 2, "two runs")
    wait_until(lambda: any(measures(process) for process in slow_study.survivors()), in_a_run)
    end(program)
    terminal, _ = program.communicate(timeout=60)
    assert program.returncode != 0
    assert "Traceback" not in terminal
    wait_until(lambda: not slow_study.survivors(), "the run to be ended")
    done = {path: path.read_bytes() for path in slow_study.run_files()}
    assert 2 <= len(done) < RUNS

    slow_study.snakemake("runs").check()
    runs = slow_study.runs()
    assert Counter((run["strategy"], run["repeat"]) for run in runs) == {
        (strategy, repeat): 1
        for strategy in ("global", "closure", "serial")
        for repeat in ("1", "2")
    }
    assert {run["status"] for run in runs} == {"ok"}
    assert not list(slow_study.results().rglob("*.partial"))
    assert slow_study.survivors() == []
    # The interrupted run alone may be measured again.
    unchanged = [path for path, content in done.items() if path.read_bytes() == content]
    assert len(unchanged) >= len(done) - 1


def measures(process):
    try:
        return any(word.endswith("scripts/sharing") for word in process.cmdline())
    except psutil.NoSuchProcess:
        return False


def test_second_snakemake_in_the_folder_gets_one_clear_line(slow_study):
    first = slow_study.start("runs")
    wait_until(lambda: slow_study.run_files(), "the first run")
    second = slow_study.snakemake("runs")
    assert second.exit_code != 0
    assert second.terminal.count("another Snakemake is already running") == 1
    assert "Traceback" not in second.terminal
    assert "NameError" not in second.terminal
    terminal, _ = first.communicate(timeout=120)
    assert first.returncode == 0, terminal
    assert len(slow_study.runs()) == RUNS


@pytest.mark.parametrize(
    "flags", [["--cores", "4"], ["--cores", "4", "--set-threads", "measure_run=1"]], ids=str
)
def test_runs_never_overlap(flags, slow_study):
    slow_study.snakemake("runs", *flags).check()
    intervals = sorted(map(interval_of, slow_study.runs()))
    assert len(intervals) == RUNS
    for (_, end), (start, _) in pairwise(intervals):
        assert start >= end - 0.001  # started_utc is cut to milliseconds


def test_run_that_is_a_bug_fails_the_study_and_shows_its_traceback(new_study):
    folder = new_study(
        broken={
            "question": "Is a bug loud?",
            "strategies": ["provoked_bug"],
            "sizes": [10],
        }
    )
    shutil.copy(
        PROJECT / "tests/strategies/provoked_bug.py", folder.path / "scripts/sharing/strategies"
    )
    ended = folder.snakemake("runs")
    assert ended.exit_code != 0
    assert "LookupError: a bug before the first phase" in ended.terminal
    assert folder.run_files() == []
