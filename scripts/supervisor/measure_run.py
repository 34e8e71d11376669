"""Measure one run: start the measured program in a fresh process, watch it, write its row.

Writes two files: the run (one row of `RUN_COLUMNS`) and its jobs (`JOB_COLUMNS`). With
--measure-memory it looks at the memory all the time, and writes what it came to instead: one row
of `MEMORY_RUN_COLUMNS`, no jobs and no times, which that would spoil. With --marks it looks at
workers that stop there (`supervisor.lifetime`), and writes rows of `LIFETIME_COLUMNS` alone. Every
outcome
that says something about the strategy is a row with a status; anything else is a bug and ends with
a non-zero exit code, so that Snakemake stops.
"""

import argparse
import errno
import os
import shlex
import signal
import time
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from supervisor.child import Bug, Interrupted, Report, watch
from supervisor.columns import CELL, GROUP, NUMBERS
from supervisor.conditions.beside import Beside
from supervisor.conditions.quiet import Quiet
from supervisor.folder import make_folder, remove_folder
from supervisor.foreseen import Endings, foreseen_by_preflight
from supervisor.guardian import Guardian
from supervisor.interruption import Interruption
from supervisor.lifetime import Lifetime
from supervisor.lock import LockError, take_lock
from supervisor.lost_folder import LOST, not_written
from supervisor.machine import describe_machine, memory_floor, node, usable_cpus
from supervisor.record import (
    job_rows,
    lifetime_of,
    memory_of,
    outcome,
    readings,
    stamp,
    without_result,
)
from supervisor.shared_memory import SharedMemory
from supervisor.terminal import conclude, run_in_words, say
from supervisor.types import Arguments, Ending, Row
from supervisor.write_rows import write_lives, write_memory, write_run

PROGRAM = Path(__file__).resolve().parents[1] / "sharing"


def main(argv: Sequence[str] | None = None) -> int | str:
    arguments = parse(argv)
    try:
        return measure(arguments)
    except OSError as error:
        if error.errno not in LOST or (
            error.errno == errno.ENOENT and not beside(error, arguments)
        ):
            raise
        return not_written(error.filename or arguments.output, error.errno, error.strerror)


def beside(error: OSError, arguments: Arguments) -> bool:
    """Return whether an error is about a file in the folder of the results, or below it."""
    return str(error.filename).startswith(str(Path(arguments.output).parent))


def measure(arguments: Arguments) -> int | str:
    """Measure the run that the arguments name; return the exit code, or a sentence instead."""
    interrupted = Interruption()
    endings = Endings(arguments.endings)
    foreseen = known_end(arguments, endings)
    if foreseen:
        return not_begun(arguments, *foreseen)
    try:
        lock = take_lock(interrupted)
    except LockError as trouble:
        return str(trouble)
    if interrupted():
        return interrupted_code(interrupted)
    quiet = Quiet(
        of_node(arguments.yardstick),
        arguments.quiet_percent / 100,
        arguments.patience_percent / 100,
    )
    timed = not (arguments.measure_memory or arguments.marks)
    before = quiet.before(interrupted) if timed else None
    started, began = datetime.now(UTC), time.monotonic()
    machine = describe_machine(arguments.machine)
    beside = Beside()
    try:
        report, lives = watched_run(arguments, interrupted)
    except Interrupted:
        say(f"{run_in_words(arguments)}: stopped")
        return interrupted_code(interrupted)
    except (BlockingIOError, NoGuardian) as error:
        return no_process(error)
    except Bug as bug:
        said = Path(arguments.log).read_text(encoding="utf-8", errors="replace")
        say(f"{run_in_words(arguments)}: bug: {bug}:\n{said}")
        return 1
    if not timed:
        os.close(lock)
        if arguments.marks:
            rows = lifetime_of(report, lives)
            write_lives(arguments, rows, started)
            conclude(arguments, rows[-1])
        else:
            row = memory_of(report) | {"started_utc": stamp(started)}
            write_memory(arguments, row)
            conclude(arguments, row)
        return 0
    seconds = time.monotonic() - began
    row = (
        outcome(report)
        | beside.so_far()
        | readings(before, quiet.after(seconds))
        | machine
        | {"hash_seed": hash_seed(arguments), "wall_s": seconds, "started_utc": stamp(started)}
    )
    row = write_run(arguments, row, job_rows(arguments, report))
    conclude(arguments, row)
    os.close(lock)
    endings.note(arguments, row)
    return 0


def known_end(arguments: Arguments, endings: Endings) -> Ending | None:
    """Return (status, reason) of a run whose end is known before it begins, or None."""
    if arguments.unsupported:
        return "unsupported", arguments.unsupported
    if arguments.after:
        return without_result(arguments.after)
    return foreseen_by_preflight(
        arguments.preflight,
        arguments.workers,
        arguments.jobs,
        usable_cpus(),
        arguments.time_limit_s,
        arguments.start_method,
    ) or endings.foreseen(arguments)


class NoGuardian(OSError):
    """No further process can be started, not even the one that cleans up."""


