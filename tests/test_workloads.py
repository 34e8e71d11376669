"""The built-in workloads: right answers, and carried by every strategy or refused with a reason."""

import re
import shlex
import subprocess
import sys

import pytest
from interpreters_here import interpreter_or_skip, other_cpythons
from libraries import skip_what_is_lacking
from measuring import PROJECT
from needs import LOOK_UPS, OF_NUMPY, PRELOADED

from sharing import strategies, workloads
from sharing.answers import digest

NAMES = workloads.names()
GRAPHS = ["records", "index", "text", "numbers"]
OBJECTS = ["annotations", "annotations_cached", "documents", "instances", "vocabulary"]
ARRAYS = ["annotations_numpy", "array2d"]
TABLES = [*ARRAYS, "frame", "frame_arrow", "frame_polars"]
SIZES = [0, 1, 2, 7, 77, 1000, 2531]
CARRIERS = [name for name in strategies.names() if strategies.has_answers(name)]
SIZE, JOBS = 200, 3
FLAT = ("array_global", "locked_array", "mmap_file", "raw_array", "shared_memory")
FLAT += ("shared_memory_cffi",)
# What a strategy cannot carry.
REFUSED = {
    **dict.fromkeys(FLAT, ("records", "index", "text", *OBJECTS, *TABLES)),
    **dict.fromkeys(OF_NUMPY, (*GRAPHS, *OBJECTS, "frame", "frame_arrow", "frame_polars")),
    # Where there is NumPy, which they cannot import.
    "subinterpreters": ("numbers", *TABLES),
    "subinterpreters_memoryview": (*GRAPHS, *OBJECTS, *TABLES),
    "arrow_file": (*GRAPHS, *OBJECTS, *ARRAYS, "frame_polars"),
    **dict.fromkeys(LOOK_UPS, ("records", "text", "numbers", *OBJECTS, *TABLES)),
    **dict.fromkeys(PRELOADED, (*GRAPHS, *OBJECTS, *TABLES)),  # by fork, as it is measured here
    **dict.fromkeys(
        ("packed", "torch_serialized"), ("index", "text", "numbers", "vocabulary", *TABLES)
    ),
    "manager_list": ("index", "text", "vocabulary", *TABLES),
}


def load_or_skip(name):
    """Return a workload, or skip if it needs a library that is not installed."""
    try:
        return workloads.load(name)
    except strategies.Unsupported as problem:
        pytest.skip(str(problem))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", SIZES)
def test_answer_is_the_expected_one(name, size):
    workload = load_or_skip(name)
    data = workload.build(size)
    assert len(data) == size
    for job in (0, 1, 2, 3, 1000):
        assert repr(workload.process(data, job)) == repr(workload.expected(size, job))


PARTS = [f"{name}:{read}" for name in workloads.readable_in_part() for read in (1, 64, 0.1)]


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("size", SIZES)
def test_answer_of_a_part_is_the_expected_one(name, size):
    workload = load_or_skip(name)
    data = workload.build(size)
    for job in (0, 1, 1000):
        assert repr(workload.process(data, job)) == repr(workload.expected(size, job))


@pytest.mark.parametrize(("read", "items"), [(64, 64), (0.01, 10), (0.0001, 1), (1, 1)])
def test_job_reads_so_many_items_and_each_job_its_own(read, items):
    positions = workloads.drawn(1000, read, 5)
    assert len(positions) == items
    assert set(positions) <= set(range(1000))
    assert positions == workloads.drawn(1000, read, 5)
    assert items == 1 or positions != workloads.drawn(1000, read, 6)
    assert workloads.drawn(0, read, 5) == []


