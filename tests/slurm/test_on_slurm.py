"""The study on a real SLURM of one node: `make test-slurm`, or with_slurm.sh and pytest."""

import os
import subprocess
import time
from itertools import pairwise
from pathlib import Path

import pytest
from measuring import wait_until
from study_folder import interval_of

from supervisor.columns import KEY

pytestmark = [
    pytest.mark.skipif("SLURM_OF_TEST" not in os.environ, reason="make test-slurm starts SLURM"),
    pytest.mark.timeout(900),
]

ON_SLURM = ("runs", "--workflow-profile", "profiles/slurm", "--cores", str(os.cpu_count()))
ON_SLURM += ("--slurm-status-command", "squeue")  # it keeps no accounts


def cells(rows):
    return sorted(tuple(row[name] for name in KEY) for row in rows)


def slurm(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def test_study_has_the_cells_of_a_local_one(new_study):
    there, here = new_study(), new_study()
    there.snakemake(*ON_SLURM).check()
    here.snakemake("runs").check()
    rows = there.runs()
    assert cells(rows) == cells(here.runs())
    assert {row["status"] for row in rows} == {"ok"}
    assert {row["node"] for row in rows} == set(slurm("hostname", "-s"))
    assert {row["node"] for row in here.runs()} == {""}


def test_a_block_is_one_job_and_its_runs_do_not_overlap(new_study):
    study = new_study()
    study.snakemake(*ON_SLURM).check()
    rows = study.runs()
    spans = sorted(interval_of(row) for row in rows)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    blocks = {tuple(row[name] for name in ("experiment", "interpreter", "repeat")) for row in rows}
    jobs = [line for line in finished_jobs() if str(study.path) in line]
    preflights = len(list(study.results().glob("*/preflight/*.json")))
    assert len(blocks) < len(rows)
    assert len(jobs) == len(blocks) + preflights


def test_cancelled_job_is_done_again_by_the_same_command(new_study):
    study = new_study()
    program = study.start(*ON_SLURM)
    wait_until(lambda: list(study.results().glob("*/runs")), "the first block", 120)
    wait_until(lambda: slurm("squeue", "-h", "-t", "RUNNING", "-o", "%i"), "a job to run", 60)
    slurm("scancel", slurm("squeue", "-h", "-t", "RUNNING", "-o", "%i")[0])
    terminal, _ = program.communicate(timeout=300)
    assert program.returncode != 0, terminal
    before = {path: path.stat().st_mtime_ns for path in study.run_files()}
    study.snakemake(*ON_SLURM).check()
    assert {path: path.stat().st_mtime_ns for path in study.run_files()}.items() >= before.items()
    assert {row["status"] for row in study.runs()} == {"ok"}


def finished_jobs():
    """Return a line for each job that SLURM has ended."""
    time.sleep(1)  # it writes them a moment later
    path = Path(os.environ["SLURM_OF_TEST"]) / "log" / "jobs.txt"
    return path.read_text(encoding="utf-8").splitlines()
