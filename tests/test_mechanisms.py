"""How the data reaches the workers: each strategy's module says it once, for all tables."""

import pytest
from interpreters_here import KNOWN, lacks

from sharing import strategies
from study.matrix import too_old
from wording.mechanisms import (
    MECHANISMS,
    OTHER_MECHANISM,
    has_data,
    in_groups,
    inherits,
    mechanism_of,
    strategies_of,
)


@pytest.mark.parametrize("name", strategies.names())
def test_every_strategy_names_its_mechanism(name):
    assert strategies.mechanism_of(name) in strategies.MECHANISMS
    assert name in strategies_of(mechanism_of(name))


def test_a_reader_can_keep_the_mechanisms_in_mind_and_none_is_empty():
    assert len(strategies.MECHANISMS) <= 8
    assert all(strategies_of(mechanism) for mechanism in strategies.MECHANISMS)


def test_a_strategy_of_an_earlier_version_has_a_place():
    assert mechanism_of("of_yesterday") == OTHER_MECHANISM
    assert in_groups({"of_yesterday": 1.0, "global": 2.0}) == ["of_yesterday", "global"]


def test_strategies_stand_by_mechanism_the_cheapest_first():
    costs = {"argument": 9.0, "global": 3.0, "serial": 2.0, "closure": 1.0, "joblib": 8.0}
    assert in_groups(costs) == ["closure", "global", "serial", "joblib", "argument"]


def test_without_a_cost_a_strategy_stands_last_in_its_group_and_a_group_last_of_all():
    costs = {"global": float("nan"), "closure": 1.0, "argument": float("nan"), "serial": 5.0}
    assert in_groups(costs) == ["closure", "global", "serial", "argument"]


def test_equal_costs_leave_the_order_of_the_mechanisms():
    names = [name for mechanism in MECHANISMS for name in strategies_of(mechanism)]
    assert in_groups(dict.fromkeys(reversed(names), 0)) == names


def test_what_inherits_as_it_is():
    assert {name for name in strategies.names() if inherits(name)} == {
        "global", "module_global", "closure", "initializer", "futures", "gc_collect",
        "gc_freeze", "forkserver_preload", "forkserver_preload_frozen",
    }  # fmt: skip


@pytest.mark.parametrize("name", strategies.names())
@pytest.mark.parametrize("label", [name for name in KNOWN if name != "pypy"])
def test_what_a_strategy_needs_is_declared_as_it_is(name, label):
    """`SINCE` says beforehand what a run finds out."""
    identity = f"CPython {label.removesuffix('t')}.0 (main)"
    assert too_old(identity, strategies.since(name)) == lacks(name, label)


@pytest.mark.parametrize("name", strategies.names())
def test_what_needs_cpython_is_declared(name):
    assert too_old("PyPy 3.11.11 (7.3.19) [PyPy 7.3.19]", strategies.since(name)) == lacks(
        name, "pypy"
    )


def test_workers_without_data_do_not_share():
    assert [name for name in strategies.names() if not has_data(name)] == ["empty"]
