"""What a recipe is given: the workload's `build` and `process`, observed, and `phase`.

In the program to paste the reader's own two functions stand in place of this import. Here `build`
starts the clock when it returns, and `process` adds to each answer who found it and when. Every
process of a run imports this module; the workload's name and the size of the data are in the
environment, so that spawned workers find them too.

It imports as little as it can (`sharing.usage`), and its objects lie elsewhere in each
block (`sharing.layout`).
"""

import os
import sys
import threading
import time

from sharing import layout, workloads  # noqa: F401 - the layout first
from sharing.blame import blame
from sharing.lifetime import observed
from sharing.usage import page_faults

WORKLOAD, SIZE, BUILT = "SHARING_WORKLOAD", "SHARING_SIZE", "SHARING_BUILT"  # in the environment

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

observer = None  # of the process that was started for the run; workers have none
_workload = observed(workloads.load(os.environ[WORKLOAD]))
_process = _workload.process


def build():
    """Return the data. The clock starts when the first process of a run has built it."""
    size = int(os.environ[SIZE])
    if observer is not None:
        return observer.build(_workload.build, size)
    data = _workload.build(size)
    note_moment(os.environ.get(BUILT))
    return data


def process(data, job):
    """Return a record of the job (`FIELDS`): a plain tuple, since a class would be pickled too."""
    result = error = None
    faults_before = page_faults()
    started = time.monotonic()
    try:
        result = _process(data, job)
    except (Exception, SystemExit) as problem:  # whatever it raises is the run's outcome
        error = blame(problem, sys.modules.get(_workload.__name__))
    finished = time.monotonic()
    faults = page_faults()
    return (
        job,
        os.getpid(),
        threading.get_ident(),
        started,
        finished,
        faults - faults_before,
        faults,
        result,
        error,
    )


def nothing(job):
    """Return the record of a job that does nothing."""
    now = time.monotonic()
    faults = page_faults()
    return (job, os.getpid(), threading.get_ident(), now, now, 0, faults, None, None)


def phase(name):
    """Begin a phase: "publish", what lays the data out; "start", what starts the workers.

    Publish begins by itself when `build` has returned, map when the first job is taken, stop when
    the last answer has arrived.
    """
    if observer is not None:
        observer.enter(name)


def note_moment(path):
    """Write the time into the file `path`, unless another process has done so before."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except (FileExistsError, TypeError):
        return
    os.write(descriptor, repr(time.monotonic()).encode())
    os.close(descriptor)
