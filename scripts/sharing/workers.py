"""Pools that are up when they are returned, and results that do not wait for a dead worker.

Two gaps of `multiprocessing` that a measurement cannot live with: ``Pool()`` returns while its
workers are still starting (a spawned one imports for a second), which would be charged to the
first jobs; and a job whose worker was killed never arrives, so that waiting for it has no end.
"""

import multiprocessing
import queue
import signal

_LOOK_S = 0.5  # how often a quiet wait looks whether the workers are still there


class WorkerDied(Exception):
    """A worker process ended before its work did."""


def start_pool(context, workers, initializer=None, initargs=()):
    """Return ``context.Pool(workers, initializer, initargs)`` once every worker takes jobs."""
    ready = context.Semaphore(0)
    pool = context.Pool(workers, _begin, (ready, initializer, initargs))
    watched = multiprocessing.active_children()
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
    watched = multiprocessing.active_children()
    while True:
        try:
            result = unordered.next(timeout=_LOOK_S)
        except StopIteration:
            return
        except multiprocessing.TimeoutError:
            raise_if_dead(watched)
        else:
            yield result


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
        code = process.exitcode
        if code is not None and code < 0:
            raise WorkerDied(f"worker killed by {signal.Signals(-code).name}")
        if code:
            raise WorkerDied(f"worker ended with exit code {code}; its traceback is in the log")
