"""The built-in workloads give the right answers."""

import shlex
import subprocess

import pytest
from carrying import load_or_skip
from interpreters_here import interpreter_or_skip, other_cpythons
from measuring import PROJECT

from sharing import workloads

NAMES = workloads.names()
SIZES = [0, 1, 2, 7, 77, 1000, 2531]


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
