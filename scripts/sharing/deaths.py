"""Workers that die: `multiprocessing` waits for ever for the job of one that was killed.

A program that is pasted hangs then; a run reports how its worker ended. While workers are to be
alive a timer looks twice a second at those that this process has started. It does so from outside
the recipe, which waits for its results as the pasted program does.
"""

import signal
import time
from multiprocessing.process import BaseProcess

LOOK_S = 0.5

# How libraries say that one of their workers is gone.
GONE = {
    "BrokenProcessPool",
    "TerminatedWorkerError",
    "KilledWorker",
    "FutureCancelledError",  # Dask: with the workers what was scattered to them is lost
    "WorkerCrashedError",
    "ActorDiedError",
    "ActorUnavailableError",
    "RayActorError",
}
# MPIRE; PyTorch, of a worker that it misses and of one whose signal it hears.
GONE_IN_WORDS = ("died unexpectedly", "exited unexpectedly", "is killed by signal")
_started = []


def remember_processes():
    """Note every process that is started from now on.

    Not the Process itself: a library's own kind may hold the data (MPIRE's does), which would then
    not be freed with the program that is observed.
    """
    start = BaseProcess.start

    def remembered(self):
        start(self)
        _started.append(self._popen)

    BaseProcess.start = remembered


def watch_workers(report):
    """Call ``report(status, words)`` when a worker has died, until `unwatch_workers`."""

    def look(number, frame):
        # By SIGTERM a pool ends its workers, as when a job's exception leaves its `with` block.
        if any(code != -signal.SIGTERM for code in filter(None, exit_codes())):
            report(*death())

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, LOOK_S, LOOK_S)


def unwatch_workers():
    """Look no more: from now on the workers are to end."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def death():
    """Return (status, words) of the worker that ended first by a signal or with an error, or None.

    A pool ends the others by SIGTERM and SIGKILL when one has died, so those are the last guess.
    """
    codes = sorted(filter(None, exit_codes()), key=by_suspicion)
    if not codes:
        return None
    if codes[0] < 0:
        return "crashed", f"worker killed by {signal.Signals(-codes[0]).name}"
    return "failed", f"worker ended with exit code {codes[0]}; its traceback is in the log"


def death_soon(seconds=LOOK_S):
    """Return `death`, after a moment in which a pool may end its other workers."""
    deadline = time.monotonic() + seconds
    while None in exit_codes() and time.monotonic() < deadline:
        time.sleep(0.01)
    return death()


def exit_codes():
    """Return how each process ended, None for one that runs."""
    return [started.poll() for started in _started]


def by_suspicion(code):
    """Return the sort key of an exit code: what a pool does itself comes last."""
    return {-signal.SIGKILL: 1, -signal.SIGTERM: 2}.get(code, 0)
