"""One run: the strategy's program, observed from the end of build to the end of its workers."""

import argparse
import platform
import re
import sys
import tempfile
from pathlib import Path

from sharing import deaths, strategies, workloads
from sharing.blame import described, place_of
from sharing.channel import Channel
from sharing.observer import JobFailed, Observer
from sharing.program import (
    arguments_of_share,
    prepare,
    refuse,
    start_program,
    start_with_path,
)

# How `blame` describes a MemoryError or NumPy's own kind of it, behind the place in a user's file.
OUT_OF_MEMORY = r"([^:]+, line \d+: )?\w*MemoryError\b"


def main(argv=None):
    """Run and report over the channel; an exception outside the program's phases is a bug."""
    arguments = parse(argv)
    if strategies.described(arguments.strategy).get("PATH_FROM_START"):
        start_with_path()
    channel = Channel()
    channel.send(event="hello", **interpreter())
    observer = Observer(channel, arguments.strategy)
    jobs = observer.jobs(arguments.jobs)
    own_file = workloads.own_file(arguments.workload)
    with tempfile.TemporaryDirectory(prefix="program-") as folder:
        try:
            prepare(arguments, folder)
            workload = workloads.load(arguments.workload)
            refuse(arguments.strategy, arguments.start_method)
            program = start_program(arguments.strategy, folder, observer)
            # Kept: what a failed run leaves is ended by the supervisor, not by its generator.
            answers = program.share(*arguments_of_share(arguments, jobs))
            for record in answers:
                observer.answered(record, arguments.jobs)
            observer.clock.pause()
            outcome = finish(observer, workload, arguments, Path(folder, "built"))
        except strategies.Unsupported as problem:
            outcome = "unsupported", str(problem)
        except workloads.Mistake as problem:
            outcome = "failed", str(problem)
        except (Exception, SystemExit) as problem:
            phase = observer.clock.current
            place = place_of(problem, own_file, phase)
            ours = place is None and phase in (None, "build")
            if is_refusal(problem):
                outcome = "unsupported", str(problem)
            elif ours and not isinstance(problem, MemoryError):
                raise
            else:
                outcome = outcome_of(problem, phase, place)
        deaths.unwatch()
        rows = job_rows(observer.records, jobs.at, observer.clock.started.get("map", 0.0))
        observer.report(*outcome, jobs=rows)
    return 0


def finish(observer, workload, arguments, built):
    """Return (status, reason, digest) of a program that came to its end: by its answers."""
    from sharing.answers import WrongAnswer, check, digest

    if built.exists() and strategies.described(arguments.strategy).get("BUILDS") == "elsewhere":
        observer.clock.begin_at(float(built.read_text(encoding="ascii")))
    if not strategies.has_answers(arguments.strategy):
        return "ok", "", ""
    try:
        whole = digest(observer.records)
        check(observer.records, workload, arguments.size, arguments.jobs)
    except WrongAnswer as problem:
        return "wrong", str(problem), ""
    return "ok", "", whole


def is_refusal(problem):
    """Return whether immortal.py says that this interpreter's layout is not the known one."""
    return (type(problem).__module__, type(problem).__name__) == ("immortal", "Refused")


def outcome_of(problem, phase, place=None):
    """Return (status, reason) for an exception raised in a program's phase or in a user's file.

    `place` is where it left the user's file (`place_of`), None if it was not there.
    """
    if isinstance(problem, MemoryError):
        return "out_of_memory", f"MemoryError in {phase}"
    if is_gone(problem):
        status, words = deaths.death_soon() or ("crashed", f"worker gone: {described(problem)}")
        return status, f"{words} in {phase}"
    if isinstance(problem, JobFailed):
        exhausted = re.match(OUT_OF_MEMORY, str(problem))  # its type is known in words alone
        return "out_of_memory" if exhausted else "failed", f"{problem} in a job"
    if place:
        where, function = place
        return "failed", f"{where}: {described(problem)} in {function}"
    return "failed", f"{described(problem)} in {phase}"


def is_gone(problem):
    """Return whether a library says by an exception that one of its workers is gone."""
    name = type(problem).__name__
    return name in deaths.GONE or (name == "RuntimeError" and "died unexpectedly" in str(problem))


def job_rows(records, submitted, origin):
    """Return (job, worker, submitted_s, started_s, finished_s, minor_faults, worker_minor_faults).

    Seconds from the start of map; workers are numbered from 1 in the order of their first job.
    """
    workers = {}
    for record in sorted(records, key=lambda record: record[3]):
        workers.setdefault((record[1], record[2]), len(workers) + 1)
    return [
        (
            job,
            workers[pid, thread],
            submitted[job] - origin,
            started - origin,
            finished - origin,
            faults,
            worker_faults,
        )
        for job, pid, thread, started, finished, faults, worker_faults, _, _ in sorted(
            records, key=lambda record: record[0]
        )
    ]


def interpreter():
    """Return what this interpreter is: implementation, version, whether it has a GIL."""
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    version = platform.python_version()
    if platform.python_implementation() == "PyPy":
        version = "{}.{}.{} (Python {})".format(*sys.pypy_version_info[:3], version)
    return {
        "implementation": platform.python_implementation(),
        "version": version,
        "gil": bool(gil),
    }


def parse(argv):
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="sharing", description=__doc__)
    parser.add_argument("--strategy", required=True, help=", ".join(strategies.names()))
    parser.add_argument("--workload", default="scan", help="a name, or the path of a .py file")
    parser.add_argument("--size", type=int, default=1_000_000, help="items of data")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=10)
    parser.add_argument("--start-method", default="fork", help="fork, spawn, forkserver, default")
    return parser.parse_args(argv)
