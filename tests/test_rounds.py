"""Which cells are measured once more, and that a study that was stopped decides the same."""

import os
import signal
from dataclasses import replace

import pandas as pd
import pytest
from measuring import wait_until
from test_titles import run, study

from claims.judge_claims import Claimed, claimed_cells
from preflight import estimate_duration
from stats import wanted
from stats.evidence import Evidence
from stats.summarise_runs import summarise
from stats.wanted import (
    BEST,
    CLAIM,
    MEMORY_ONCE,
    NO_QUIET_RUN,
    ONLY_DISTURBED,
    PRECISION,
    REPLICATES,
    SPREAD,
    TOO_FEW,
    Settings,
    wanted_cells,
    within_budget,
)
from supervisor.columns import IDENTITY, JOB_COLUMNS

SETTINGS = Settings(planned=2, min_repeats=3, max_repeats=8, precision=0.5)
NOBODY = Claimed({}, set())


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


def asked(evidence, number, claimed=NOBODY, **changed):
    """Return why each strategy gets a run in a round."""
    found = wanted_cells(evidence, number, {"e": replace(SETTINGS, **changed)}, claimed)
    return {cell[IDENTITY.index("strategy")]: why for cell, why in found.items()}


def test_every_cell_gets_the_fewest_runs_but_those_that_are_far_off():
    evidence = evidence_of({"serial": 1.0, "global": 1.2, "argument": 6.0}, blocks=2)
    assert asked(evidence, 3) == {"serial": TOO_FEW, "global": TOO_FEW}


def test_one_run_is_enough_of_what_is_far_off_unless_a_verdict_takes_its_memory():
    evidence = evidence_of({"serial": 1.0, "global": 1.2, "argument": 6.0}, blocks=1)
    once = {"planned": 1, "min_repeats": 1, "precision": 1e-6}
    found = asked(evidence, 2, **once)
    assert "global" in found and "argument" not in found
    assert set(asked(evidence, 2, planned=1)) == {"serial", "global", "argument"}
    cells = evidence.summary[list(IDENTITY)].itertuples(index=False, name=None)
    claimed = Claimed({}, {cell for cell in cells if "argument" in cell})
    assert asked(evidence, 2, claimed, **once)["argument"] == MEMORY_ONCE


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


def test_nothing_is_asked_for_where_all_is_precise():
    evidence = evidence_of({"serial": 1.0, "global": 2.0, "closure": 3.0})
    assert asked(evidence, 5) == {}


@pytest.mark.parametrize("slower", [1.0, 1.04, 1.4, 3.0])
def test_what_is_asked_for_does_not_depend_on_what_the_runs_say(slower):
    """A round that went on until something was shown would show too much."""
    evidence = evidence_of({"serial": 1.0, "global": slower, "closure": 2.0})
    cells = ("serial", "global", "closure")
    assert asked(evidence, 5, precision=0.01) == dict.fromkeys(cells, BEST)
    assert asked(evidence, 5, precision=0.2) == {}


def test_what_is_no_part_of_the_answer_is_less_urgent():
    evidence = evidence_of({"serial": 1.0, "global": 1.0, "closure": 2.0})
    more = evidence.runs.assign(experiment="more", strategy=evidence.runs["strategy"] + "s")
    more = pd.concat([more, more.assign(strategy=more["strategy"] + "s")])
    runs = pd.concat([evidence.runs, more], ignore_index=True)
    both = Evidence(runs, evidence.jobs, summarise(runs))
    assert set(asked(both, 5, precision=0.01).values()) == {PRECISION}


