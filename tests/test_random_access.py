"""Whatever carries the data, a hundred thousand random accesses to it give the original."""

import pytest
from measuring import WORKLOADS

from sharing import strategies

CARRIERS = [name for name in strategies.names() if strategies.has_answers(name)]


@pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
@pytest.mark.parametrize("strategy", CARRIERS)
def test_every_access_gives_the_original(strategy, interpreter, measurement):
    row = measurement(
        strategy=strategy,
        start_method="fork",
        workload=WORKLOADS / "random_access.py",
        size=50_000,
        jobs=1,
        command=interpreter,
        time_limit_s=120,
    ).run().row  # fmt: skip
    if row["status"] == "unsupported":
        pytest.skip(row["reason"])
    assert (row["status"], row["reason"]) == ("ok", "")
