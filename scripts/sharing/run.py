"""One run: the strategy's program, observed from the end of build to the end of its workers."""

import argparse
import os
import platform
import re
import resource
import shutil
import sys
import tempfile
import time
import types
from pathlib import Path

from sharing import deaths, strategies, workloads
from sharing.blame import described, place_of
from sharing.channel import Channel
from sharing.clock import PHASES, Clock

# How `blame` describes a MemoryError or NumPy's own kind of it, behind the place in a user's file.
OUT_OF_MEMORY = r"([^:]+, line \d+: )?\w*MemoryError\b"


class JobFailed(Exception):
    """The workload raised inside a job."""


class Jobs:
    """The job numbers; notes when each was taken, that is submitted. The first ends the start."""

    def __init__(self, count, first=lambda: None):
        self.count = count
        self.at = {}
        self._first = first

    def __len__(self):
        return self.count

    def __iter__(self):
        if not self.at:
            self._first()
        for job in range(self.count):
            self.at[job] = time.monotonic()
            yield job


class Observer:
    """Sees a program go through its phases and reports to the supervisor, which looks at memory."""

    def __init__(self, channel, strategy):
        self.channel = channel
        self.clock = Clock(self.entered)
        self.records = []
        self.refuse = data_refusal(strategy)
        self.watches = strategies.workers_of(strategy) == "processes"

    def entered(self, name):
        self.channel.send(event="phase", phase=name)

    def build(self, build, size):
        """Return what the workload builds; the clock starts then."""
        before = resident_mib()
        self.clock.enter("build")
        data = build(size)
        self.clock.pause()
        self.refuse(data)
        self.begin(resident_mib() - before)
        self.clock.enter("publish")
        return data

    def begin(self, data_mib=0.0):
        """Report what there was before the clock started, and let the supervisor look at it."""
        self.channel.send(event="built", data_mib=data_mib, **usage())
        self.channel.wait()
        if self.watches:
            deaths.watch(self.died)

    def enter(self, name):
        """Begin a phase that the program names, or that the jobs do."""
        if self.clock.current is None:  # nothing was built here
            self.begin()
        self.clock.enter(name)

    def jobs(self, count):
        """Return the jobs; that the first one is taken begins map."""
        return Jobs(count, lambda: self.enter("map"))

    def answered(self, record, jobs):
        """Take a job's record. With the last one the clock stops for the look at memory.

        The workers are idle then, alive, and have read the data.
        """
        if record[-1] is not None:
            raise JobFailed(record[-1])
        self.records.append(record)
        if len(self.records) == jobs:
            self.clock.pause()
            deaths.unwatch()
            workers = sorted({record[1] for record in self.records})
            self.channel.send(event="snapshot", workers=workers)
            self.channel.wait()
            self.clock.enter("stop")

    def died(self, status, words):
        """Report that a worker has died, and end: the program would wait for it for ever."""
        self.report(status, f"{words} in {self.clock.current}")
        os._exit(0)

    def report(self, status, reason, digest="", jobs=()):
        """Report what the run came to; the supervisor looks at what there will be to clean up."""
        self.channel.send(
            event="result",
            status=status,
            reason=reason,
            seconds={name: self.clock.seconds.get(name) for name in PHASES},
            started=self.clock.started,
            digest=digest,
            jobs=jobs,
        )
        self.channel.wait()


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


def start_with_path():
    """Start this program anew with the module path in its environment, if it is not there yet."""
    path = os.pathsep.join(module_path())
    if os.environ.get("PYTHONPATH") != path:
        os.environ["PYTHONPATH"] = path
        original = getattr(sys, "orig_argv", None)  # what needs this is of a Python that has it
        if original:
            os.execv(sys.executable, original)


def module_path():
    """Return the folders of the project from which every process of a run imports."""
    scripts = Path(__file__).resolve().parents[1]
    return [str(scripts), str(scripts.with_name("immortal"))]


def prepare(arguments, folder):
    """Let every process of the run find the program, the workload and `immortal`."""
    own_file = workloads.own_file(arguments.workload)
    os.environ.update(
        SHARING_WORKLOAD=own_file or arguments.workload,
        SHARING_SIZE=str(arguments.size),
        SHARING_BUILT=str(Path(folder, "built")),
        **strategies.described(arguments.strategy).get("ENVIRONMENT", {}),
    )
    sys.path[:1] = [folder, *module_path()]
    kind, method = strategies.workers_of(arguments.strategy), arguments.start_method
    if kind == "own processes" or (kind == "processes" and method != "fork"):
        # A forkserver before Python 3.14 and the workers of some libraries have no other path.
        os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    deaths.remember_processes()


def refuse(strategy, start_method):
    """Raise `Unsupported` where this Python or start method is none that the strategy names."""
    known = strategies.described(strategy)
    for name in known.get("NEEDS", ()):
        module, attribute = name.split(".")
        if not hasattr(__import__(module), attribute):
            raise strategies.Unsupported(f"this interpreter has no {name}")
    since = known.get("SINCE")
    if since and (platform.python_implementation() != "CPython" or sys.version_info < since):
        raise strategies.Unsupported("needs CPython {}.{} or later".format(*since))
    methods = known.get("START_METHODS", (start_method,))
    if start_method not in methods:
        raise strategies.Unsupported(f"needs the start method {' or '.join(methods)}")


def data_refusal(strategy):
    """Return the function that refuses data which the strategy cannot carry."""
    carries = strategies.described(strategy).get("CARRIES")
    if carries is None:
        return lambda data: None
    from sharing.carried import REFUSALS

    return REFUSALS[carries]


def start_program(strategy, folder, observer):
    """Return the strategy's program as the module ``__main__``, as ``python FILE`` would start it.

    By a name that no library has: spawned workers import the file, and its folder is on the path.
    """
    from sharing import measured

    measured.observer = observer
    path = Path(shutil.copy(strategies.path_of(strategy), Path(folder, f"use_{strategy}.py")))
    program = types.ModuleType("__main__")
    program.__file__ = str(path)
    sys.modules["__main__"] = program
    try:
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), vars(program))
    except ModuleNotFoundError as error:
        if not strategies.libraries_of(strategy):
            raise
        raise strategies.Unsupported(f"no module named {error.name}") from None
    return program


def arguments_of_share(arguments, jobs):
    """Return what the program's `share` is called with."""
    if strategies.workers_of(arguments.strategy) != "processes":
        return arguments.workers, jobs
    named = arguments.start_method != "default"
    return arguments.workers, jobs, arguments.start_method if named else None


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
