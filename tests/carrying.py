"""What each strategy carries of the workloads, for tests that run it on them."""

import sys

import pytest
from libraries import skip_what_is_lacking
from needs import LOOK_UPS, OF_NUMPY, PRELOADED

from sharing import strategies, workloads
from sharing.answers import digest

# Kinds of workloads: small objects that refer to others (or flat numbers), larger ones, what NumPy
# holds, and tables of columns.
GRAPHS = ["records", "index", "text", "numbers"]
OBJECTS = ["annotations", "annotations_cached", "documents", "instances", "vocabulary"]
ARRAYS = ["annotations_numpy", "array2d"]
TABLES = [*ARRAYS, "frame", "frame_arrow", "frame_polars"]
# The workload whose forked workers wait for ever, for threads of the process that was forked.
DANGEROUS = "frame_polars"
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
