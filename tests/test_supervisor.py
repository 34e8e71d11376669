"""The supervisor of a run: signals, sudden death, its limits, its files, one run at a time."""

import errno
import fcntl
import inspect
import json
import os
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise
from types import SimpleNamespace

import psutil
import pytest
import snakemake.shell
from measuring import WORKLOADS, wait_until
from study_folder import interval_of

from supervisor import measure_run
from supervisor.child import clean_environment
from supervisor.measure_run import hash_seed
from supervisor.rows import write

ENDLESS = WORKLOADS / "endless.py"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("strategy", ["serial", "global"])
def test_signal_ends_the_run_without_a_row(number, strategy, measurement):
    one = measurement(workload=ENDLESS, strategy=strategy)
    one.start()
    one.said("in a job")
    one.program.send_signal(number)
    run = one.finish()
    assert run.exit_code == 128 + number
    assert run.row is None
    assert run.jobs == []
    assert "Traceback" not in run.terminal
    assert run.terminal.endswith(" jobs: stopped\n")
    assert one.survivors() == []


@pytest.mark.parametrize("strategy", ["serial", "global", "manager_list"])
def test_guardian_ends_the_run_of_a_killed_supervisor(strategy, measurement, own_temporary_folder):
    one = measurement(workload=ENDLESS, strategy=strategy)
    one.start()
    one.said("in a job")
    assert list(own_temporary_folder.glob("share-or-copy-*/"))
    one.program.kill()
    run = one.finish()
    assert run.row is None
    wait_until(lambda: not one.survivors(), "the guardian to end the run")
    assert not list(own_temporary_folder.glob("share-or-copy-*/"))


DAEMONISES = WORKLOADS / "daemonises.py"
HELD_MIB = 64  # by the daemon


def test_daemon_of_a_run_counts_in_its_memory_and_ends_with_it(measurement):
    one = measurement(workload=DAEMONISES, size=0)
    run = one.run()
    assert run.row["status"] == "ok", run.log
    assert float(run.row["tree_pss_mib"]) > HELD_MIB
    assert not is_there(daemon_of(run.log))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_daemon_of_a_run_ends_with_the_supervisor(number, measurement):
    one = measurement(workload=DAEMONISES)
    one.start()
    one.said("in a job")
    one.program.send_signal(number)
    run = one.finish()
    assert run.row is None
    daemon = daemon_of(run.log)
    wait_until(lambda: not is_there(daemon), "the daemon to be ended")
    wait_until(lambda: not one.survivors(), "the rest of the run to be ended")


def daemon_of(log):
    return int(re.search(r"daemon (\d+) 64", log)[1])


