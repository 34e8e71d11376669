"""What a run comes to in the tables: its row, its jobs, its peak memory, its workers' lives."""

import csv
from pathlib import Path

from supervisor.columns import JOB_COLUMNS, KEY, MEMORY, OUTCOME, USAGE, YARDSTICK
from supervisor.rows import publishable

SOLVED = ("ok", "wrong")


def key_of(arguments):
    """Return the columns of `KEY`; of a user's workload its file's name, no folders."""
    key = {name: getattr(arguments, name) for name in KEY}
    return key | {"workload": Path(arguments.workload).name}


def outcome(report):
    """Return the columns that the run itself decided: status, times, memory, usage, answers."""
    seconds = report.result.get("seconds", {})
    # A phase that the strategy does not have took no time; one that was not reached has no time.
    if report.status in SOLVED:
        seconds = {phase: value or 0.0 for phase, value in seconds.items()}
    times = {f"{phase}_s": value for phase, value in seconds.items()}
    if report.status in SOLVED:
        times["total_s"] = sum(value for phase, value in seconds.items() if phase != "build")
    seen = dict(report.seen)
    if seen:
        # The kernel's table counts CPU time in ticks of 10 ms, the program its own in microseconds.
        seen |= {name: max(0, seen[name] - report.built[name]) for name in USAGE}
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


def memory_of(report):
    """Return the columns that sampling decided; the last look, after map, is one of the samples."""
    row = {name: value for name, value in outcome(report).items() if name in (*MEMORY, *OUTCOME)}
    samples = [*report.samples_mib, report.seen["tree_pss_mib"]] if report.seen else []
    if report.status in SOLVED and samples:
        row |= {"peak_pss_mib": max(samples), "samples": len(samples)}
    return row


def lifetime_of(report, rows):
    """Return the rows of `LIFETIME_COLUMNS` but for the key; one without a mark if it failed.

    `rows` are those of the run's `Lifetime`.
    """
    known = outcome(report)
    common = ("status", "reason", "data_mib", "implementation", "version", "gil")
    common = {name: known[name] for name in common if name in known}
    if report.status not in SOLVED:
        return [common]
    began = min(moment for name, moment in report.result["started"].items() if name != "build")
    for row in rows:
        first = row.pop("first_item")
        row["first_item_s"] = None if first is None else first - began
    return [common | row for row in rows] or [common]


def readings(before, after):
    """Return the columns of `YARDSTICK`: the seconds of every CPU, as ``0.047 0.048``."""
    texts = [" ".join(f"{one:.6f}" for one in seconds or ()) for seconds in (before, after)]
    return dict(zip(YARDSTICK, texts, strict=True))


def job_rows(arguments, report):
    """Return the run's jobs as rows of `JOB_COLUMNS`."""
    key = key_of(arguments).values()
    return [
        dict(zip(JOB_COLUMNS, [*key, *job], strict=True)) for job in report.result.get("jobs", ())
    ]


def jobs_beside(output):
    """Return the path of a run's jobs, beside its row."""
    return f"{str(output).removesuffix('.csv')}.jobs.csv"


def without_result(path):
    """Return (status, reason) of a run that had no result, read from its file; else None."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    return None if row["status"] in SOLVED else (row["status"], row["reason"])


def stamp(moment):
    """Return a UTC time as it stands in the tables."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
