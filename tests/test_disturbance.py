"""Which runs were disturbed, and which lie in one block."""

import numpy as np
import pandas as pd
import pytest

from stats.groups import GROUP, torn_groups
from tables.blocks import GAP_S, with_blocks
from tables.disturbance import (
    ENOUGH_CAPACITY,
    NEXT_S,
    READINGS,
    SITTING_S,
    TICKS_S,
    with_counts,
    with_disturbance,
)

QUIET, HALF = "0.05 0.05", "0.05 0.1"  # seconds of two CPUs: two of them, and one and a half


def runs(*given, pause_s=0.5):
    """A table in the order of execution; every run takes a second."""
    base = {
        "experiment": "e", "interpreter": "cpython", "strategy": "global", "start_method": "fork",
        "size": 10, "workers": 2, "jobs": 5, "repeat": 1, "status": "ok", "machine": "m",
        "workload": "scan", "kernel": "k", "node": None, "disturbed": False,
        "yardstick_before_s": QUIET, "yardstick_after_s": np.nan, "other_cpu_s": 0.0,
        "watched_s": 1.0, "on_cpu_s": 0.9, "publish_s": 0.0, "start_s": 0.0, "map_s": 0.5,
        "wall_s": 1.0,
    }  # fmt: skip
    began = pd.Timestamp("2026-01-01T00:00:00Z")
    rows = []
    for row in given:
        rows.append(base | {"started_utc": began.isoformat()} | row)
        began += pd.Timedelta(seconds=1 + row.get("pause_s", pause_s))
    return pd.DataFrame(rows)


def disturbed(*given, enough=ENOUGH_CAPACITY, **options):
    return list(with_disturbance(runs(*given, **options), enough)["disturbed"])


def test_quiet_study():
    table = with_disturbance(runs({}, {}))
    assert list(table["disturbed"]) == [False, False]
    assert list(table["capacity_before"]) == [2.0, 2.0]
    assert table["capacity_after"].tolist()[0] == 2.0  # the reading before the next run
    assert np.isnan(table["capacity_after"].tolist()[1])
    assert list(table["cores_obtained"]) == [1.8, 1.8]


def test_bad_reading_before_and_after():
    assert disturbed({}, {"yardstick_before_s": HALF}, {}) == [True, True, False]
    assert disturbed({"yardstick_after_s": HALF}, {}) == [True, False]


def test_reading_of_a_run_that_came_much_later_is_not_the_one_after():
    later = {"pause_s": NEXT_S + 1}
    assert disturbed(later, {"yardstick_before_s": HALF}) == [False, True]


def test_readings_are_judged_by_the_best_of_the_same_machine():
    fast = {"yardstick_before_s": "0.02 0.02", "machine": "other"}
    assert disturbed({}, fast, {}) == [False, False, False]
    assert disturbed({}, {}, fast | {"machine": "m"}) == [True, True, False]


@pytest.mark.parametrize(
    ("pause_s", "many", "reading", "expected"),
    [
        (SITTING_S + 1, READINGS, "0.054 0.054", False),
        (SITTING_S - 60, READINGS, "0.054 0.054", True),  # the same sitting
        (SITTING_S + 1, READINGS - 1, "0.054 0.054", True),  # too few to know its best
        (SITTING_S + 1, READINGS, "0.057 0.057", True),  # slower than a clock explains
    ],
)
def test_parts_of_other_days_are_judged_by_their_own_best(pause_s, many, reading, expected):
    first = [{"yardstick_before_s": "0.05 0.05"}] * 3
    second = [{"yardstick_before_s": reading}] * many
    found = disturbed(*first[1:], first[0] | {"pause_s": pause_s}, *second, enough=0.94)
    assert found == [False] * len(first) + [expected] * many


def test_a_later_part_is_disturbed_beside_its_own_best():
    first = {"yardstick_before_s": "0.05 0.05", "pause_s": SITTING_S + 1}
    second = [{"yardstick_before_s": "0.054 0.054"}] * READINGS
    assert disturbed(first, *second, {"yardstick_before_s": "0.054 0.09"})[-1]