def is_there(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_supervisor_whose_parent_is_gone_ends_the_run(measurement):
    one = measurement(workload=ENDLESS)
    # A shell in between, which is killed, as Snakemake may be.
    one.command = ["/bin/sh", "-c", '"$@" & wait', "sh", *one.command]
    one.start()
    one.said("in a job")
    one.program.kill()
    wait_until(lambda: not one.survivors(), "the supervisor to notice")
    assert one.finish().row is None


def test_signal_ends_a_supervisor_that_waits_for_the_lock(measurement, machine_lock):
    one = measurement()
    one.start()
    wait_until(lambda: len(one.survivors()) == 1, "the supervisor")
    supervisor = psutil.Process(one.program.pid)
    wait_until(lambda: opened(supervisor, machine_lock), "the supervisor to want the lock")
    one.program.terminate()
    run = one.finish()
    assert run.exit_code == 128 + signal.SIGTERM
    assert run.row is None
    assert "Traceback" not in run.terminal


def test_run_waits_for_the_lock_and_says_so(measurement, machine_lock):
    one = measurement()
    one.start()
    supervisor = psutil.Process(one.program.pid)
    wait_until(lambda: opened(supervisor, machine_lock), "the supervisor to want the lock")
    assert not one.folder.exists()
    fcntl.flock(machine_lock, fcntl.LOCK_UN)
    run = one.finish()
    assert run.row["status"] == "ok"
    assert "waiting: another run is being measured on this machine" in run.terminal


@pytest.fixture
def machine_lock(own_temporary_folder):
    """The file by which supervisors exclude each other, locked by the test."""
    with (own_temporary_folder / f"share-or-copy-{os.getuid()}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def opened(process, file):
    return any(one.path == file.name for one in process.open_files())


def test_supervisors_at_once_do_not_overlap(measurement):
    several = [measurement(workload=WORKLOADS / "sleeps.py", jobs=1) for _ in range(3)]
    for one in several:
        one.start()
    rows = [one.finish().row for one in several]
    assert [row["status"] for row in rows] == ["ok"] * 3
    intervals = sorted(map(interval_of, rows))
    for (_, end), (start, _) in pairwise(intervals):
        assert start >= end - 0.001  # started_utc is cut to milliseconds


def test_floor_is_looked_at_whatever_the_program_says(measurement):
    """A program that is never quiet is ended as one that waits."""
    for workload in (ENDLESS, WORKLOADS / "arithmetic.py"):
        run = measurement(workload=workload, memory_floor_percent=100, jobs=20_000).run()
        assert run.row["status"] == "out_of_memory"
        floor = int(run.row["memory_total_mib"])
        assert f"under the floor of {floor} MiB (memory_floor_percent)" in run.row["reason"]


def test_half_a_file_is_never_seen(tmp_path):
    path = tmp_path / "folder" / "run.csv"

    def rows():
        yield {"a": 1, "b": 0.123456789}
        assert not path.exists()
        yield {"a": None, "b": "x, y"}
        assert not path.exists()

    write(path, ["a", "b"], rows())
    assert path.read_text() == 'a,b\n1,0.123457\n,"x, y"\n'
    assert list(path.parent.iterdir()) == [path]


def test_failed_write_keeps_the_earlier_file(tmp_path):
    path = tmp_path / "run.csv"
    write(path, ["a"], [{"a": 1}])

    def rows():
        yield {"a": 2}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(path, ["a"], rows())
    assert path.read_text() == "a\n1\n"


def test_program_is_shielded_from_the_users_environment(measurement, monkeypatch, tmp_path):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    workload = tmp_path / "environment.py"
    workload.write_text(
        "import os\n"
        "def build(size):\n    return [size]\n"
        "def process(data, job):\n"
        "    names = ('OMP_NUM_THREADS', 'PYTHONPATH', 'PYTHONHASHSEED', 'TMPDIR')\n"
        "    print([os.environ.get(name) for name in names])\n"
    )
    run = measurement(workload=workload).run()
    assert f"['1', None, '{run.row['hash_seed']}', '" in run.log
    assert "share-or-copy-" in run.log


def test_libraries_choose_their_threads_where_they_may(monkeypatch, tmp_path):
    """What Snakemake sets for a shell command is taken away again, or set to one."""
    source = inspect.getsource(snakemake.shell)
    names = re.findall(r'envvars\["(\w+_THREADS)"\] = threads', source)
    assert len(names) > 4
    for name in names:
        monkeypatch.setenv(name, "7")
    assert not {*names} & {*clean_environment(tmp_path, "own")}
    assert {clean_environment(tmp_path)[name] for name in names} == {"1"}


def test_library_in_rust_is_held_to_one_thread_too(tmp_path):
    pytest.importorskip("polars")
    said = [
        subprocess.run(
            [sys.executable, "-c", "import polars; print(polars.thread_pool_size())"],
            env=clean_environment(tmp_path, threads),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("one", "own")
    ]
    assert said == ["1\n", f"{len(os.sched_getaffinity(0))}\n"]


def test_times_of_jobs_count_from_the_start_of_map(measurement):
    before = time.monotonic()
    jobs = measurement(workload=WORKLOADS / "sleeps.py", jobs=2).run().jobs
    elapsed = time.monotonic() - before
    assert 0 <= float(jobs[0]["submitted_s"]) < float(jobs[1]["submitted_s"]) < elapsed
    assert float(jobs[1]["started_s"]) >= float(jobs[0]["finished_s"])


def test_row_says_what_the_machine_gave(measurement, tmp_path):
    known = tmp_path / "yardstick.json"
    one = measurement(strategy="global", workload="scan", size=300_000, jobs=20, yardstick=known)
    row = one.run().row
    before = [float(seconds) for seconds in row["yardstick_before_s"].split()]
    assert len(before) == int(float(row["usable_cpus"]))
    assert min(before) > 0
    assert json.loads(known.read_text())["measured_s"] == pytest.approx(
        float(row["wall_s"]), abs=1e-5
    )
    # Two workers and the main process, which only hands out jobs.
    assert 0 < float(row["on_cpu_s"]) <= 3 * float(row["total_s"])
    assert float(row["waiting_for_cpu_s"]) >= 0
    assert 0 < float(row["watched_s"]) <= float(row["wall_s"])
    assert float(row["other_cpu_s"]) >= 0


def test_reading_of_a_moment_ago_serves_the_next_run(measurement, tmp_path):
    """A reading costs a twentieth of the time at most, so that short runs share one."""
    known = tmp_path / "yardstick.json"
    first = measurement(yardstick=known).run().row
    remembered = json.loads(known.read_text())
    assert remembered["seconds"] != []
    known.write_text(json.dumps(remembered | {"cost_s": 1000.0}))
    second = measurement(yardstick=known).run().row
    assert second["yardstick_before_s"].split() == [f"{one:.6f}" for one in remembered["seconds"]]
    assert second["yardstick_after_s"] == ""
    assert first["yardstick_before_s"]


RESULT = "results/tiny/runs/one.csv"


@pytest.fixture
def failing(monkeypatch):
    """Let a measurement end in an OSError; return what `main` makes of it."""

    def fail(number, name):
        def measure(arguments):
            raise OSError(number, os.strerror(number), name)

        monkeypatch.setattr(measure_run, "parse", lambda argv: SimpleNamespace(output=RESULT))
        monkeypatch.setattr(measure_run, "measure", measure)
        return measure_run.main([])

    return fail


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.ENOENT])
def test_results_that_cannot_be_written_any_more_are_named(number, failing):
    said = failing(number, RESULT)
    assert said.startswith(f"{RESULT} cannot be written ({os.strerror(number)}): ")
    assert said.endswith("then go on by the same command")


@pytest.mark.parametrize(
    ("number", "name"), [(errno.EACCES, RESULT), (errno.ENOENT, "/opt/python3.9")]
)
def test_other_errors_stay_bugs(number, name, failing):
    """An interpreter that is not there any more is no matter of the results' folder."""
    with pytest.raises(OSError, match=re.escape(name)):
        failing(number, name)


def test_hash_seeds_differ_by_block_and_not_within_one(tmp_path):
    """The blocks sample the layouts of dicts and sets; what is compared has the same ones."""

    def seed(**changed):
        cell = {"experiment": "e", "interpreter": "i", "size": 5, "jobs": 3, "repeat": 1}
        return hash_seed(SimpleNamespace(**cell | {"strategy": "global", "workers": 2} | changed))

    assert seed() == seed(strategy="closure", workers=4)
    assert len({seed(repeat=repeat, size=size) for repeat in range(1, 9) for size in (5, 6)}) == 16
    assert 0 <= seed() < 2**32  # what PYTHONHASHSEED takes
