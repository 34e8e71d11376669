"""Whether a script is to give up."""

import os
import signal


class Interruption:
    """Whether to give up: a signal came, or the parent is gone (kill -9 of Snakemake alone)."""

    def __init__(self):
        self.signal = None
        self._parent = os.getppid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number, frame):
        self.signal = number

    def __call__(self):
        return self.signal is not None or os.getppid() != self._parent
