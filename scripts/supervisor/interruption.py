"""Whether a script is to give up."""

import os
import signal
from types import FrameType


class Interruption:
    """Whether to give up: a signal came, or the parent is gone (kill -9 of Snakemake alone)."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._parent = os.getppid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signal = number

    def __call__(self) -> bool:
        return self.signal is not None or os.getppid() != self._parent