@pytest.mark.parametrize("label", [*other_cpythons(), "pypy"])
def test_positions_are_the_same_in_every_version(label):
    code = "from sharing.workloads import drawn; print(drawn(10**6, 7, 3))"
    ended = subprocess.run(
        [*shlex.split(interpreter_or_skip(label)), "-c", code],
        env={"PYTHONPATH": str(PROJECT / "scripts")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == f"{workloads.drawn(10**6, 7, 3)}\n"


@pytest.mark.parametrize("name", NAMES)
def test_workload_says_in_docstrings_what_it_does(name):
    workload = load_or_skip(name)
    for part in (workload, workload.build, workload.process, workload.expected):
        assert len(part.__doc__.splitlines()[0]) > 20


def test_objects_of_a_graph_are_not_shared():
    records = workloads.load("records").build(500)
    fields = [id(field) for record in records for field in record[1:]]
    assert len(set(fields)) == len(fields)
    assert len({*map(id, workloads.load("index").build(500))}) == 500


@pytest.mark.parametrize("size", SIZES)
def test_numbers_are_summed_alike_without_numpy(size, monkeypatch):
    numbers = workloads.load("numbers")
    data = numbers.build(size)
    monkeypatch.setattr(numbers, "numpy", None)
    assert repr(numbers.process(data, 0)) == repr(numbers.expected(size, 0))


def check_carried(run, workload, refuses, interpreter=sys.executable):
    """The answers are right, or the strategy said why it cannot carry the data."""
    assert run.exit_code == 0, run.terminal
    row = run.row
    skip_what_is_lacking(row["strategy"], interpreter, row)
    assert row["status"] == ("unsupported" if refuses else "ok"), (row["reason"], run.log)
    right = [workloads.load(workload).expected(SIZE, job) for job in range(JOBS)]
    records = [(job, None, result, None) for job, result in enumerate(right)]
    assert row["digest"] == ("" if refuses else digest(records))
    assert bool(row["reason"]) == refuses


@pytest.mark.parametrize("strategy", ["serial", "global", "sqlite", "manager_list"])
def test_part_is_read_by_workers(strategy, measurement):
    run = measurement(strategy=strategy, workload="index:20", size=SIZE, jobs=JOBS).run()
    assert run.row["status"] == ("unsupported" if strategy == "manager_list" else "ok")
    assert run.row["workload"] == "index:20"


# The workload whose forked workers wait for ever, for threads of the process that was forked.
DANGEROUS = "frame_polars"
FORKING = [name for name in CARRIERS if strategies.workers_of(name) == "processes"] + ["mpire"]


@pytest.mark.parametrize(
    "workload", [name for name in GRAPHS + OBJECTS + TABLES if name != DANGEROUS]
)
@pytest.mark.parametrize("strategy", CARRIERS)
def test_strategy_carries_the_data_or_says_why_not(strategy, workload, measurement):
    load_or_skip(workload)
    run = measurement(strategy=strategy, workload=workload, size=SIZE, jobs=JOBS).run()
    check_carried(run, workload, workload in REFUSED.get(strategy, ()))


# In subinterpreters polars cannot be imported.
@pytest.mark.parametrize("strategy", [name for name in CARRIERS if name != "subinterpreters"])
def test_workers_that_are_forked_beside_threads_hang(strategy, measurement):
    """Whatever passes the data: they are polars' threads, and the workers have none of them."""
    load_or_skip(DANGEROUS)
    given = {"strategy": strategy, "workload": DANGEROUS, "size": SIZE, "jobs": JOBS}
    forking = strategy in FORKING
    run = measurement(**given, **({"time_limit_s": 8} if forking else {})).run()
    if not forking or run.row["status"] == "unsupported":
        check_carried(run, DANGEROUS, DANGEROUS in REFUSED.get(strategy, ()))
        return
    assert run.row["status"] == "timeout", (run.row["reason"], run.log)
    assert run.row["reason"].endswith("where it hung: nothing computed any more")
    assert int(run.row["threads_at_fork"]) > 1


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
@pytest.mark.parametrize("strategy", ["initializer", "out_of_band", "argument", "module_global"])
def test_workers_that_are_not_forked_from_threads_do_not_hang(strategy, method, measurement):
    load_or_skip(DANGEROUS)
    given = {"strategy": strategy, "start_method": method, "workload": DANGEROUS}
    run = measurement(**given, size=SIZE, jobs=JOBS).run()
    check_carried(run, DANGEROUS, False)
    assert run.row["threads_at_fork"] == ""


def test_forkserver_that_preloads_threads_forks_beside_them(measurement):
    load_or_skip(DANGEROUS)
    given = {"strategy": "forkserver_preload", "start_method": "forkserver"}
    row = measurement(**given, workload=DANGEROUS, size=SIZE, jobs=JOBS, time_limit_s=8).run().row
    assert row["status"] == "timeout" and "where it hung" in row["reason"]


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


@pytest.mark.parametrize("size", [0, 1])
@pytest.mark.parametrize("strategy", sorted(set(CARRIERS) - set(REFUSED)))
def test_none_and_one_are_sizes_too(strategy, size, measurement):
    row = measurement(strategy=strategy, workload="index", size=size, jobs=JOBS).run().row
    skip_what_is_lacking(strategy, sys.executable, row)
    assert (row["status"], row["reason"]) == ("ok", "")
