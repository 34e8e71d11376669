"""Whatever carries the data, a hundred thousand random accesses to it give the original."""

import pytest
from interpreters_here import interpreter_or_skip, interpreters
from libraries import skip_what_is_lacking
from measuring import WORKLOADS
from needs import LOOK_UPS, NEEDS, OF_NUMPY

from sharing import strategies

# Those that may be missing for the tests' own Python and PyPy, on the newest Python that is here.
NEWEST = next((name for name in ("3.14", "3.13", "3.12") if name in interpreters()), "3.14")
NOT_LISTS = (*LOOK_UPS, *OF_NUMPY, "arrow_file")  # their workloads' own answers are as random
CARRIERS = [
    name for name in strategies.names() if strategies.has_answers(name) and name not in NOT_LISTS
]


@pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
@pytest.mark.parametrize("strategy", CARRIERS)
def test_every_access_gives_the_original(strategy, interpreter, measurement):
    check(strategy, interpreter, measurement)


@pytest.mark.parametrize(
    "strategy",
    ["immortal", "threads_immortal", "subinterpreters", "subinterpreters_memoryview"],
)
def test_every_access_gives_the_original_on_a_new_python(strategy, measurement):
    check(strategy, interpreter_or_skip(NEWEST), measurement)


def check(strategy, interpreter, measurement):
    row = measurement(
        **{"strategy": strategy, "start_method": "fork", **NEEDS.get(strategy, {})},
        workload=WORKLOADS / "random_access.py",
        size=50_000,
        jobs=1,
        command=interpreter,
        time_limit_s=120,
    ).run().row  # fmt: skip
    skip_what_is_lacking(strategy, interpreter, row)
    assert (row["status"], row["reason"]) == ("ok", "")
