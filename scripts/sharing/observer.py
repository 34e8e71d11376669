"""What sees a program go through a run: its phases, its jobs, its answers."""

import os
import time
from pathlib import Path

from sharing import deaths, strategies
from sharing.clock import PHASES, Clock
from sharing.usage import resident_mib, usage


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
        self.forks_in = None  # the process whose first fork is to be reported

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
        self.forks_in = os.getpid()
        os.register_at_fork(after_in_parent=self.forked)
        if self.watches:
            deaths.watch_workers(self.died)

    def forked(self):
        """Report how many threads this process had when it first forked since the clock started.

        Whoever forks, a library's pool too. Counted behind the fork, as CPython does for its
        DeprecationWarning: OpenBLAS ends its threads before one. Workers that fork report nothing.
        """
        if self.forks_in == os.getpid():
            self.forks_in = None
            self.channel.send(event="forked", threads=threads_here())

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
            deaths.unwatch_workers()
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


def data_refusal(strategy):
    """Return the function that refuses data which the strategy cannot carry."""
    carries = strategies.described(strategy).get("CARRIES")
    if carries is None:
        return lambda data: None
    from sharing.carried import REFUSALS

    return REFUSALS[carries]


def threads_here():
    """Return the number of this process's threads, those of C code too; None without a /proc."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir())
    except OSError:
        return None
