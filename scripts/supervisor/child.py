"""Runs the measured program under limits and collects what it says."""

import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from supervisor.columns import SCHEDULED
from supervisor.conditions.beside import difference, scheduled
from supervisor.encoding import utf8_variables
from supervisor.explain import explained, kills_for_memory, rooms_before
from supervisor.guardian import Guardian
from supervisor.lifetime import Lifetime
from supervisor.machine import available_memory
from supervisor.processes import (
    adopt_orphans,
    descendants_of,
    end_processes,
    is_alive,
    processes_of,
    pss_of,
    snapshot,
    wait_for,
)
from supervisor.types import GiveUp, Leavings, Processes, Result, Row

# How often limits are looked at, whatever the program says; a worker that copies fills about 50 MiB
# in that.
POLL_S = 0.05
FIRST_TO_GO = 1000  # the most that oom_score_adj takes
# The variables by which libraries choose their number of threads: those of OpenMP, of BLAS and of
# NumExpr, most of which Snakemake sets; then Rayon's, in libraries written in Rust, polars' own and
# Numba's. PyArrow follows OpenMP's. TBB has none: who calls it chooses.
THREADS_OF_LIBRARIES = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS", "BLOSC_NTHREADS",
    "RAYON_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS",
)  # fmt: skip
STILL_S = 0.25  # a run that used no CPU for so long when its limit was reached, hung
STILL_SHARE = 0.05  # of a core: more than that is work
SAMPLED = ("publish", "start", "map")  # the phases whose memory is looked at again and again
EXIT_GRACE_S = 10  # how long the program may take to exit after its result


class Interrupted(Exception):
    """A signal asked the supervisor to stop, or its parent is gone."""


class Bug(Exception):
    """The measured program ended without a result and without a signal; see its log."""


@dataclass
class Report:
    """What a run came to: the program's messages and what was seen from outside."""

    status: str = ""
    reason: str = ""
    hello: Row = field(default_factory=dict)
    built: dict[str, float] = field(default_factory=dict)
    threads_at_fork: int | None = None
    seen: dict[str, float | None] = field(default_factory=dict)
    scheduled: dict[str, float | None] = field(default_factory=dict)
    result: Result = field(default_factory=Result)
    samples_mib: list[float] = field(default_factory=list)


def watch(
    command: Sequence[str | Path],
    *,
    start_in: Path | None,
    folder: Path,
    memory: Leavings,
    log: IO[bytes],
    time_limit_s: float,
    floor: tuple[float, str],
    guardian: Guardian,
    interrupted: GiveUp,
    library_threads: str = "one",
    hash_seed: int = 0,
    samples_memory: bool = False,
    lifetime: Lifetime | None = None,
) -> Report:
    """Start `command`, follow its messages, and end it where a limit is reached.

    It starts in the folder `start_in`, None for this one; `folder` takes its temporary files,
    `memory` is the `SharedMemory` that it may leave, `log` the open file for its standard error,
    `floor` the available memory in bytes under which it is ended and the setting that says so,
    `interrupted` a function that says whether to give up, `library_threads` as in
    `clean_environment`, `samples_memory` whether to look at the memory again and again, which
    the program feels, `lifetime` the `Lifetime` of a run with marks. Returns a `Report`; raises
    `Interrupted` or `Bug`. Nothing that the program started is alive afterwards.
    """
    adopt_orphans()
    rooms, kills = rooms_before(), kills_for_memory()

    def begin() -> None:
        guardian.adopt()
        offer_to_the_kernel()

    program = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        cwd=start_in,
        env=clean_environment(folder, library_threads, hash_seed),
        start_new_session=True,
        preexec_fn=begin,
    )
    deadline = time.monotonic() + time_limit_s
    watcher = _Watcher(
        program, folder, memory, guardian, deadline, floor, log.name, samples_memory, lifetime
    )
    try:
        watcher.follow(interrupted, time_limit_s)
        report = watcher.report
        report.reason = explained(report.reason, log.name, rooms)
        if "SIGKILL" in report.reason and kills_for_memory() > kills:
            report.status = "out_of_memory"
            report.reason += ": the kernel had no memory left"
    finally:
        watcher.end()
    return watcher.report


