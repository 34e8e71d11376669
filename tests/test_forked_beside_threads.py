"""Workers that are forked from a process with threads wait for ever; others do not."""

import pytest
from carrying import DANGEROUS, JOBS, REFUSED, SIZE, check_carried, load_or_skip

SOME_THAT_FORK = ["argument", "closure", "futures", "global", "mpire"]  # each hangs till its limit
WITHOUT_FORK = ["serial", "threads", "joblib", "dask_threads"]


@pytest.mark.parametrize("strategy", [*SOME_THAT_FORK, *WITHOUT_FORK])
def test_workers_that_are_forked_beside_threads_hang(strategy, measurement):
    """Whatever passes the data: they are polars' threads, and the workers have none of them."""
    load_or_skip(DANGEROUS)
    given = {"strategy": strategy, "workload": DANGEROUS, "size": SIZE, "jobs": JOBS}
    forking = strategy in SOME_THAT_FORK
    run = measurement(**given, **({"time_limit_s": 6} if forking else {})).run()
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
    row = measurement(**given, workload=DANGEROUS, size=SIZE, jobs=JOBS, time_limit_s=6).run().row
    assert row["status"] == "timeout" and "where it hung" in row["reason"]
