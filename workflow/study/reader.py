"""Ends the study when nobody can read any more what it says: `snakemake 2>&1 | head`."""

import os
import select
import signal
import threading
import time

import psutil

from supervisor.processes import end_processes, is_alive

ERROR_STREAM = 2
GRACE_S = 10  # how long a run may take to end what it started


def end_with_reader() -> None:
    """Watch standard error from now on; end the study when its other end is closed.

    Left alone, Snakemake waits for ever: the failed write ends the thread that starts its jobs.
    """
    threading.Thread(target=wait_for_its_end, daemon=True).start()


def wait_for_its_end() -> None:
    poll = select.poll()
    poll.register(ERROR_STREAM, 0)  # asks for nothing but errors: sleeps until there is one
    (_, event), *_ = poll.poll()
    if event & (select.POLLERR | select.POLLHUP):
        end_study()


def end_study() -> None:
    """End the run that is being measured and whatever else was started, then this process."""
    itself = psutil.Process()
    family = itself.children(recursive=True)
    for child in itself.children():
        child.terminate()  # a run's supervisor ends the run
    # Seen, not waited for: Snakemake must not find a step gone and take it for done.
    deadline = time.monotonic() + GRACE_S
    while any(map(is_alive, family)) and time.monotonic() < deadline:
        time.sleep(0.01)
    end_processes(lambda: filter(is_alive, family))
    os._exit(128 + signal.SIGPIPE)
