"""The built-in workloads: carried by every strategy, or refused with a reason."""

import re
import sys

import pytest
from carrying import (
    CARRIERS,
    DANGEROUS,
    GRAPHS,
    JOBS,
    OBJECTS,
    REFUSED,
    SIZE,
    TABLES,
    check_carried,
    load_or_skip,
)
from libraries import skip_what_is_lacking

from sharing import strategies, workloads

# Objects and an array will do where a library's workers take seconds to start, and for further
# strategies whose workers find the data as `global` leaves it to them.
FEW_WORKLOADS = ("records", "array2d")
AS_GLOBAL = ("module_global", "closure", "initializer", "futures", "gc_freeze", "gc_collect")


def pairs():
    """Return (strategy, workload) of all that is tried.

    What a strategy refuses, it refuses by the kind of data: `make test` tries one table and one
    workload of other objects, `make test-slow` the further ones.
    """
    found = []
    for strategy in CARRIERS:
        refused = set()  # whether of tables, whether of other objects
        few = is_tried_with_few(strategy)
        for workload in GRAPHS + OBJECTS + TABLES:
            if workload == DANGEROUS or (few and workload not in FEW_WORKLOADS):
                continue
            refuses, table = workload in REFUSED.get(strategy, ()), workload in TABLES
            again = refuses and table in refused
            found.append(pytest.param(strategy, workload, marks=pytest.mark.slow if again else ()))
            if refuses:
                refused.add(table)
    return found


def is_tried_with_few(strategy):
    return strategies.workers_of(strategy) == "own processes" or strategy in AS_GLOBAL


@pytest.mark.parametrize("workload", sorted({*workloads.names(), *GRAPHS, *OBJECTS, *TABLES}))
def test_every_workload_is_of_a_kind_and_so_tried(workload):
    """But for ints in a list, with which all else is tried."""
    assert workload in workloads.names()
    assert workload in (*GRAPHS, *OBJECTS, *TABLES, "scan"), "name its kind in tests/carrying.py"


@pytest.mark.parametrize("strategy", ["serial", "global", "sqlite", "manager_list"])
def test_part_is_read_by_workers(strategy, measurement):
    run = measurement(strategy=strategy, workload="index:20", size=SIZE, jobs=JOBS).run()
    assert run.row["status"] == ("unsupported" if strategy == "manager_list" else "ok")
    assert run.row["workload"] == "index:20"


@pytest.mark.parametrize(("strategy", "workload"), pairs())
def test_strategy_carries_the_data_or_says_why_not(strategy, workload, measurement):
    load_or_skip(workload)
    run = measurement(strategy=strategy, workload=workload, size=SIZE, jobs=JOBS).run()
    check_carried(run, workload, workload in REFUSED.get(strategy, ()))


@pytest.mark.parametrize("workload", TABLES)
def test_interpreter_without_the_library_says_so(workload, measurement, pypy):
    run = measurement(command=pypy, strategy="global", workload=workload, size=SIZE).run()
    assert run.row["status"] == "unsupported"
    assert re.fullmatch("no module named (numpy|pandas|pyarrow|polars)", run.row["reason"])


@pytest.mark.parametrize("workload", GRAPHS + OBJECTS)
@pytest.mark.parametrize("strategy", ["serial", "argument", "raw_array", "manager_list"])
def test_pypy_gives_the_same_answers(strategy, workload, measurement, pypy):
    given = {"strategy": strategy, "workload": workload, "size": SIZE, "jobs": JOBS}
    run = measurement(command=pypy, **given).run()
    check_carried(run, workload, workload in REFUSED.get(strategy, ()), pypy)


def few_items():
    """Return (strategy, size) of what carries a dict and does not take seconds to start."""
    return [
        (strategy, size)
        for strategy in sorted(set(CARRIERS) - set(REFUSED))
        for size in (0, 1)
        if strategies.workers_of(strategy) != "own processes"
    ]


@pytest.mark.parametrize(("strategy", "size"), few_items())
def test_none_and_one_are_sizes_too(strategy, size, measurement):
    row = measurement(strategy=strategy, workload="index", size=size, jobs=JOBS).run().row
    skip_what_is_lacking(strategy, sys.executable, row)
    assert (row["status"], row["reason"]) == ("ok", "")
