"""Which cells are measured once more, and that a study that was stopped decides the same."""

import os
import signal
from dataclasses import replace

import pandas as pd
import pytest
from measuring import wait_until
from test_titles import run, study

from claims.judge_claims import undecided_cells
from preflight import estimate_duration
from stats import wanted
from stats.evidence import Evidence
from stats.summarise_runs import summarise
from stats.wanted import (
    BEST,
    CLAIM,
    NO_QUIET_RUN,
    PRECISION,
    TOO_FEW,
    Settings,
    wanted_cells,
    within_budget,
)
from supervisor.columns import IDENTITY, JOB_COLUMNS

SETTINGS = Settings(min_repeats=3, max_repeats=8, precision=0.5)


def evidence_of(times, blocks=4, **given):
    """Return the evidence of cells of two workers that took so long in every block."""
    runs = []
    for block in range(1, blocks + 1):
        for number, (strategy, took) in enumerate(times.items()):
            workers = 1 if strategy == "serial" else 2
            key = ("e", "cpython", strategy, "fork", "scan", 1000, workers, 4, block)
            # No two cells drift alike, so that their ratios have an interval.
            took = took and took * (1 + 0.01 * ((block + number) % 3))
            row = run(key, took or 1.0, f"2026-01-0{block}T00:00:00Z") | {"wall_s": took or 1.0}
            row |= {"disturbed": False} | ({} if took else {"status": "failed", "total_s": None})
            runs.append(row | given.get(strategy, {}))
    runs = pd.DataFrame(runs)
    runs["counts"] = runs["status"] == "ok"
    return Evidence(runs, pd.DataFrame(columns=JOB_COLUMNS, dtype=float), summarise(runs))


def asked(evidence, number, **changed):
    """Return why each strategy gets a run in a round."""
    found = wanted_cells(
        evidence, number, {"e": replace(SETTINGS, **changed)}, undecided_cells(evidence)
    )
    return {cell[IDENTITY.index("strategy")]: why for cell, why in found.items()}


def test_every_cell_gets_the_fewest_runs_but_those_that_are_far_off():
    evidence = evidence_of({"serial": 1.0, "global": 1.2, "argument": 6.0}, blocks=2)
    assert asked(evidence, 3) == {"serial": TOO_FEW, "global": TOO_FEW}


def test_one_that_was_far_off_only_once_gets_its_runs():
    evidence = evidence_of({"serial": 1.0, "argument": 6.0}, blocks=2)
    evidence.runs.loc[evidence.runs["repeat"] == 2, "total_s"] = 1.0
    again = Evidence(evidence.runs, evidence.jobs, evidence.summary)
    assert set(asked(again, 3)) == {"serial", "argument"}


def test_cell_that_cannot_work_is_not_tried_again():
    evidence = evidence_of({"serial": 1.0, "global": 1.2, "closure": None}, blocks=2)
    assert "closure" not in asked(evidence, 3)
    unsupported = {"status": "unsupported", "total_s": None}
    evidence = evidence_of({"serial": 1.0, "global": 1.2}, blocks=2, **{"global": unsupported})
    assert set(asked(evidence, 3)) == {"serial"}


def test_cell_that_failed_once_and_worked_once_is_tried_again():
    evidence = evidence_of({"serial": 1.0, "closure": 1.3}, blocks=2)
    bad = (evidence.runs["strategy"] == "closure") & (evidence.runs["repeat"] == 1)
    evidence.runs.loc[bad, ["status", "total_s", "counts"]] = ["failed", None, False]
    again = Evidence(evidence.runs, evidence.jobs, summarise(evidence.runs))
    assert "closure" in asked(again, 3)


def test_nothing_is_asked_for_where_nothing_is_open():
    evidence = evidence_of({"serial": 1.0, "global": 2.0, "closure": 3.0})
    assert asked(evidence, 5) == {}


def test_strategies_tied_for_the_best_are_measured_again():
    evidence = evidence_of({"serial": 1.0, "global": 1.04, "closure": 3.0})
    assert asked(evidence, 5) == {"serial": BEST, "global": BEST}


def test_best_that_are_shown_to_be_equal_are_not():
    evidence = evidence_of({"serial": 1.0, "global": 1.0, "closure": 3.0}, blocks=9)
    assert asked(evidence, 10, max_repeats=20) == {}


def test_cell_that_was_always_disturbed_is_measured_again_with_its_reference():
    evidence = evidence_of(
        {"serial": 1.0, "global": 2.0, "closure": 3.0}, closure={"disturbed": True}
    )
    assert asked(evidence, 5) == {"serial": NO_QUIET_RUN, "closure": NO_QUIET_RUN}


