"""What is missing on the machine is reported as that, with a remedy, and enters no claim."""

import re

import pandas as pd
import pytest
from measuring import SHARED_MEMORY
from test_claims import Study
from test_report import run

from claims.judge_claims import FAILS, HOLDS, UNTESTABLE
from report.cautions import cautions, failures
from report.render import render
from stats.evidence import Evidence, Missing, ending
from stats.summarise_runs import summarise
from supervisor.explain import explained
from supervisor.rows import publishable
from wording.machine_faults import fault_of

FULL = "OSError: [Errno 28] No space left on device in publish"
LONG = "OSError: AF_UNIX path too long in start"
OWN = "PicklingError: Can't pickle <function f>: it's not found in map"
MACHINES = {
    FULL: "no space",
    LONG: "path",
    "EOFError:  in publish (log: OSError: AF_UNIX path too long)": "path",
    "OSError: [Errno 36] File name too long: 'x' in publish": "path",
    "OSError: [Errno 24] Too many open files in start": "files",
    "OSError: [Errno 23] Too many open files in system: 'x' in start": "files",
    "RuntimeError: can't start new thread in start": "threads",
    "BlockingIOError: [Errno 11] Resource temporarily unavailable in start": "threads",
    "OSError: [Errno 12] Cannot allocate memory in start": "memory is refused",
    "OSError: [Errno 38] Function not implemented in start": "semaphores",
    "ImportError: This platform lacks a functioning sem_open implementation in start": "semaphores",
    "FileNotFoundError: [Errno 2] No such file or directory in start, "
        "/dev/shm cannot be written to": "semaphores",
    "PermissionError: [Errno 13] Permission denied: 'tmpa1.pickle' in publish": "be written",
    "FileNotFoundError: [Errno 2] No usable temporary directory found in ['tmp'] in publish":
        "be written",
    "mine.py, line 3: OSError: [Errno 28] No space left on device in build": "no space",
}  # fmt: skip
NOT_MACHINES = [
    ("failed", OWN),
    ("failed", "mine.py, line 3: PermissionError: [Errno 13] Permission denied: 'x' in a job"),
    ("failed", "mine.py, line 3: FileNotFoundError: [Errno 2] No such file or directory in build"),
    ("failed", "FileNotFoundError: [Errno 2] No such file or directory in start"),
    ("failed", "FileNotFoundError: [Errno 2] No such file or directory: 'x.pickle' in map"),
    ("crashed", "worker killed by SIGSEGV in map"),
    ("timeout", "over 60 s, in map"),
    ("out_of_memory", "MemoryError in publish"),
    ("wrong", "job 3 answered 'No space left on device', expected 1"),
    ("unsupported", "no module named ray"),
    ("ok", None),
    ("failed", float("nan")),
]


@pytest.mark.parametrize("reason", MACHINES)
def test_fault_of_the_machine(reason):
    what, remedy = fault_of("failed", reason)
    assert MACHINES[reason] in what
    assert remedy
    assert ending("failed", reason) == "the machine"


@pytest.mark.parametrize(("status", "reason"), NOT_MACHINES)
def test_not_the_machine(status, reason):
    assert fault_of(status, reason) is None


def test_a_signal_of_the_machine():
    assert "/dev/shm" in fault_of("crashed", "worker killed by SIGBUS in map").remedy


def test_a_cell_failed_for_the_machine_only_if_all_failures_are():
    failed = {"status": "failed", "total_s": None}
    rows = [run("global", repeat=n, reason=FULL, **failed) for n in (1, 2, 3)]
    assert summarise(pd.DataFrame(rows))["reason"].tolist() == [FULL]
    rows.append(run("global", repeat=4, reason=OWN, **failed))
    assert summarise(pd.DataFrame(rows))["reason"].tolist() == [OWN]


def start_methods(**forkserver):
    study = Study()
    for strategy, reason in (("global", "NameError: no DATA"), ("closure", OWN)):
        study.run("start_methods", strategy)
        study.run("start_methods", strategy, status="failed", reason=reason, start_method="spawn")
        given = forkserver | ({"reason": reason} if forkserver.get("reason") == OWN else {})
        study.run("start_methods", strategy, start_method="forkserver", **given)
    return study


def test_a_fault_of_the_machine_is_no_finding():
    assert start_methods(status="failed", reason=OWN).verdict("S14") == HOLDS
    assert start_methods().verdict("S14") == FAILS
    assert start_methods(status="failed", reason=LONG).verdict("S14") == UNTESTABLE


def test_a_spoilt_cell_is_missing_with_the_remedy():
    study = Study().run("empty_workers", "empty", status="failed", reason=LONG)
    runs, jobs = pd.DataFrame(study.runs), pd.DataFrame(study.jobs)
    with pytest.raises(Missing, match=r"the machine is why .* too long; set TMPDIR to a short"):
        Evidence(runs, jobs, summarise(runs)).cell(experiment="empty_workers")
    assert study.verdict("S1") == UNTESTABLE


