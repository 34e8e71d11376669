"""The main process dies by SIGSEGV."""

import os
import resource
import signal

WORKERS = None


def share(data, process, workers, jobs, context, phase):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with phase("map"):
        os.kill(os.getpid(), signal.SIGSEGV)
    yield
