"""From the axes of an experiment to cells, and the order in which their runs go."""

from itertools import groupby

import pytest

from study.cells import ORDER_BITS, Cell, cells_of, group_of, order_of
from study.mistake import ConfigError
from supervisor.columns import IDENTITY

WORKERS = {
    "pooled": "processes",
    "threaded": "threads",
    "alone": None,
    "idle": "processes",
    "library": "own processes",
}


def cells(**given):
    """The cells of an experiment, "pooled" with one value on every axis by default."""
    experiment = {
        "interpreters": ["cpython"],
        "strategies": ["pooled"],
        "start_methods": ["fork"],
        "sizes": [10],
        "workers": [2],
        "jobs": [3],
        "exclude": [],
    } | given
    return cells_of("test", experiment, WORKERS.get, lambda strategy: strategy != "idle")


def test_cell_is_what_identifies_one_in_the_tables():
    assert Cell._fields == IDENTITY


def test_every_combination_is_a_cell_once():
    found = cells(
        interpreters=["cpython", "pypy"],
        strategies=["pooled", "threaded"],
        start_methods=["fork", "spawn"],
        sizes=[10, 20, 30],
        workers=[1, 2],
        jobs=[3, 4],
    )
    assert len(found) == 2 * (2 + 1) * 3 * 2 * 2  # threads have no start method
    assert len(set(found)) == len(found)
    assert Cell("test", "pypy", "pooled", "spawn", 30, 1, 4) in found


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("pooled", {(method, 10, n) for method in ("fork", "spawn") for n in (1, 2)}),
        ("threaded", {("none", 10, 1), ("none", 10, 2)}),
        ("library", {("own", 10, 1), ("own", 10, 2)}),
        ("alone", {("none", 10, 1)}),
        ("idle", {(method, 0, n) for method in ("fork", "spawn") for n in (1, 2)}),
    ],
)
def test_axis_that_means_nothing_to_a_strategy_is_not_run_over(strategy, expected):
    found = cells(strategies=[strategy], start_methods=["fork", "spawn"], workers=[1, 2])
    assert {(cell.start_method, cell.size, cell.workers) for cell in found} == expected
    assert len(found) == len(expected)


def test_sizes_that_mean_nothing_are_one_cell():
    assert [cell.size for cell in cells(strategies=["idle"], sizes=[10, 20])] == [0]


@pytest.mark.parametrize(
    ("partial", "left"),
    [
        ({"size": 10}, [("alone", 20), ("pooled", 20)]),
        ({"strategy": "pooled", "size": 10}, [("alone", 10), ("alone", 20), ("pooled", 20)]),
        ({"strategy": ["pooled", "alone"], "size": [20]}, [("alone", 10), ("pooled", 10)]),
        ({"start_method": "fork"}, [("alone", 10), ("alone", 20)]),
    ],
    ids=str,
)
def test_exclude(partial, left):
    found = cells(strategies=["pooled", "alone"], sizes=[10, 20], exclude=[partial])
    assert sorted((cell.strategy, cell.size) for cell in found) == left


def test_several_excludes_add_up():
    found = cells(sizes=[10, 20, 30], exclude=[{"size": 10}, {"size": 30}])
    assert [cell.size for cell in found] == [20]


def test_exclude_that_matches_nothing_is_an_error():
    with pytest.raises(ConfigError, match=r"^experiments\.test\.exclude\.1: .* excludes no cell"):
        # "alone" has no start method, so there is no such cell.
        cells(
            strategies=["pooled", "alone"],
            sizes=[10, 20],
            exclude=[{"size": 10}, {"strategy": "alone", "start_method": "fork"}],
        )


def test_exclude_of_an_interpreter_that_is_left_out_is_none():
    assert len(cells(exclude=[{"interpreter": "pypy", "size": 10}])) == 1


def some_cells():
    return cells(strategies=["pooled", "alone"], sizes=list(range(10, 30)), workers=[1, 2])


def in_order(seed, repeats=3):
    runs = [(cell, repeat) for cell in some_cells() for repeat in range(1, repeats + 1)]
    return sorted(runs, key=lambda run: -order_of(seed, *run, repeats))


def blocks_of(runs):
    """Return (repeat, group, cells) for every stretch of runs of one repeat and group."""
    stretches = groupby(runs, key=lambda run: (run[1], group_of(run[0])))
    return [(*which, [cell for cell, _ in stretch]) for which, stretch in stretches]


def test_order_goes_in_blocks_of_what_is_compared():
    blocks = blocks_of(in_order(1))
    groups = {group_of(cell) for cell in some_cells()}
    assert len(blocks) == 3 * len(groups)  # no block is torn apart
    for _, group, cells in blocks:
        assert set(cells) == {cell for cell in some_cells() if group_of(cell) == group}


def test_every_group_has_its_first_block_before_any_has_its_second():
    assert [repeat for repeat, _, _ in blocks_of(in_order(1))] == sorted([1, 2, 3] * 20)


def test_blocks_are_shuffled_differently_in_every_repeat_and_so_are_the_runs_inside():
    blocks = blocks_of(in_order(1))
    orders = [[group for repeat, group, _ in blocks if repeat == one] for one in (1, 2, 3)]
    assert len({*map(tuple, orders), tuple(sorted(orders[0]))}) == 4
    first = orders[0][0]
    cells = {repeat: tuple(inside) for repeat, group, inside in blocks if group == first}
    assert len(set(cells.values())) > 1


def test_order_depends_on_the_seed_alone():
    assert in_order(1) == in_order(1)
    assert in_order(1) != in_order(2)


def test_order_is_the_one_that_was_published():
    """A change of the hash would run an interrupted study's rest in another order."""
    cell = Cell("test", "cpython", "pooled", "fork", 10, 2, 3)
    assert order_of(1, cell, 1, 2) == 2463689819827
    assert order_of(1, cell, 3, 3) >> 2 * ORDER_BITS == 1
