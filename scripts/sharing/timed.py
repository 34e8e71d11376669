"""One job, wrapped alike for every strategy: who did it, when, and what it made the kernel do."""

import os
import resource
import sys
import threading
import time

from sharing.blame import described, place_of

# Threads share one counter of page faults unless the kernel is asked for the calling thread's
# (Linux); PyPy's module has no such name.
_WHO = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)


FIELDS = (
    "job",
    "pid",
    "thread",
    "started",  # seconds on time.monotonic
    "finished",
    "minor_faults",  # page faults of this job alone: copy-on-write shows here
    "worker_minor_faults",  # of its worker since it began: so does data that it was sent
    "result",
    "error",  # None, or what the workload raised
)


class TimedProcess:
    """A workload's ``process(data, job)`` that returns a record (`FIELDS`), not the bare result.

    It pickles as a reference to the function, about 100 bytes, so that handing it to a worker
    with every job costs next to nothing. `build`, which makes the data anew, stays behind.
    """

    def __init__(self, process, build=None):
        self.process = process
        self.build = build

    def __reduce__(self):
        return TimedProcess, (self.process,)

    def blame(self, problem):
        """Return what the workload raised, and where in its file."""
        module = sys.modules.get(getattr(self.process, "__module__", None))
        place = place_of(problem, getattr(module, "__file__", None))
        return f"{place[0]}: {described(problem)}" if place else described(problem)

    def __call__(self, data, job):
        result = error = None
        faults_before = resource.getrusage(_WHO).ru_minflt
        started = time.monotonic()
        try:
            result = self.process(data, job)
        except (Exception, SystemExit) as problem:  # whatever it raises is the run's outcome
            error = self.blame(problem)
        finished = time.monotonic()
        faults = resource.getrusage(_WHO).ru_minflt
        thread = threading.get_ident()
        # A plain tuple: pickling a class of ours would add to every result.
        return (
            job,
            os.getpid(),
            thread,
            started,
            finished,
            faults - faults_before,
            faults,
            result,
            error,
        )


class Submissions:
    """Iterates over the job numbers and notes when each was taken, that is: submitted."""

    def __init__(self, count):
        self.count = count
        self.at = {}

    def __len__(self):
        return self.count

    def __iter__(self):
        for job in range(self.count):
            self.at[job] = time.monotonic()
            yield job
