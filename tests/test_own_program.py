"""The sections on costs of a study: of a user's own program, and of the terms; facts and words."""

import pandas as pd
import pytest
from known_costs import ALONE, COSTS, file, study

from costs.fit_models import fit
from report.costs import costs_shown
from report.own_program import own_programs
from report.render import render
from stats.evidence import placed
from supervisor.columns import IDENTITY

OWN = "my_workload.py"
JOB_S, FIRST_S = 0.009, 0.05


class Known:
    """The evidence that the section asks: a user's jobs, the first of each process slow or not."""

    def __init__(self, first_s):
        seconds = [first_s if number % 10 == 0 else JOB_S for number in range(40)]
        rows = [
            dict(zip(IDENTITY, ("one", "cpython", "serial", "none", 4_000_000, 1, 100),
                     strict=True))
            | {"workload": OWN, "repeat": number // 10, "worker": 1, "started_s": float(number),
               "finished_s": number + one, "minor_faults": 0}
            for number, one in enumerate(seconds)
        ]  # fmt: skip
        self.jobs = placed(pd.DataFrame(rows))


@pytest.fixture(scope="module")
def costs():
    runs = [
        study(ALONE, "serial", "none", (1,)),
        study(ALONE | {"start a worker": 0.01, "start": 0.1}, "global"),
        study(COSTS, "argument"),
    ]
    return file(fit(pd.concat(runs).assign(workload=OWN), 5))


def test_jobs_are_scaled_by_the_later_ones_and_the_first_is_named(costs):
    (own,) = own_programs(Known(FIRST_S), costs)
    assert own.job_s == pytest.approx(JOB_S) and own.first_job_s == pytest.approx(FIRST_S)
    assert [line.jobs for line in own.lines] == [10, 100, 1000, 10_000]
    assert own.lines[-1].alone.seconds == pytest.approx(10_000 * JOB_S, rel=0.01)
    text = render("own_program.md.j2", own_programs=[own])
    assert "the first job of a process takes 50 ms, later ones 9 ms" in text
    assert own_programs(Known(JOB_S), costs)[0].first_job_s is None


def test_table_and_sentence_say_the_same(costs):
    """Below the number of jobs from which workers pay the table has none, from it on some."""
    (own,) = own_programs(Known(JOB_S), costs)
    assert isinstance(own.pays_from, int) and 10 < own.pays_from < 100
    assert [line.strategy for line in own.lines] == [None, "global", "global", "global"]
    text = render("own_program.md.j2", own_programs=[own])
    assert f"2 workers pay from {own.pays_from} jobs on." in text
    rows = [line for line in text.splitlines() if line.startswith("| CPython")]
    assert ["no workers" in row for row in rows] == [True, False, False, False]
    assert "\n\n\n" not in text


def test_study_of_our_own_data_has_no_such_section():
    assert own_programs(Known(JOB_S), file()) == []


def test_terms_that_no_run_shows_are_not_printed():
    shown = costs_shown(file())
    by_strategy = {line.strategy: line.terms for line in shown.lines}
    assert by_strategy["argument"]["ship a job's item"][0] == pytest.approx(0.04, rel=0.1)
    assert by_strategy["serial"]["start a worker"] is None
    assert "warm up" not in shown.columns
    text = render("costs.md.j2", costs=shown)
    (row,) = (line for line in text.splitlines() if line.startswith("| CPython 3.11 | `serial`"))
    assert row.count("|") == len(shown.columns) + 3 and "29.9 ms (" in row
    assert "\n\n\n" not in text
