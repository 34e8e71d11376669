"""Writes the rows of a run of each kind, and says what came out."""

from pathlib import Path

from supervisor.columns import (
    CELL,
    JOB_COLUMNS,
    LIFETIME_COLUMNS,
    MEMORY_RUN_COLUMNS,
    RUN_COLUMNS,
)
from supervisor.record import jobs_beside, key_of, stamp
from supervisor.rows import write
from supervisor.terminal import conclude, say

# What is said of a worker at the end of its life: a thread has no private memory.
SEEN = {"uss_mib": "private to a worker", "tree_pss_mib": "in all"}


def write_run(arguments, row, jobs):
    """Write a run's row and its jobs, say what came out, and return the row."""
    row = (
        key_of(arguments)
        | row
        | {
            "command": Path(arguments.command[0]).name,
            "build": arguments.build,
            "libraries": arguments.libraries,
            "code_version": arguments.code_version,
        }
    )
    write(jobs_beside(arguments.output), JOB_COLUMNS, jobs)
    write(arguments.output, RUN_COLUMNS, [row])
    conclude(row)
    return row


def write_memory(arguments, row):
    """Write the row of a run for its cell's peak memory, and say what came out."""
    key = {name: value for name, value in key_of(arguments).items() if name in CELL}
    row = key | row | {"code_version": arguments.code_version}
    write(arguments.output, MEMORY_RUN_COLUMNS, [row])
    peak = row.get("peak_pss_mib")
    say(f"{row['status']}: {row['reason']:.100}" if peak is None else f"at most {peak:.0f} MiB")


def write_lives(arguments, rows, started):
    """Write the rows of a run with marks, and say what came out."""
    added = {name: getattr(arguments, name) for name in ("build", "libraries", "code_version")}
    added |= {"started_utc": stamp(started)}
    write(arguments.output, LIFETIME_COLUMNS, [key_of(arguments) | row | added for row in rows])
    last = rows[-1]
    memory = [f"{last[name]:.0f} MiB {what}" for name, what in SEEN.items() if last.get(name)]
    say(f"ok, {memory[0]}" if memory else f"{last['status']}: {last['reason']:.100}")