def test_quick_study_repeats_short_cells_of_every_interpreter():
    """One run a cell: no machine's spread is known by that."""
    rows = evidence_of({"serial": 1.0, "global": 1.2}, blocks=1).runs
    rows = pd.concat(
        [
            rows.assign(interpreter=interpreter, size=number, wall_s=1.0 + number,
                        block=number + 1000 * (interpreter == "pypy"))
            for interpreter in ("cpython", "pypy")
            for number in range(60)
        ],
        ignore_index=True,
    )  # fmt: skip
    evidence = Evidence(rows, pd.DataFrame(columns=JOB_COLUMNS, dtype=float), summarise(rows))
    quick = replace(SETTINGS, planned=1, min_repeats=1, max_repeats=2, precision=9.0)
    found = wanted_cells(evidence, 2, {"e": quick}, NOBODY)
    assert set(found.values()) == {SPREAD}
    assert len(found) == REPLICATES
    place = IDENTITY.index("size")
    for interpreter in ("cpython", "pypy"):
        own = {cell[place] for cell in found if cell[1] == interpreter}
        assert own == set(range(REPLICATES // 4))
    assert within_budget(found, rows, 0) == found
    assert wanted_cells(evidence, 2, {"e": replace(quick, max_repeats=1)}, NOBODY) == {}
    assert wanted_cells(evidence, 3, {"e": replace(quick, max_repeats=3)}, NOBODY) == {}


def test_study_that_has_a_prior_of_its_own_repeats_nothing_for_it():
    evidence = evidence_of({f"s{number}": 1.0 for number in range(30)}, blocks=2)
    assert asked(evidence, 2, planned=1, min_repeats=1, precision=9.0) == {}


def test_memory_of_a_verdict_is_measured_twice():
    evidence = evidence_of({"serial": 1.0, "global": 1.2}, blocks=1)
    (cell,) = (one for one in evidence.summary[list(IDENTITY)].itertuples(index=False, name=None)
               if one[2] == "global")  # fmt: skip
    found = wanted_cells(
        evidence, 2, {"e": replace(SETTINGS, planned=1, min_repeats=1)}, Claimed({}, {cell})
    )
    assert found[cell] == MEMORY_ONCE
    assert within_budget(found, evidence.runs, 0)[cell] == MEMORY_ONCE


def test_cell_that_was_always_disturbed_is_measured_again_with_its_reference():
    evidence = evidence_of(
        {"serial": 1.0, "global": 2.0, "closure": 3.0}, closure={"disturbed": True}
    )
    assert asked(evidence, 5) == {"serial": NO_QUIET_RUN, "closure": NO_QUIET_RUN}


def test_cell_that_is_far_off_is_not_measured_again_even_if_it_was_always_disturbed():
    """On a busy machine the slowest cells would else take most of the time, and decide nothing."""
    times = {"serial": 1.0, "global": 2.0, "argument": 20.0}
    again = {"disturbed": True}
    found = asked(evidence_of(times, argument=again, **{"global": again}), 5)
    assert found == {"serial": NO_QUIET_RUN, "global": NO_QUIET_RUN}


def test_cell_whose_only_run_was_disturbed_gets_another_whatever_the_budget():
    evidence = evidence_of(
        {"serial": 1.0, "global": 2.0}, blocks=1, **{"global": {"disturbed": True}}
    )
    settings = {"e": replace(SETTINGS, planned=1, min_repeats=1, max_repeats=2, precision=9.0)}
    found = wanted_cells(evidence, 2, settings, NOBODY)
    assert ONLY_DISTURBED in found.values()
    assert len(within_budget(found, evidence.runs, 0)) == 2


def test_precision_is_asked_for_with_the_reference():
    evidence = evidence_of({"serial": 1.0, "global": 2.0, "closure": 3.0})
    assert asked(evidence, 5, precision=0.001) == dict.fromkeys(
        ("serial", "global", "closure"), BEST
    )


def test_no_cell_gets_more_than_the_most():
    evidence = evidence_of({"serial": 1.0, "global": 1.04})
    assert asked(evidence, 8, precision=0.001) != {}
    assert asked(evidence, 9, precision=0.001) == {}


@pytest.mark.parametrize("times", [1.0, 1.61, 1.9])
def test_claim_asks_for_the_cells_that_it_rests_on_until_it_is_precise(times):
    runs, jobs = study("all equal", 4)
    for table in (runs, jobs):
        table["experiment"] = "closure_scaling"
    runs.loc[(runs["strategy"] == "closure") & (runs["workers"] == 2), "total_s"] /= times
    evidence = Evidence(runs, jobs, summarise(runs))
    claimed = claimed_cells(evidence)
    settings = {"closure_scaling": replace(SETTINGS, precision=0.01)}
    found = wanted_cells(evidence, 5, settings, claimed)
    whys = {cell[2:3] + cell[5:6]: why for cell, why in found.items() if cell[1] == "cpython"}
    assert whys["closure", 1] == whys["closure", 2] == CLAIM
    settings = {"closure_scaling": replace(SETTINGS, precision=10.0)}
    assert wanted_cells(evidence, 5, settings, claimed) == {}


def test_budget_is_spent_on_what_is_most_urgent():
    evidence = evidence_of({"serial": 1.0, "global": 2.0, "closure": 3.0}, blocks=1)
    cells = {
        cell[2]: cell
        for cell in wanted_cells(evidence, 2, {"e": replace(SETTINGS, planned=1)}, NOBODY)
    }
    asked_for = {cells["serial"]: CLAIM, cells["global"]: BEST, cells["closure"]: TOO_FEW}
    spent = evidence.runs["wall_s"].sum()
    assert set(within_budget(asked_for, evidence.runs, 0)) == {cells["closure"]}
    kept = within_budget(asked_for, evidence.runs, spent + 1.1)
    assert set(kept) == {cells["closure"], cells["serial"]}
    assert within_budget(asked_for, evidence.runs, float("inf")) == asked_for


def test_urgency_has_every_reason():
    reasons = {TOO_FEW, MEMORY_ONCE, ONLY_DISTURBED, SPREAD, CLAIM, BEST, NO_QUIET_RUN, PRECISION}
    assert set(wanted.URGENCY) == reasons
    assert set(wanted.NOT_HELD_BACK) == {TOO_FEW, MEMORY_ONCE, ONLY_DISTURBED, SPREAD}


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


def test_without_a_budget_only_that_is_repeated_which_has_to_be(in_rounds):
    in_rounds.config["defaults"] |= {"min_repeats": 1, "max_repeats": 3}
    in_rounds.config["time_budget_min"] = 0
    in_rounds.snakemake("runs").check()
    runs = in_rounds.runs()
    asked_for = [line.rpartition(",")[2] for text in tables_of(in_rounds).values()
                 for line in text.splitlines()[1:]]  # fmt: skip
    assert asked_for and set(asked_for) <= set(wanted.NOT_HELD_BACK)
    assert {run["repeat"] for run in runs} == set("12")


def test_rounds_of_an_earlier_sitting_stay(in_rounds):
    def began():
        """Return when each run of the experiment of the earlier sitting began."""
        own = [run for run in in_rounds.runs() if run["experiment"] == "alike"]
        return {(run["strategy"], run["workers"], run["repeat"]): run["started_utc"] for run in own}

    in_rounds.snakemake("runs").check()
    earlier = began()
    in_rounds.config["experiments"]["other"] = dict(in_rounds.config["experiments"]["alike"])
    in_rounds.config["only"] = ["other"]
    in_rounds.config["defaults"] |= {"min_repeats": 1, "max_repeats": 5}
    in_rounds.config["time_budget_min"] = 0
    in_rounds.snakemake("runs").check()
    del in_rounds.config["only"]
    in_rounds.snakemake("runs").check()
    assert began() == earlier
    assert {repeat for *_, repeat in earlier} == set("12345")
    others = [run["repeat"] for run in in_rounds.runs() if run["experiment"] == "other"]
    assert "1" in others and set(others) <= set("12")


def test_estimate_of_the_duration_leaves_out_what_the_rounds_do():
    """The room that asks a workload before a study knows nothing of the one that decides rounds."""
    assert estimate_duration.FAR_FROM_SHORTEST == wanted.FAR_FROM_BEST


def test_a_cell_of_disturbed_runs_alone_has_a_wider_interval_in_the_summary():
    def width(strategy, **given):
        cells = evidence_of({"serial": 1.0, "global": 2.0}, **given).summary
        (cell,) = cells[cells["strategy"] == strategy].to_dict("records")
        return cell["total_s_high"] / cell["total_s_low"]

    disturbed = {"global": {"disturbed": True}}
    assert width("global", **disturbed) > 1.05 * width("global")
    assert width("serial", **disturbed) == pytest.approx(width("serial"))
