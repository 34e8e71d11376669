"""Writes the rows of a run of each kind."""

from datetime import datetime
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
from supervisor.types import Arguments, Row


def write_run(arguments: Arguments, row: Row, jobs: list[Row]) -> Row:
    """Write a run's row and its jobs, and return the row."""
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
    return row


def write_memory(arguments: Arguments, row: Row) -> None:
    """Write the row of a run for its cell's peak memory."""
    key = {name: value for name, value in key_of(arguments).items() if name in CELL}
    row = key | row | {"code_version": arguments.code_version}
    write(arguments.output, MEMORY_RUN_COLUMNS, [row])


def write_lives(arguments: Arguments, rows: list[Row], started: datetime) -> None:
    """Write the rows of a run with marks."""
    added = {name: getattr(arguments, name) for name in ("build", "libraries", "code_version")}
    added |= {"started_utc": stamp(started)}
    write(arguments.output, LIFETIME_COLUMNS, [key_of(arguments) | row | added for row in rows])
