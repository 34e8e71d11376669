"""Pools that are up when they are returned, and results that do not wait for a dead worker.

Two gaps of `multiprocessing` that a measurement cannot live with: ``Pool()`` returns while its
workers are still starting (a spawned one imports for a second), which would be charged to the
first jobs; and a job whose worker was killed never arrives, so that waiting for it has no end.
"""

import multiprocessing
import os
import queue
import signal
import time
from contextlib import contextmanager

_LOOK_S = 0.5  # how often a quiet wait looks whether the workers are still there
_STARTED = []  # the pool's first workers: one that dies of its first job is soon nobody's child


class WorkerDied(Exception):
    """A worker process ended before its work did."""


class WorkerCrashed(WorkerDied):
    """A signal killed it, or it is gone without a word."""


def start_pool(context, workers, initializer=None, initargs=()):
    """Return ``context.Pool(workers, initializer, initargs)`` once every worker takes jobs."""
    ready = context.Semaphore(0)
    pool = context.Pool(workers, _begin, (ready, initializer, initargs))
    _STARTED[:] = watched = multiprocessing.active_children()
    for _ in range(workers):
        while not ready.acquire(timeout=_LOOK_S):
            raise_if_dead(watched)
    return pool


def _begin(ready, initializer, initargs):
    if initializer is not None:
        initializer(*initargs)
    ready.release()


def stop_pool(pool):
    """Let the workers finish and wait until they have gone."""
    pool.close()
    pool.join()


def results_of(unordered):
    """Yield from ``pool.imap_unordered(…)``; raise `WorkerDied` in place of waiting for ever."""
    watched = _STARTED or multiprocessing.active_children()
    while True:
        try:
            result = unordered.next(timeout=_LOOK_S)
        except StopIteration:
            return
        except multiprocessing.TimeoutError:
            raise_if_dead(watched)
        else:
            yield result


def result_of(asynchronous):
    """Return ``pool.map_async(…).get()``; raise `WorkerDied` in place of waiting for ever."""
    watched = _STARTED or multiprocessing.active_children()
    while True:
        asynchronous.wait(_LOOK_S)
        if asynchronous.ready():
            return asynchronous.get()
        raise_if_dead(watched)


def wait_for_workers(ask, workers):
    """Return once `workers` processes are up, where a pool does not report it.

    ``ask()`` lets some of them call `answer` and returns what they said.
    """
    answered = set()
    while len(answered) < workers:
        answered.update(ask())


def answer(_=None):
    """Return this worker's process id, not too fast, so that each of them gets to answer."""
    time.sleep(0.01)
    return os.getpid()


@contextmanager
def crash_if(error):
    """Turn the `error` by which a pool says that a worker is gone into `WorkerCrashed`."""
    watched = multiprocessing.active_children()
    try:
        yield
    except error as problem:
        # The pool is ending the others and collects their exit codes in a thread of its own.
        deadline = time.monotonic() + _LOOK_S
        while None in map(_exit_code, watched) and time.monotonic() < deadline:
            time.sleep(0.01)
        raise_if_dead(sorted(watched, key=_cause_first))
        said = str(problem).strip().splitlines()
        raise WorkerCrashed(f"worker gone: {said[0] if said else type(problem).__name__}") from None


def _cause_first(process):
    """Sort key: by SIGTERM and SIGKILL a pool ends the other workers when one has died."""
    return {-signal.SIGKILL: 1, -signal.SIGTERM: 2}.get(_exit_code(process), 0)


def _exit_code(process):
    try:
        return process.exitcode
    except ValueError:  # closed by its pool, which keeps the code to itself
        return None


def take(results, count, processes):
    """Yield `count` items of the queue `results`, filled by `processes`."""
    for _ in range(count):
        while True:
            try:
                result = results.get(timeout=_LOOK_S)
            except queue.Empty:
                raise_if_dead(processes)
            else:
                break
        yield result


def raise_if_dead(processes):
    """Raise `WorkerDied` if one of the processes ended by a signal or with an error."""
    for process in processes:
        code = _exit_code(process)
        if code is not None and code < 0:
            raise WorkerCrashed(f"worker killed by {signal.Signals(-code).name}")
        if code:
            raise WorkerDied(f"worker ended with exit code {code}; its traceback is in the log")
