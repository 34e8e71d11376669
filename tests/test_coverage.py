"""Intervals hold the truth in 92 to 98 of 100 cases, by the rule that decides what is measured.

`benchmarks/coverage.py` prints larger tables; here are small ones, by a seed.
"""

import importlib.util
import sys
from dataclasses import replace

import numpy as np
import pytest
import yaml
from measuring import PROJECT

from stats.evidence import counted
from stats.ratios import of_logs
from tables.read_tables import read_table_of

# By its path: there is a package of this name.
spec = importlib.util.spec_from_file_location(
    "coverage_of_intervals", PROJECT / "benchmarks" / "coverage.py"
)
coverage = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = coverage
spec.loader.exec_module(coverage)


@pytest.fixture(scope="module")
def runs():
    return counted(read_table_of(PROJECT / "results" / "published", "runs"))


@pytest.mark.parametrize("blocks, cells", [(1, 200), (2, 60)])
def test_some_blocks_of_the_published_study_foretell_the_others(blocks, cells, runs):
    found = coverage.split(runs, blocks, np.random.default_rng(blocks))
    assert found["cell"].nunique() > cells
    assert 0.92 <= found["covered"].mean() <= 0.98


@pytest.mark.parametrize("rule", ["quick", "study"])
@pytest.mark.parametrize("machine", coverage.MACHINES, ids=lambda machine: machine.name)
def test_intervals_hold_the_truth_under_the_rule_that_stops(rule, machine, monkeypatch):
    """56 intervals that share their references: chance moves the share by some hundredths."""
    monkeypatch.setattr(coverage, "GROUPS", 8)
    found = coverage.simulated(rule, machine, 1)
    assert found.covered.size > 40
    assert found.covered.mean() >= 0.85
    assert found.excluded.mean() <= 0.15


def test_intervals_half_as_wide_are_found_out(runs, monkeypatch):
    def half_as_wide(*given):
        ratio = of_logs(*given)
        ends = {end: (ratio.value * getattr(ratio, end)) ** 0.5 for end in ("low", "high")}
        return replace(ratio, **ends)

    monkeypatch.setattr(coverage, "of_logs", half_as_wide)
    assert coverage.split(runs, 2, np.random.default_rng(2))["covered"].mean() < 0.85


def test_rules_that_are_simulated_are_those_of_the_presets():
    usual = read_yaml("config.yaml")["defaults"]
    quick = usual | read_yaml("workflow/presets/quick.yaml")["defaults"]
    mine = usual | read_yaml("workflow/presets/mine.yaml")["experiments"]["my_data"]
    for rule, given in {"study": usual, "quick": quick, "mine": mine}.items():
        settings, _ = coverage.RULES[rule]
        for name in ("min_repeats", "max_repeats", "precision"):
            assert getattr(settings, name) == given[name], (rule, name)


def read_yaml(name):
    return yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))