def offer_to_the_kernel() -> None:
    """Let the kernel end this process, and what it starts, before any other if memory runs out.

    What takes gigabytes between two looks is ended by nobody else: then it is to be the run, not
    this supervisor, the study or a user's browser. Called in the child, before exec.
    """
    with suppress(OSError):  # not Linux
        Path("/proc/self/oom_score_adj").write_text(f"{FIRST_TO_GO}")


class _Watcher:
    def __init__(
        self,
        program: subprocess.Popen[bytes],
        folder: Path,
        memory: Leavings,
        guardian: Guardian,
        deadline: float,
        floor: tuple[float, str],
        log: str,
        samples_memory: bool,
        lifetime: Lifetime | None,
    ) -> None:
        self.program = program
        assert program.stdin and program.stdout  # pipes, as asked for
        self.stdin, self.stdout = program.stdin, program.stdout
        self.folder = folder
        self.memory = memory
        self.guardian = guardian
        self.log = log
        self.samples_memory = samples_memory
        self.lifetime = lifetime
        self.deadline = deadline
        self.floor_bytes, self.floor_setting = floor
        self.report = Report()
        self.phase = "start-up"
        self.at_build: tuple[float, float] | tuple[None, None] = (None, None)

    def follow(self, interrupted: GiveUp, time_limit_s: float) -> None:
        pending = b""
        descriptor = self.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            look = time.monotonic() + POLL_S
            while True:
                pause = max(0.0, look - time.monotonic())
                ready = selector.select(self.sample_memory(pause) if self.samples_memory else pause)
                if ready:
                    chunk = os.read(descriptor, 1 << 16)
                    pending += chunk
                    *lines, pending = pending.split(b"\n")
                    for line in lines:
                        self.hear(line)
                    if not chunk or self.report.result:
                        break
                if time.monotonic() < look:
                    continue
                look = time.monotonic() + POLL_S
                if interrupted():
                    raise Interrupted
                if self.lifetime:
                    self.lifetime.look(self.program.pid, self.tree)
                # A worker may hold the pipe open after the program itself has died.
                if not ready and self.program.poll() is not None:
                    break
                if self.over_limit(time_limit_s):
                    return
        self.conclude()

    def sample_memory(self, pause: float) -> float:
        """Look at the memory, if it is time; return for how long not to look, at most `pause`.

        Half of the time at most: the kernel lets a process change nothing while its pages are
        counted.
        """
        if self.phase not in SAMPLED:
            return pause
        began = time.monotonic()
        self.report.samples_mib.append(pss_of(self.tree()))
        return min(pause, time.monotonic() - began)

    def over_limit(self, time_limit_s: float) -> bool:
        report, phase = self.report, self.phase
        if time.monotonic() > self.deadline:
            hung = ", where it hung: nothing computed any more" if self.is_still() else ""
            report.status, report.reason = "timeout", f"over {time_limit_s:g} s, in {phase}{hung}"
        elif (available := available_memory()) < self.floor_bytes:
            report.status = "out_of_memory"
            report.reason = (
                f"{available / 2**20:.0f} MiB available, "
                f"under the floor of {self.floor_bytes / 2**20:.0f} MiB ({self.floor_setting}), "
                f"in {phase}"
            )
        return bool(report.status)

    def is_still(self) -> bool:
        """Return whether nothing of the tree computes: it waits, probably for ever."""
        before, _ = scheduled(process.pid for process in self.tree())
        time.sleep(STILL_S)
        after, _ = scheduled(process.pid for process in self.tree())
        worked_s = difference(after, before)
        return worked_s is not None and worked_s < STILL_SHARE * STILL_S

    def hear(self, line: bytes) -> None:
        message = json.loads(line)
        event = message.pop("event")
        if event == "hello":
            self.report.hello = message
        elif event == "built":
            self.report.built = message
            self.phase = "publish"
            self.at_build = scheduled(process.pid for process in self.tree())
            self.go_on()
        elif event == "phase":
            self.phase = message["phase"]
        elif event == "forked":
            self.report.threads_at_fork = message["threads"]
        elif event == "snapshot":
            workers, tree = set(message["workers"]), self.tree()
            self.report.scheduled = self.scheduled_since_build(tree)
            self.report.seen = snapshot(tree, self.program.pid, workers)
            self.answer(tree)
        elif event == "result":
            self.report.result = message
            self.answer(self.tree())

    def scheduled_since_build(self, tree: Processes) -> dict[str, float | None]:
        """Return on_cpu_s and waiting_for_cpu_s: what the tree got of the CPUs, and waited for.

        Without what ended in between, and None where the kernel does not say.
        """
        spent = map(difference, scheduled(process.pid for process in tree), self.at_build)
        positive = [None if seconds is None else max(0.0, seconds) for seconds in spent]
        return dict(zip(SCHEDULED, positive, strict=True))

    def answer(self, tree: Processes) -> None:
        """Note what there will be to clean up, while the program waits; then let it go on."""
        self.memory.look(tree)
        self.go_on()

    def go_on(self) -> None:
        """Let the program go on, which waits for a line."""
        with suppress(BrokenPipeError):
            self.stdin.write(b"\n")
            self.stdin.flush()

    def conclude(self) -> None:
        """Turn the result, and how the program exited, into the status."""
        report, result = self.report, self.report.result
        if result and result["status"] != "ok":
            # A pool whose workers died may wait for ever at exit; the outcome is known.
            report.status, report.reason = result["status"], result["reason"]
            return
        try:
            code = wait_for(self.program, EXIT_GRACE_S)
        except subprocess.TimeoutExpired:
            report.status, report.reason = "timeout", f"no exit within {EXIT_GRACE_S} s of the end"
            return
        if code < 0:
            name = signal.Signals(-code).name
            report.status, report.reason = "crashed", f"killed by {name} in {self.phase}"
        elif (code or not result) and not self.is_ours():
            report.status = "crashed"
            report.reason = f"the program ended itself with exit code {code} in {self.phase}"
        elif code or not result:
            raise Bug(f"the measured program ended with exit code {code} in {self.phase}")
        else:
            report.status = "ok"

    def is_ours(self) -> bool:
        """Return whether a program that ended without a result has a bug, by its last words.

        A workload may end it without any, by ``os._exit``.
        """
        said = Path(self.log).read_bytes()
        return self.phase == "start-up" or b"Traceback (most recent call last)" in said

    def tree(self) -> list[psutil.Process]:
        """Return the program and all that came of it: what this process has below it."""
        return descendants_of(os.getpid(), besides=self.guardian.pid)

    def end(self) -> None:
        end_processes(self.alive, self.memory)
        self.program.wait()
        for pipe in (self.stdin, self.stdout):
            with suppress(BrokenPipeError):
                pipe.close()

    def alive(self) -> set[psutil.Process]:
        """Return what is to be ended: by mark, and by descent if the mark was taken off."""
        return processes_of(self.program.pid, self.folder).union(
            process for process in self.tree() if is_alive(process)
        )


def clean_environment(
    folder: str | Path, library_threads: str = "one", hash_seed: int = 0
) -> dict[str, str]:
    """Return the environment of the measured program; `folder` takes its temporary files.

    Snakemake sets the number of threads of numerical libraries to its own; what they would choose
    by themselves is measured with `library_threads` "own". A PYTHON… variable of the user's would
    mean something else to another interpreter.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name not in THREADS_OF_LIBRARIES
    }
    environment |= utf8_variables()
    if library_threads == "one":
        environment |= dict.fromkeys(THREADS_OF_LIBRARIES, "1")
    return environment | {"TMPDIR": str(folder), "PYTHONHASHSEED": str(hash_seed)}