def watched_run(arguments: Arguments, interrupted: Interruption) -> tuple[Report, list[Row]]:
    """Run the measured program under its limits; nothing of it is left.

    Returns its `Report`, and the rows of its `Lifetime` if it has marks. Raises `NoGuardian`, and
    what `watch` raises.
    """
    folder, memory = make_folder(), SharedMemory()
    try:
        guardian = Guardian(folder, memory)
    except OSError as error:
        remove_folder(folder)
        raise NoGuardian(*error.args) from None
    lifetime = Lifetime(folder, arguments.workers) if arguments.marks else None
    try:
        with open_log(arguments.log) as log:
            report = watch(
                command_of(arguments),
                # A forkserver looks for modules in the folder where it starts, and in the user's
                # there may be a json.py. A user's workload may look for its files there.
                start_in=None if arguments.workload.endswith(".py") else folder,
                folder=folder,
                memory=memory,
                log=log,
                # Sampling slows it down: half of the time goes into looking.
                time_limit_s=arguments.time_limit_s * (1 + arguments.measure_memory),
                floor=memory_floor(arguments.memory_floor_percent, arguments.memory_floor_mib),
                guardian=guardian,
                interrupted=interrupted,
                library_threads=arguments.library_threads,
                hash_seed=hash_seed(arguments),
                samples_memory=arguments.measure_memory,
                lifetime=lifetime,
            )
    finally:
        remove_folder(folder)
        guardian.dismiss()
    if not Path(arguments.log).stat().st_size:
        Path(arguments.log).unlink()
    return report, lifetime.rows if lifetime else []


def interrupted_code(interrupted: Interruption) -> int:
    """Return the exit code of a supervisor that was asked to stop."""
    return 128 + (interrupted.signal or signal.SIGTERM)


def not_begun(arguments: Arguments, status: str, reason: str) -> int:
    """Write the row of a run that was not begun, since its end is known."""
    now = datetime.now(UTC)
    row: Row = {"status": status, "reason": reason, "started_utc": stamp(now)}
    if arguments.marks:
        write_lives(arguments, [row], now)
    elif arguments.measure_memory:
        write_memory(arguments, row)
    else:
        write_run(arguments, row | {"wall_s": 0.0} | describe_machine(arguments.machine), [])
    return 0


def of_node(path: str | None) -> str | None:
    """Return the file for what this machine gives: on a cluster one for each node."""
    return f"{path.removesuffix('.json')}_{node()}.json" if path and node() else path


def no_process(error: OSError) -> str:
    """Return the sentence for a machine that lets this user start no further process."""
    return (
        f"no further process can be started ({error.strerror}): end others, or raise the limit "
        "that `ulimit -u` shows, then go on by the same command"
    )


def command_of(arguments: Arguments) -> list[str]:
    """Return the command line of the measured program."""
    first, *options = arguments.command
    return [
        # Wherever it is started: a path, unlike a name, counts from here.
        os.path.abspath(first) if "/" in first else first,  # noqa: PTH100 - no link resolved
        *options,
        str(PROGRAM),
        *("--strategy", arguments.strategy),
        *("--workload", arguments.workload),
        *("--size", str(arguments.size)),
        *("--workers", str(arguments.workers)),
        *("--jobs", str(arguments.jobs)),
        *("--start-method", arguments.start_method),
        *(("--marks", arguments.marks) if arguments.marks else ()),
    ]


def hash_seed(arguments: Arguments) -> int:
    """Return the seed by which the run's interpreters hash text: one for all runs of a block.

    The layout of dicts and sets follows from it, so that the blocks sample that too.
    """
    block = [str(getattr(arguments, name)) for name in (*GROUP, "repeat")]
    return zlib.crc32(" ".join(block).encode())


def open_log(path: str) -> BinaryIO:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return Path(path).open("wb")


def parse(argv: Sequence[str] | None) -> Arguments:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in CELL:
        kind = int if name in NUMBERS else str
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, required=True)
    parser.add_argument("--repeat", type=int, default=0)
    parser.add_argument(
        "--measure-memory", action="store_true", help="measure memory, and no times"
    )
    parser.add_argument("--marks", default="", help="shares of the items, as 0.01,0.1,1")
    parser.add_argument(
        "--command", type=shlex.split, required=True, help="the interpreter's command line"
    )
    parser.add_argument(
        "--time-limit-s", type=float, required=True, help="seconds from the start of the process"
    )
    parser.add_argument("--memory-floor-percent", type=float, required=True)
    parser.add_argument("--memory-floor-mib", type=float, required=True)
    parser.add_argument("--quiet-percent", type=float, default=0, help="of the usable CPUs")
    parser.add_argument(
        "--patience-percent", type=float, default=0, help="of the study's time, spent on waiting"
    )
    parser.add_argument("--unsupported", default="", help="why it cannot work, if that is known")
    parser.add_argument("--preflight", help="what the workload did by itself: its JSON")
    parser.add_argument("--endings", help="file that remembers how a study's runs ended")
    parser.add_argument("--mechanism", default="", help="of the strategy: what hangs alike")
    parser.add_argument("--basis", default="", help="digest of what the run rests on")
    parser.add_argument(
        "--common-basis", default="", help="digest of that part of it that all strategies share"
    )
    parser.add_argument("--library-threads", choices=("one", "own"), default="one")
    parser.add_argument("--yardstick", help="file that remembers a study's readings")
    parser.add_argument("--machine", help="a label in place of CPU model and cores")
    parser.add_argument("--code-version", required=True)
    parser.add_argument("--build", default="", help="how the interpreter was built")
    parser.add_argument("--libraries", default="", help="versions of those the strategy uses")
    parser.add_argument("--output", required=True)
    parser.add_argument("--after", type=Path, help="with --measure-memory: the cell's first run")
    parser.add_argument("--log", required=True)
    return parser.parse_args(argv, Arguments())
