"""A report of two machines: what holds on both, and what on one alone."""

import os

import pytest
import yaml
from study_folder import StudyFolder
from test_contributed import whole

from claims import judge_claims
from report import write_report
from report.on_machines import on_machines
from stats import merge_studies
from stats.evidence import Evidence
from tables.read_tables import read_lifetimes
from wording.labels import names_of

TIMES = {"serial": 1.0, "global": 0.5, "argument": 4.0, "initializer": 0.9}


def facts_of(merged):
    machines = yaml.safe_load((merged / "study.yaml").read_text())["machines"]
    return on_machines(Evidence.read(merged), read_lifetimes(merged), machines)


def merged_of(folder, *studies):
    arguments = [*map(str, studies), "--labels", "a", "b", "--output", str(folder / "merged")]
    assert merge_studies.main(arguments) == 0
    return folder / "merged"


def together(folder, other, **values):
    """Return the facts of the usual times on the machine a and of `other` on b."""
    studies = [whole(folder / "one", TIMES), whole(folder / "two", TIMES | other, **values)]
    return facts_of(merged_of(folder, *studies))


def test_row_that_is_so_on_both_machines(tmp_path):
    found = together(tmp_path, {"argument": 3.0})
    assert [one.name for one in found.machines] == ["a", "b"]
    (row,) = (one for one in found.statements["all"] if one.row == "sent")
    assert (row.interpreter, row.so, row.not_so, row.unknown) == (
        "CPython 3.11", ("a", "b"), (), (),
    )  # fmt: skip
    assert not found.statements["differ"]
    (best,) = found.best
    assert best.everywhere == ("global",)


def test_row_that_is_so_on_one_machine(tmp_path):
    found = together(tmp_path, {"argument": 0.2})
    (row,) = (one for one in found.statements["differ"] if one.row == "sent")
    assert (row.so, row.not_so) == (("a",), ("b",))
    (best,) = found.best
    assert best.everywhere == ()
    assert [cell[-1] for cell in best.cells] == [("global",), ("argument",)]


def test_interpreter_of_one_machine_is_not_compared(tmp_path):
    found = together(tmp_path, {}, implementation="PyPy")
    assert not found.best and not any(
        one.interpreter != "all" for group in found.statements.values() for one in group
    )


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two CPUs")
def test_two_studies_under_different_limits(tmp_path):
    """Measured with all CPUs and with one, contributed, merged and reported."""
    experiment = {
        "question": "Is it inherited?",
        "strategies": ["serial", "global", "argument"],
        "workload": "scan",
        "sizes": [1000],
    }
    files, cpu = [], str(min(os.sched_getaffinity(0)))
    for name, before in (("two", ()), ("one", ("taskset", "--cpu-list", cpu))):
        study = StudyFolder.create(tmp_path / name, limited=experiment)
        study.config["study"] = name
        study.snakemake("contribute", before=before).check()
        (file,) = (study.path / "results" / "contributed").iterdir()
        files.append(file)
    merged = merged_of(tmp_path, *files)
    found = facts_of(merged)
    assert found.machines[0].cpus > found.machines[1].cpus == 1
    (called,) = {*names_of(Evidence.read(files[0].parent.parent / "two").runs).values()}
    assert [one.interpreter for one in found.best] == [called]
    (hung,) = (one for one in found.statements["none"] if one.row == "hung")
    assert (hung.interpreter, hung.not_so) == (called, ("a", "b"))
    judge_claims.main([str(merged), str(merged / "verdicts.csv")])
    write_report.main([str(merged), str(merged / "report.md")])
    text = (merged / "report.md").read_text(encoding="utf-8")
    assert "## What holds on all machines" in text
    assert f"- {called}, fork: " in text
