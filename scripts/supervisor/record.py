"""What a run comes to in the tables: its row, its jobs, its peak memory, its workers' lives."""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from supervisor.child import Report
from supervisor.columns import JOB_COLUMNS, KEY, MEMORY, OUTCOME, USAGE, YARDSTICK
from supervisor.rows import publishable
from supervisor.types import Arguments, Ending, Row

SOLVED = ("ok", "wrong")


def key_of(arguments: Arguments) -> Row:
    """Return the columns of `KEY`; of a user's workload its file's name, no folders."""
    key: Row = {name: getattr(arguments, name) for name in KEY}
    return key | {"workload": Path(arguments.workload).name}


def outcome(report: Report) -> Row:
    """Return the columns that the run itself decided: status, times, memory, usage, answers."""
    seconds = report.result.get("seconds", {})
    # A phase that the strategy does not have took no time; one that was not reached has no time.
    if report.status in SOLVED:
        seconds = {phase: value or 0.0 for phase, value in seconds.items()}
    times = {f"{phase}_s": value for phase, value in seconds.items()}
    if report.status in SOLVED:
        times["total_s"] = sum(value or 0.0 for phase, value in seconds.items() if phase != "build")
    seen = dict(report.seen)
    if seen:
        # The kernel's table counts CPU time in ticks of 10 ms, the program its own in microseconds.
        seen |= {
            name: max(0, used - report.built[name])
            for name in USAGE
            if (used := seen[name]) is not None
        }
    return {
        "status": report.status,
        "reason": publishable(report.reason),
        "data_mib": report.built.get("data_mib"),
        "digest": report.result.get("digest", ""),
        "threads_at_fork": report.threads_at_fork,
        **times,
        **seen,
        **report.scheduled,
        **report.hello,
    }


def memory_of(report: Report) -> Row:
    """Return the columns that sampling decided; the last look, after map, is one of the samples."""
    row = {name: value for name, value in outcome(report).items() if name in (*MEMORY, *OUTCOME)}
    last = report.seen.get("tree_pss_mib")
    samples = [] if last is None else [*report.samples_mib, last]
    if report.status in SOLVED and samples:
        row |= {"peak_pss_mib": max(samples), "samples": len(samples)}
    return row


def lifetime_of(report: Report, rows: list[Row]) -> list[Row]:
    """Return the rows of `LIFETIME_COLUMNS` but for the key; one without a mark if it failed.

    `rows` are those of the run's `Lifetime`.
    """
    known = outcome(report)
    names = ("status", "reason", "data_mib", "implementation", "version", "gil")
    common = {name: known[name] for name in names if name in known}
    if report.status not in SOLVED:
        return [common]
    began = min(moment for name, moment in report.result["started"].items() if name != "build")
    for row in rows:
        first = row.pop("first_item")
        row["first_item_s"] = first - began if isinstance(first, float) else None
    return [common | row for row in rows] or [common]


def readings(before: Sequence[float] | None, after: Sequence[float] | None) -> dict[str, str]:
    """Return the columns of `YARDSTICK`: the seconds of every CPU, as ``0.047 0.048``."""
    texts = [" ".join(f"{one:.6f}" for one in seconds or ()) for seconds in (before, after)]
    return dict(zip(YARDSTICK, texts, strict=True))


def job_rows(arguments: Arguments, report: Report) -> list[Row]:
    """Return the run's jobs as rows of `JOB_COLUMNS`."""
    key = key_of(arguments).values()
    return [
        dict(zip(JOB_COLUMNS, [*key, *job], strict=True)) for job in report.result.get("jobs", ())
    ]


def jobs_beside(output: str | Path) -> str:
    """Return the path of a run's jobs, beside its row."""
    return f"{str(output).removesuffix('.csv')}.jobs.csv"


def without_result(path: Path) -> Ending | None:
    """Return (status, reason) of a run that had no result, read from its file; else None."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    return None if row["status"] in SOLVED else (row["status"], row["reason"])


def stamp(moment: datetime) -> str:
    """Return a UTC time as it stands in the tables."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
