"""Run the supervisor by hand, and see what it leaves behind."""

import csv
import os
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from supervisor.folder import SHORT
from supervisor.shared_memory import inodes_of

TESTS = Path(__file__).resolve().parent
PROJECT = TESTS.parent
WORKLOADS = TESTS / "workloads"
SHARED_MEMORY = Path("/dev/shm")
MARK = "TEST_RUN"  # an environment variable that every process of a run inherits


@dataclass
class Finished:
    """What one call of the supervisor left: `row` is None and `jobs` empty without a CSV."""

    exit_code: int
    terminal: str
    row: dict | None
    jobs: list
    log: str


class Measurement:
    """One call of ``measure_run``; its files lie in `folder`, its processes carry a mark."""

    def __init__(self, folder, scripts=PROJECT / "scripts", **given):
        self.folder = Path(folder)
        self.mark = uuid.uuid4().hex
        options = {
            "experiment": "test",
            "interpreter": "cpython",
            "strategy": "serial",
            "start_method": "fork",
            "workload": WORKLOADS / "arithmetic.py",
            "size": 40,
            "workers": 2,
            "jobs": 5,
            "repeat": 1,
            "command": sys.executable,
            "time_limit_s": 60,
            "memory_floor_percent": 0,
            "memory_floor_mib": 0,
            "code_version": "test",
            "output": self.folder / "run.csv",
            "log": self.folder / "run.log",
        } | given
        self.command = [sys.executable, "-I", str(scripts), "measure_run"]
        for name, value in options.items():
            self.command += [
                f"--{name.replace('_', '-')}",
                *([] if value is True else [str(value)]),
            ]

    def start(self):
        """Start it in the background and return its `Popen`."""
        self.program = subprocess.Popen(
            self.command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {MARK: self.mark},
        )
        return self.program

    def finish(self):
        """Wait for its end and return what it left, as `Finished`."""
        terminal, _ = self.program.communicate(timeout=120)
        rows = table(self.folder / "run.csv")
        log = self.folder / "run.log"
        return Finished(
            self.program.returncode,
            terminal,
            rows[0] if rows else None,
            table(self.folder / "run.jobs.csv"),
            log.read_text() if log.exists() else "",
        )

    def run(self):
        self.start()
        return self.finish()

    def said(self, word):
        """Wait until the measured program has printed `word`, which goes to its log."""
        log = self.folder / "run.log"
        wait_until(lambda: log.exists() and word in log.read_text(), f"{word!r} in the log")

    def survivors(self):
        return processes_with(self.mark)


def processes_with(mark):
    """Return the living processes that inherited the mark, whatever session they are in."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for process in psutil.process_iter():
        try:
            variables = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
            if wanted in variables and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (OSError, psutil.NoSuchProcess):
            continue
    return found


def wait_until(condition, what, seconds=60):
    """Wait until `condition()` is true; fail after a time that no healthy run needs."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"still waiting for: {what}")
        time.sleep(0.02)


def table(path):
    """Return a CSV's rows as dicts; none if there is no file."""
    if not Path(path).exists():
        return []
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shared_memory():
    """Return the names in the shared-memory folder; none where a system has none."""
    return {path.name for path in SHARED_MEMORY.glob("*")}


def wait_until_removed(before):
    """Wait until what is in the shared-memory folder beyond `before` is gone, at most a minute.

    Files of other programs on this machine, other tests among them, come and go meanwhile: what a
    process has mapped or open is not left behind yet.
    """
    new = shared_memory() - before
    wait_until(lambda: not left_behind(new), f"{sorted(new)} to be removed")


def left_behind(names):
    """Return those of some names in the shared-memory folder that no process uses."""
    left = {}
    for name in names:
        with suppress(OSError):
            left[name] = (SHARED_MEMORY / name).lstat().st_ino
    used = inodes_of(psutil.process_iter()) if left else set()
    return {name for name, inode in left.items() if inode not in used}


def links_into(folder):
    """Return the links by which runs reach their temporary folders in `folder`."""
    found = []
    for path in (path for place in SHORT for path in Path(place).glob("share-or-copy-*")):
        with suppress(OSError):  # no link, or one of a test beside this one, gone by now
            if path.readlink().parent == folder:
                found.append(path)
    return found