@pytest.mark.parametrize("others", [{}, {"status": "failed", "reason": OWN}])
def test_128_million_are_not_refuted_by_a_full_machine(others):
    study = Study().run("big_global", "global", size=128_000_000, status="failed", reason=FULL)
    assert study.verdict("S6") == UNTESTABLE
    study.run("big_global", "global", size=128_000_000, workers=4, **others)
    assert study.verdict("S6") == (FAILS if others else HOLDS)


def test_report_sets_the_machines_faults_apart():
    rows = [
        run("serial", 1.0),
        run("global", None, status="failed", reason=OWN),
        run("shared_memory", None, status="crashed", reason="killed by SIGBUS in publish"),
        run("shared_memory", None, 2, status="crashed", reason="killed by SIGBUS in publish"),
        run("ray", None, status="unsupported", reason="no module named ray"),
    ]
    runs = pd.DataFrame(rows)
    text = render("failures.md.j2", failures=failures(runs))
    machine, strategy = text.split("<summary>Failed by the strategy</summary>")
    assert "Of the machine, not of the strategy" in machine
    assert "- shared memory is full or too small, 2 runs: make /dev/shm larger" in machine
    assert "SIGBUS" in machine and "SIGBUS" not in strategy
    assert "PicklingError" in strategy and "PicklingError" not in machine
    assert "no module named ray" in strategy
    said = warnings_of(runs)
    assert "The machine, not the strategy, spoilt 2 runs" in said
    assert "make /dev/shm larger" in said


def warnings_of(runs):
    return render("cautions.md.j2", cautions=cautions(runs, summarise(runs), "tiny"))


def test_without_such_faults_nothing_is_said_of_the_machine():
    runs = pd.DataFrame([run("serial", 1.0), run("global", None, status="failed", reason=OWN)])
    assert "machine" not in render("failures.md.j2", failures=failures(runs))
    assert "The machine" not in warnings_of(runs)


def test_traceback_in_quotes_is_said_in_words(tmp_path):
    reason = '_RemoteTraceback: """ in map'  # joblib's, of data that cannot be pickled
    said = "PicklingError: the data cannot be pickled in map"
    assert explained(reason, tmp_path, []) == said


def test_a_silent_end_is_explained_by_the_log(tmp_path):
    log = tmp_path / "run.log"
    log.write_text("Traceback:\n  File x\nOSError: AF_UNIX path too long\n\nEOFError\n")
    assert explained("EOFError:  in publish", log, []).endswith(
        " (log: OSError: AF_UNIX path too long)"
    )
    assert explained("KeyError: 1 in publish", log, []) == "KeyError: 1 in publish"
    log.write_text("")
    assert explained("EOFError:  in publish", log, []) == "EOFError:  in publish"


def test_shared_memory_keeps_its_name_in_a_row():
    assert publishable("x in /dev/shm has /home/me/y") == "x in /dev/shm has y"
    assert publishable("x in '/dev/shm/psm_1'") == "x in 'psm_1'"


def test_a_compilers_folders_are_not_in_a_row():
    said = "CompileError: command 'gcc' '-I/home/me/include' -L/opt/x/lib -DX a/b.c failed"
    known = "CompileError: command 'gcc' '-Iinclude' -Llib -DX a/b.c failed"
    assert publishable(said) == known


def test_shared_memory_that_cannot_be_used_is_named(tmp_path, monkeypatch):
    reason = "FileNotFoundError: [Errno 2] No such file or directory in start"
    assert explained(reason, tmp_path, []) == reason
    monkeypatch.setattr("supervisor.explain.no_shared_memory", lambda: True)
    assert explained(reason, tmp_path, []) == f"{reason}, /dev/shm cannot be written to"


MISSING = {
    "room in shared memory": (
        f"mount -t tmpfs -o size=1m tmpfs {SHARED_MEMORY}",
        {"strategy": "shared_memory", "size": 10**6},
        "^killed by SIGBUS in publish: /dev/shm has 1 MiB in all, [01] free before the run$",
    ),
    "shared memory to write to": (
        f"mount -t tmpfs -o ro,size=1m tmpfs {SHARED_MEMORY}",
        {"strategy": "initializer"},
        "Read-only file system in start, /dev/shm cannot be written to$",
    ),
    "room for temporary files": (
        "mount -t tmpfs -o size=1m tmpfs $TMPDIR",
        {"strategy": "from_disk", "size": 10**6},
        r"No space left on device in publish: /dev/shm has \d+ MiB in all, \d+ free before "
        "the run, the temporary folder has 1 MiB in all, [01] free before the run$",
    ),
}


@pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
@pytest.mark.parametrize("what", MISSING)
def test_something_is_missing(what, interpreter, measurement, namespace, tmp_path, monkeypatch):
    mount, given, reason = MISSING[what]
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    row = namespace(mount).entered(measurement(command=interpreter, **given)).run().row
    assert fault_of(row["status"], row["reason"]), row["reason"]
    assert re.search(reason, row["reason"]), row["reason"]
