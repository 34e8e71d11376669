"""What a supervisor finds around it: locks, streams, memory; a sentence, never a traceback."""

import errno
import fcntl
import os
import signal
import stat
import subprocess
from unittest import mock

import pytest

from study.mistake import ConfigError
from study.room import check_room
from supervisor import lock, measure_run
from supervisor.guardian import Guardian
from supervisor.shared_memory import SharedMemory


def test_lock_that_cannot_be_opened_is_answered_by_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(lock.tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"share-or-copy-{os.getuid()}.lock").mkdir()
    with pytest.raises(lock.LockError, match=r"cannot be opened .*: remove it"):
        lock.take_lock(lambda: False)


@pytest.mark.parametrize("laid", ["link", "dangling link", "pipe", "somebody else's"])
def test_lock_is_no_file_that_others_have_laid_there(laid, tmp_path, monkeypatch):
    monkeypatch.setattr(lock.tempfile, "tempdir", str(tmp_path))
    path, aim = tmp_path / f"share-or-copy-{os.getuid()}.lock", tmp_path / "aim"
    if laid == "link":
        aim.write_text("mine")
    if laid.endswith("link"):
        path.symlink_to(aim)
    elif laid == "pipe":
        os.mkfifo(path)
    else:
        path.touch()
        theirs = mock.Mock(st_mode=stat.S_IFREG, st_uid=os.getuid() + 1)
        monkeypatch.setattr(os, "fstat", lambda descriptor: theirs)
    with pytest.raises(lock.LockError, match=r"cannot be opened \(it is .*\): remove it"):
        lock.take_lock(lambda: False)
    assert aim.exists() == (laid == "link")


@pytest.mark.parametrize("number", lock.WITHOUT_LOCKS, ids=errno.errorcode.get)
def test_file_system_without_locks_is_warned_of(number, tmp_path, monkeypatch, capsys):
    def refuse(descriptor, operation):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(lock.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(fcntl, "flock", refuse)
    os.close(lock.take_lock(lambda: False))
    assert "has no locks" in capsys.readouterr().err


def test_supervisor_without_streams(measurement):
    """Its standard streams are closed, or nobody reads them."""
    one = measurement()
    command = " ".join(f"'{word}'" for word in one.command)
    closed = subprocess.run(["/bin/sh", "-c", f"exec {command} <&- >&- 2>&-"], env=os.environ)
    assert closed.returncode == 0
    assert (one.folder / "run.csv").exists()
    (one.folder / "run.csv").unlink()
    subprocess.run(["/bin/bash", "-c", f"{command} 2>&1 >/dev/null | true"], env=os.environ)
    assert (one.folder / "run.csv").exists()


def test_guardian_that_was_killed_is_dismissed_all_the_same(tmp_path):
    guardian = Guardian(tmp_path, SharedMemory())
    os.kill(guardian.pid, signal.SIGKILL)
    os.waitid(os.P_PID, guardian.pid, os.WEXITED | os.WNOWAIT)  # its end of the pipe is closed
    guardian.dismiss()


@pytest.mark.parametrize("where", ["Guardian", "watch"])
def test_no_further_process_is_answered_by_a_sentence(where, measurement, monkeypatch):
    """What `ulimit -u` does to an ordinary user; root is not limited."""

    def refuse(*arguments, **options):
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    one = measurement()
    monkeypatch.setattr(measure_run, where, refuse)
    # A process that ends lets go of the lock; the tests go on.
    monkeypatch.setattr(measure_run, "take_lock", lambda interrupted: None)
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)  # the tests' own stay
    said = measure_run.main(one.command[one.command.index("measure_run") + 1 :])
    assert said.startswith("no further process can be started (Resource temporarily unavailable)")
    assert not (one.folder / "run.csv").exists()


def test_floor_that_leaves_no_room_is_said_before_the_first_run():
    check_room({"memory_floor_percent": 0, "memory_floor_mib": 0})
    with pytest.raises(ConfigError, match=r"^memory_floor_percent: a run is ended when less than"):
        check_room({"memory_floor_percent": 100, "memory_floor_mib": 1})
