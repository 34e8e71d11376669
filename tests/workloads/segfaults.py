"""A job that kills its process as a bug in an extension module would."""

import os
import resource
import signal


def build(size):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return list(range(size))


def process(data, job):
    if job == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    return len(data)
