"""The contract of every strategy: right answers, complete records, nothing left behind."""

import pytest

from sharing import strategies

NAMES = strategies.names()
PROCESSES = [name for name in NAMES if strategies.workers_of(name) == "processes"]
INTERPRETERS = ["cpython", "pypy"]
JOBS, WORKERS = 5, 2

# What cannot work without inheritance, and how it says so under each interpreter.
NEEDS_FORK = {
    "global": "NameError: name 'BIG_DATA' is not defined",
    "closure": "(pickle|get) .*share.<locals>.work",
}
CASES = [(name, "fork") for name in NAMES]
CASES += [(name, method) for name in PROCESSES for method in ("spawn", "forkserver")]


@pytest.fixture(scope="module")
def digests():
    """The digests of all runs of this module, which must be one."""
    return {}


@pytest.mark.parametrize("interpreter", INTERPRETERS, indirect=True)
@pytest.mark.parametrize(("strategy", "method"), CASES)
def test_strategy_keeps_the_contract(strategy, method, interpreter, measurement, digests):
    run = measurement(
        strategy=strategy,
        start_method=method,
        command=interpreter,
        workers=WORKERS,
        jobs=JOBS,
    ).run()
    assert run.exit_code == 0, run.terminal
    if method != "fork" and strategy in NEEDS_FORK:
        assert run.row["status"] == "failed"
        assert_matches(NEEDS_FORK[strategy], run.row["reason"])
        return
    assert (run.row["status"], run.row["reason"]) == ("ok", ""), run.log
    check_phases(run.row, builds=strategies.needs_data(strategy))
    check_memory(run.row, strategies.workers_of(strategy))
    check_jobs(run.jobs, strategies.workers_of(strategy))
    if strategies.has_answers(strategy):
        digests[strategy, method, interpreter] = run.row["digest"]
        assert len(set(digests.values())) == 1, digests
    else:
        assert run.row["digest"] == ""


def assert_matches(pattern, text):
    import re

    assert re.search(pattern, text), text


def check_phases(row, builds):
    seconds = {
        phase: float(row[f"{phase}_s"]) for phase in ("publish", "start", "map", "stop", "total")
    }
    assert min(seconds.values()) >= 0
    assert seconds["map"] > 0
    total = seconds.pop("total")
    assert total == pytest.approx(sum(seconds.values()), abs=1e-5)
    assert total < float(row["wall_s"])
    assert (float(row["build_s"]) > 0) == builds


def check_memory(row, workers):
    assert float(row["tree_pss_mib"]) > 0
    for name in ("minor_faults", "major_faults", "cpu_user_s", "cpu_system_s"):
        assert float(row[name]) >= 0, name
    if workers == "processes":
        largest = float(row["workers_uss_max_mib"])
        assert 0 < float(row["workers_uss_mib"]) <= largest <= float(row["tree_pss_mib"])
    else:
        assert row["workers_uss_mib"] == row["workers_uss_max_mib"] == ""


def check_jobs(jobs, workers):
    assert sorted(int(job["job"]) for job in jobs) == list(range(JOBS))
    numbers = {int(job["worker"]) for job in jobs}
    assert numbers == set(range(1, len(numbers) + 1))
    assert len(numbers) <= (WORKERS if workers else 1)
    for job in jobs:
        submitted, started = float(job["submitted_s"]), float(job["started_s"])
        assert 0 <= submitted <= started <= float(job["finished_s"])
        assert 0 <= int(job["minor_faults"]) <= int(job["worker_minor_faults"])
