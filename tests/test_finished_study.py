"""A finished study: complete, and told by its own tables."""

import io
from dataclasses import asdict

import pandas as pd
import pytest
import yaml

from claims.judge_claims import CLAIMS, judge
from costs.cost_file import read_costs
from report.first_screen import first_screen
from report.write_report import report
from sharing import strategies
from stats.evidence import Evidence
from study.cells import Cell, cells_of
from study.matrix import planned_rounds
from tables.read_tables import read_lifetimes, read_table, read_table_of


@pytest.fixture
def results(finished_study):
    return finished_study.results()


@pytest.fixture
def asked(results):
    """What the study was asked for."""
    return yaml.safe_load((results / "study.yaml").read_text(encoding="utf-8"))


def test_every_planned_cell_has_its_runs_and_each_of_them_one_row(results, asked):
    """The first rounds hold every cell; how many more runs it has was decided as they came in."""
    most = {
        cell: (planned_rounds(experiment), experiment["max_repeats"])
        for name, experiment in asked["experiments"].items()
        for cell in cells_of(name, experiment, strategies.workers_of, strategies.has_answers)
    }
    runs = read_table_of(results, "runs")
    made = runs.groupby(list(Cell._fields))["repeat"].agg(list).to_dict()
    assert set(made) == set(most)
    for cell, repeats in made.items():
        first, last = most[cell]
        assert set(range(1, first + 1)) <= set(repeats) <= set(range(1, last + 1))
        assert len(set(repeats)) == len(repeats)


def test_verdicts_follow_from_the_tables(results):
    verdicts = read_table_of(results, "verdicts")
    assert list(dict.fromkeys(verdicts["claim"])) == list(CLAIMS)
    judged = pd.DataFrame(map(asdict, judge(Evidence.read(results))))
    again = read_table(io.StringIO(judged.to_csv(index=False)))
    pd.testing.assert_frame_equal(again, verdicts)


def test_report_follows_from_the_tables(results, asked):
    evidence, lifetimes = Evidence.read(results), read_lifetimes(results)
    verdicts = read_table_of(results, "verdicts")
    screen = first_screen(evidence, lifetimes, results)
    text = report(asked, results, evidence, screen, verdicts, lifetimes, read_costs(results))
    assert (results / "report.md").read_text(encoding="utf-8") == text