def test_precision_is_asked_for_with_the_reference():
    evidence = evidence_of({"serial": 1.0, "global": 2.0, "closure": 3.0})
    assert asked(evidence, 5, precision=0.001) == dict.fromkeys(
        ("serial", "global", "closure"), PRECISION
    )


def test_no_cell_gets_more_than_the_most():
    evidence = evidence_of({"serial": 1.0, "global": 1.04})
    assert asked(evidence, 8) != {}
    assert asked(evidence, 9) == {}


def test_undecided_claim_asks_for_the_cells_that_it_rests_on():
    """Two workers 1.71 times as fast as one: near the 1.7 that nearly twice is taken to mean."""
    runs, jobs = study("all equal", 4)
    for table in (runs, jobs):
        table["experiment"] = "closure_scaling"
    runs.loc[(runs["strategy"] == "closure") & (runs["workers"] == 2), "total_s"] /= 1.71
    evidence = Evidence(runs, jobs, summarise(runs))
    found = wanted_cells(
        evidence,
        5,
        {"closure_scaling": replace(SETTINGS, precision=10.0)},
        undecided_cells(evidence),
    )
    whys = {cell[2:3] + cell[5:6]: why for cell, why in found.items() if cell[1] == "cpython"}
    assert whys["closure", 1] == whys["closure", 2] == CLAIM


def test_budget_is_spent_on_what_is_most_urgent():
    evidence = evidence_of({"serial": 1.0, "global": 2.0, "closure": 3.0}, blocks=1)
    cells = {
        cell[2]: cell
        for cell in wanted_cells(evidence, 2, {"e": SETTINGS}, undecided_cells(evidence))
    }
    asked_for = {cells["serial"]: CLAIM, cells["global"]: BEST, cells["closure"]: TOO_FEW}
    spent = evidence.runs["wall_s"].sum()
    assert set(within_budget(asked_for, evidence.runs, 0)) == {cells["closure"]}
    kept = within_budget(asked_for, evidence.runs, spent + 1.1)
    assert set(kept) == {cells["closure"], cells["serial"]}
    assert within_budget(asked_for, evidence.runs, float("inf")) == asked_for


def test_urgency_has_every_reason():
    reasons = {TOO_FEW, CLAIM, BEST, NO_QUIET_RUN, PRECISION}
    assert set(wanted.URGENCY) == reasons
    assert wanted.URGENCY[:2] == (TOO_FEW, CLAIM)


@pytest.fixture
def in_rounds(new_study):
    """A study whose precision is never reached, so that every cell is measured five times."""
    alike = {"question": "Which?", "strategies": ["global", "closure"], "sizes": [50]}
    folder = new_study(alike=alike)
    folder.config["defaults"] |= {"min_repeats": 3, "max_repeats": 5, "precision": 1e-6}
    folder.config["time_budget_min"] = None
    return folder


def tables_of(folder):
    return {path.name: path.read_text() for path in (folder.results() / "rounds").glob("*.csv")}


def test_rounds_follow_one_another_and_a_kill_changes_nothing(in_rounds):
    program = in_rounds.start("runs")
    wait_until(lambda: any(path.stem.endswith("_r4") for path in in_rounds.run_files()), "round 4")
    os.killpg(program.pid, signal.SIGKILL)
    program.wait()
    wait_until(lambda: in_rounds.survivors() == [], "the guardian to clean up")
    before = tables_of(in_rounds)
    assert {"3.csv", "4.csv"} <= set(before)
    in_rounds.snakemake("runs").check()
    after = tables_of(in_rounds)
    assert {name: after[name] for name in before} == before
    assert sorted(after) == ["3.csv", "4.csv", "5.csv"]
    runs = in_rounds.runs()
    assert len(runs) == len({tuple(run[name] for name in (*IDENTITY, "repeat")) for run in runs})
    assert {run["repeat"] for run in runs} == set("12345")
    assert in_rounds.planned() == {}
    in_rounds.config["defaults"]["max_repeats"] = 6
    assert "then further rounds" in in_rounds.snakemake("runs").check().terminal
    assert len(in_rounds.runs()) > len(runs)


def test_estimate_of_the_duration_leaves_out_what_the_rounds_do():
    """The room that asks a workload before a study knows nothing of the one that decides rounds."""
    assert estimate_duration.FAR_FROM_SHORTEST == wanted.FAR_FROM_BEST
