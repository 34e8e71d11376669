"""A study that users and machines break: it says so in a sentence, and goes on by the same command.

After the repair it has the same runs as a study that nobody disturbed.
"""

import shutil
import subprocess
import threading
import time

import pytest
from tiny_study import needs_root, statuses, tiny_study

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    study = tiny_study(tmp_path_factory.mktemp("calm") / "study")
    study.snakemake("runs").check()
    return statuses(study)


@pytest.fixture
def study(tmp_path):
    """A tiny study; on whatever lies over its results in the end, nothing is left."""
    study = tiny_study(tmp_path / "study")
    yield study
    subprocess.run(["umount", study.results().parent], stderr=subprocess.DEVNULL)
    assert study.survivors() == []


def disk_full(study):
    """The results lie on a file system of 200 KiB: room for some runs."""
    return short_of_room(study, "size=200k", "size=64m")


def disk_without_inodes(study):
    return short_of_room(study, "nr_inodes=40", "nr_inodes=100000")


def results_read_only(study):
    """Root may write everywhere, but for a file system that is mounted so."""
    mount(study, "size=64m")
    mount(study, "remount,ro")
    said = study.snakemake("runs")
    mount(study, "remount,rw")
    return said


def run_cut_in_half(study):
    """As after a crash of the machine: the second half of a run's file was never on the disk."""
    return spoilt_run(study, lambda text: text[: len(text) // 2])


def run_emptied(study):
    return spoilt_run(study, lambda text: "")


def run_edited_by_hand(study):
    """A spreadsheet has put semicolons in."""
    return spoilt_run(study, lambda text: text.replace(",", ";"))


def table_edited_by_hand(study):
    """The table of all runs, from which the report is made: a number became a word."""
    study.snakemake("runs").check()
    path = study.results() / "runs.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",ok,", ",fine,"), encoding="utf-8")
    said = study.snakemake("report")
    path.unlink()
    return said


def folder_of_runs_deleted(study):
    return deleted_meanwhile(study, study.results() / "tiny" / "runs")


def results_deleted(study):
    return deleted_meanwhile(study, study.results().parent)


def records_of_snakemake_deleted(study):
    study.snakemake("runs").check()
    shutil.rmtree(study.path / ".snakemake")
    return study.snakemake("runs")


def memory_of_rounds_spoilt(study):
    """The files that are remembered from run to run hold nonsense."""
    study.snakemake("runs").check()
    for name in ("yardstick.json", "endings.json"):
        (study.results() / name).write_text("[1", encoding="utf-8")
    for path in study.run_files():
        path.unlink()
    return study.snakemake("runs")


def two_in_one_folder(study):
    first = study.start("runs")
    time.sleep(8)
    said = study.snakemake("runs")
    first.communicate()
    return said


def two_clones(study):
    """Their runs take turns."""
    other = tiny_study(study.path.with_name("other"))
    second = other.start("runs")
    said = study.snakemake("runs")
    second.communicate()
    assert statuses(other) == statuses(study)
    return said


def clock_set_back(study):
    """By a day, in the middle of the study."""
    if not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    study.snakemake("runs").check()
    for path in (*study.run_files()[::2], *study.results().rglob("runs.csv")):
        path.unlink()
    return study.snakemake("runs", before=("faketime", "-f", "-1d"))


def spoilt_run(study, change):
    """Let the study go on with a run's file as `change` leaves its text; then take it away."""
    study.snakemake("runs").check()
    path = study.run_files()[0]
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    (study.results() / "tiny" / "runs.csv").unlink()
    said = study.snakemake("runs")
    path.unlink()
    return said


def deleted_meanwhile(study, folder):
    """Delete a folder while the study goes on."""
    remover = threading.Timer(9, shutil.rmtree, (folder, True))
    remover.start()
    said = study.snakemake("runs")
    remover.join()
    return said


def short_of_room(study, little, enough):
    """Run with little of something, make room, return what it said before."""
    mount(study, little)
    said = study.snakemake("runs")
    mount(study, f"remount,{enough}")
    return said


def mount(study, options):
    folder = study.results().parent
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)


FAULTS = [
    *(pytest.param(one, marks=needs_root) for one in (disk_full, disk_without_inodes)),
    pytest.param(results_read_only, marks=needs_root),
    run_cut_in_half,
    run_emptied,
    run_edited_by_hand,
    table_edited_by_hand,
    folder_of_runs_deleted,
    results_deleted,
    records_of_snakemake_deleted,
    memory_of_rounds_spoilt,
    two_in_one_folder,
    two_clones,
    clock_set_back,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_one_sentence_and_the_same_command_goes_on(fault, study, wanted):
    said = fault(study)
    assert "Traceback" not in said.terminal, said.terminal
    study.snakemake("runs").check()
    assert statuses(study) == wanted, said.terminal