@pytest.mark.parametrize(
    ("other_s", "watched_s", "expected"),
    [
        (0.06 * 10, 10.0, True),
        (0.04 * 10, 10.0, False),
        (0.9 * TICKS_S, 0.2, False),  # a tick or two beside a short run
        (1.1 * TICKS_S, 0.2, True),
    ],
)
def test_other_work(other_s, watched_s, expected):
    assert disturbed({"other_cpu_s": other_s, "watched_s": watched_s}) == [expected]


def test_thresholds_are_the_configurations():
    table = runs({"yardstick_before_s": HALF}, {"other_cpu_s": 0.5})
    assert list(with_disturbance(table, enough=0.7, other=0.6)["disturbed"]) == [False, False]


def test_the_own_time_of_a_run_decides_nothing():
    slow = with_disturbance(runs({"map_s": 100.0, "wall_s": 1.0}, {}))
    assert list(slow["disturbed"]) == [False, False]


def test_machine_that_reports_nothing():
    silent = {"yardstick_before_s": np.nan, "other_cpu_s": np.nan}
    assert with_disturbance(runs(silent, {}))["disturbed"].isna().tolist() == [True, False]


def blocks(*given, **options):
    return list(with_blocks(runs(*given, **options))["block"])


def test_stretch_of_one_group_and_repeat_is_a_block():
    assert blocks({}, {"strategy": "closure"}, {"repeat": 2}, {"repeat": 2}) == [1, 1, 2, 2]
    assert blocks({}, {"size": 20}, {}) == [1, 2, 3]
    assert blocks({}, {"workers": 1}, {"start_method": "spawn"}) == [1, 1, 1]


def test_interrupted_stretch_falls_apart():
    assert blocks({"pause_s": GAP_S + 1}, {}) == [1, 2]
    assert blocks({"pause_s": GAP_S - 1}, {}) == [1, 1]


def test_each_node_of_a_cluster_has_blocks_of_its_own():
    one, other = {"node": "n1"}, {"node": "n2", "size": 20}
    assert blocks(one, other, one, other) == [1, 2, 1, 2]
    assert blocks({}, {"size": 20}, {}, {"size": 20}) == [1, 2, 3, 4]


def test_reading_of_another_node_is_not_the_one_after():
    bad = {"yardstick_before_s": HALF, "node": "n2"}
    assert disturbed({"node": "n1"}, bad) == [False, True]
    assert disturbed({"node": "n1"}, bad | {"node": "n1"}) == [True, True]


@pytest.mark.parametrize("column", ["machine", "kernel"])
def test_of_two_origins_the_numbers_of_a_group_rest_on_one(column):
    """A study that was resumed elsewhere; another group was measured there as a whole."""
    old, new = {column: "old"}, {column: "new"}
    table = runs(old, old, new, new | {"size": 20}, new | {"size": 20, "status": "failed"})
    assert list(with_counts(table)["counts"]) == [True, True, False, True, False]


def test_what_was_measured_again_shares_no_block():
    table = with_blocks(
        runs(
            {}, {"strategy": "closure"}, {"size": 20}, {"size": 20, "strategy": "closure"},
            {"strategy": "closure", "repeat": 2},
        )
    )  # fmt: skip
    assert torn_groups(table) == []
    # An edited closure: all its runs of that size stand at the end.
    again = with_blocks(
        runs({}, {"size": 20}, {"size": 20, "strategy": "closure"}, {"strategy": "closure"})
    )
    group = dict(zip(GROUP, ("e", "cpython", 10, 5), strict=True))
    assert torn_groups(again) == [(group, ["closure/fork w2", "global/fork w2"])]


def test_run_that_failed_tears_nothing():
    table = with_blocks(runs({}, {"size": 20}, {"strategy": "closure", "status": "failed"}))
    assert torn_groups(table) == []
