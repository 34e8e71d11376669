"""One run: the strategy's program, observed from the end of build to the end of its workers."""

import sys
import types
from pathlib import Path

from sharing import deaths, layout, strategies, usage, workloads  # noqa: F401 - the layout first
from sharing.blame import described, place_of
from sharing.channel import Channel
from sharing.lifetime import observed
from sharing.observer import JobFailed, Observer
from sharing.program import (
    arguments_of_share,
    own_folder,
    prepare,
    refuse,
    start_program,
    start_with_path,
)

# How `blame` describes a MemoryError or NumPy's own kind of it, behind the place in a user's file.
OUT_OF_MEMORY = r"([^:]+, line \d+: )?\w*MemoryError\b"
# What a run is asked for, unless the command line says otherwise.
OPTIONS = {
    "strategy": "",
    "workload": "scan",  # a name, or the path of a .py file
    "size": 1_000_000,  # items of data
    "workers": 2,
    "jobs": 10,
    "start_method": "fork",  # fork, spawn, forkserver, default
    "marks": "",  # of a worker's life (`lifetime`): shares of the items, as 0.01,0.1,1
}
HOW_TO_START = (
    "usage: python scripts/sharing --strategy NAME [--workload NAME] [--size N] [--workers N] "
    "[--jobs N] [--start-method NAME] [--marks N,N]; the strategies: "
    + ", ".join(strategies.names())
)


def main(argv=None):
    """Run and report over the channel; an exception outside the program's phases is a bug."""
    arguments = parse(argv)
    if strategies.described(arguments.strategy).get("PATH_FROM_START"):
        start_with_path()
    channel = Channel()
    channel.send(event="hello", **interpreter())
    observer = Observer(channel, arguments.strategy)
    jobs = observer.jobs(arguments.jobs)
    if strategies.workers_of(arguments.strategy) == "processes":
        usage.by_resource()
    own_file = workloads.own_file(arguments.workload)
    with own_folder() as folder:
        try:
            prepare(arguments, folder)
            workload = observed(workloads.load(arguments.workload))
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
        deaths.unwatch_workers()
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
        import re

        exhausted = re.match(OUT_OF_MEMORY, str(problem))  # its type is known in words alone
        return "out_of_memory" if exhausted else "failed", f"{problem} in a job"
    if place:
        where, function = place
        return "failed", f"{where}: {described(problem)} in {function}"
    return "failed", f"{described(problem)} in {phase}"


def is_gone(problem):
    """Return whether a library says by an exception that one of its workers is gone."""
    name, said = type(problem).__name__, str(problem)
    return name in deaths.GONE or (
        name == "RuntimeError" and any(words in said for words in deaths.GONE_IN_WORDS)
    )


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
    version = sys.version.split()[0]
    pypy = sys.implementation.name == "pypy"
    if pypy:
        version = "{}.{}.{} (Python {})".format(*sys.pypy_version_info[:3], version)
    return {
        "implementation": "PyPy" if pypy else "CPython",
        "version": version,
        "gil": bool(gil),
    }


def parse(words):
    """Return the options of the command line as attributes: ``--size 1000`` or ``--size=1000``.

    By hand, since a run is to import as little as it can (`measured`).
    """
    given, words = {}, iter(sys.argv[1:] if words is None else words)
    for word in words:
        name, equals, value = word.partition("=")
        name = name[2:].replace("-", "_") if name.startswith("--") else name
        if name not in OPTIONS:
            raise SystemExit(HOW_TO_START)
        given[name] = value if equals else next(words, "")
    if given.get("strategy") not in strategies.names():
        raise SystemExit(HOW_TO_START)
    kinds = {name: type(value) for name, value in OPTIONS.items()}
    try:
        given = {name: kinds[name](value) for name, value in given.items()}
    except ValueError:
        raise SystemExit(HOW_TO_START) from None
    return types.SimpleNamespace(**(OPTIONS | given))
