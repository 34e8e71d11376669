"""One run: build the data, share it by one strategy, let the workers do the jobs, report."""

import argparse
import gc
import hashlib
import multiprocessing
import platform
import re
import resource
import sys
from functools import partial
from pathlib import Path

from sharing import strategies, workloads
from sharing.blame import described, place_of
from sharing.channel import Channel
from sharing.digests import Incomparable, digest_of
from sharing.phases import PHASES, Phases
from sharing.timed import Submissions, TimedProcess
from sharing.workers import WorkerCrashed

# How `blame` describes a MemoryError or NumPy's own kind of it, behind the place in a user's file.
OUT_OF_MEMORY = r"([^:]+, line \d+: )?\w*MemoryError\b"


class WrongAnswer(Exception):
    """A job's result is not what the workload expects."""


class JobFailed(Exception):
    """The workload raised inside a job."""


def main(argv=None):
    """Run and report over the channel; an exception outside the strategy's phases is a bug."""
    arguments = parse(argv)
    channel = Channel()
    channel.send(event="hello", **interpreter())
    strategy = strategies.load(arguments.strategy)
    jobs = Submissions(arguments.jobs)
    records = []

    def enter(name):
        # The workers are idle, alive, and have touched the data: the moment to look at memory.
        if name == "stop":
            channel.send(event="snapshot", workers=sorted({record[1] for record in records}))
            channel.wait()
        # What a strategy has laid out anew and let go of: PyPy frees it when it collects.
        if name == "start" and "publish" in phase.started:
            gc.collect()
        channel.send(event="phase", phase=name)
        # The workers are there and idle: the moment to note what they have used so far.
        if name == "map":
            channel.wait()

    phase = Phases(enter)
    data, answers = None, ""
    try:
        workload = workloads.load(arguments.workload)
        build = partial(workload.build, arguments.size)
        process = TimedProcess(workload.process, build)
        if strategies.needs_data(arguments.strategy):
            before = resident_mib()
            with phase("build"):
                data = build()
            gc.collect()  # what the construction left behind is not data
            data_mib = resident_mib() - before
        else:
            data_mib = 0.0
        channel.send(event="built", data_mib=data_mib, **usage())
        context = None
        if strategies.workers_of(arguments.strategy) == "processes":
            named = arguments.start_method != "default"
            context = multiprocessing.get_context(arguments.start_method if named else None)
        sharing = strategy.share(data, process, arguments.workers, jobs, context, phase)
        data = None  # handed over: a strategy that lays it out anew may let go of it
        for record in sharing:
            if record[-1] is not None:
                raise JobFailed(record[-1])
            records.append(record)
        if "stop" not in phase.started:
            with phase("stop"):
                pass
        status, reason = "ok", ""
        if strategies.has_answers(arguments.strategy):
            answers = digest(records)
            check(records, workload, arguments.size, arguments.jobs)
    except WrongAnswer as problem:
        status, reason = "wrong", str(problem)
    except strategies.Unsupported as problem:
        status, reason = "unsupported", str(problem)
    except workloads.Mistake as problem:
        status, reason = "failed", str(problem)
    except (Exception, SystemExit) as problem:
        place = place_of(problem, workloads.own_file(arguments.workload), phase.current)
        ours = place is None and phase.current in (None, "build")
        if ours and not isinstance(problem, MemoryError):
            raise
        status, reason = outcome(problem, phase.current, place)
    channel.send(
        event="result",
        status=status,
        reason=reason,
        seconds={name: phase.seconds.get(name) for name in PHASES},
        digest=answers,
        jobs=job_rows(records, jobs.at, phase.started.get("map", 0.0)),
    )
    channel.wait()  # the supervisor looks at what there will be to clean up
    return 0


def outcome(problem, phase, place=None):
    """Return (status, reason) for an exception raised in a strategy's phase or in a user's file.

    `place` is where it left the user's file (`place_of`), None if it was not there.
    """
    if isinstance(problem, MemoryError):
        return "out_of_memory", f"MemoryError in {phase}"
    if isinstance(problem, WorkerCrashed):
        return "crashed", f"{problem} in {phase}"
    if isinstance(problem, JobFailed):
        lacking = re.match(OUT_OF_MEMORY, str(problem))  # which type it was is known in words alone
        return "out_of_memory" if lacking else "failed", f"{problem} in a job"
    if place:
        where, function = place
        return "failed", f"{where}: {described(problem)} in {function}"
    return "failed", f"{described(problem)} in {phase}"


def digests(records):
    """Return (job, digest of the answer) of every record, in the order of the jobs."""
    try:
        return sorted((record[0], digest_of(record[-2])) for record in records)
    except Incomparable as problem:
        raise WrongAnswer(incomparable(problem)) from None


def incomparable(problem):
    """Return what to say of an answer that cannot be compared."""
    return (
        f"process() returned what cannot be compared ({problem}): return numbers, text, arrays, "
        "or lists of them"
    )


def digest(records):
    """Return a short hash of all answers, the same whichever worker or interpreter found them."""
    whole = hashlib.sha256(b"".join(one for _, one in digests(records)))
    return whole.hexdigest()[:16] if records else ""


def check(records, workload, size, jobs):
    """Raise `WrongAnswer` unless every job answered once, and rightly where that is known."""
    if sorted(record[0] for record in records) != list(range(jobs)):
        raise WrongAnswer(f"{len(records)} answers to {jobs} jobs")
    if not hasattr(workload, "expected"):
        return
    answers = {record[0]: record[-2] for record in records}
    for job, own in digests(records):
        right = workload.expected(size, job)
        if not same(answers[job], own, right):
            raise WrongAnswer(f"job {job} answered {answers[job]!r:.60}, expected {right!r:.60}")


def same(answer, own, right):
    """Return whether an answer, `own` its digest, is the right one: by its contents, or by ==."""
    try:
        if own == digest_of(right):
            return True
    except Incomparable:
        pass
    try:
        return bool(answer == right)
    except Exception:  # an array's, say, which is equal item by item
        return False


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
        for job, pid, thread, started, finished, faults, worker_faults, _, _ in sorted(records)
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


def usage():
    """Return what this process has used so far: page faults, CPU seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "minor_faults": used.ru_minflt,
        "major_faults": used.ru_majflt,
        "cpu_user_s": used.ru_utime,
        "cpu_system_s": used.ru_stime,
    }


def resident_mib():
    """Return this process's resident memory in MiB; 0 where there is no /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 2**20


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
