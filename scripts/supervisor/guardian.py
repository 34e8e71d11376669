"""A process that outlives the supervisor by a moment, to clean up after a kill -9."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from supervisor.folder import remove_folder
from supervisor.processes import end_processes, processes_of
from supervisor.types import Leavings


class Guardian:
    """Ends a run's processes if the supervisor dies before it says that all is done.

    A fork in a session of its own, so that killing the supervisor's group leaves it alive. It
    waits for the end of a pipe: no polling, no load. It inherits the lock of the machine, so the
    next run begins after the clean-up. Needs nothing of the measured program, under any start
    method, and no kernel but a Unix one.
    """

    def __init__(self, folder: Path, memory: Leavings) -> None:
        read_end, self._write_end = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._write_end)
            # Whatever happens here must not run the supervisor's code a second time.
            try:
                self._keep_watch(read_end, folder, memory)
            finally:
                os._exit(0)
        os.close(read_end)

    def adopt(self) -> None:
        """Name the calling process's group as one to end: called in the child, before exec."""
        os.write(self._write_end, f"{os.getpid()}\n".encode())

    def dismiss(self) -> None:
        """The run is over and cleaned up."""
        with suppress(BrokenPipeError):  # somebody has killed it
            os.write(self._write_end, b"done\n")
        os.close(self._write_end)
        os.waitpid(self.pid, 0)

    @staticmethod
    def _keep_watch(read_end: int, folder: Path, memory: Leavings) -> None:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        # Holding Snakemake's pipes open would keep its reader waiting.
        empty = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(empty, descriptor)
        heard = b""
        while chunk := os.read(read_end, 64):
            heard += chunk
        if heard.endswith(b"done\n"):
            return
        pgid = int(heard) if heard.endswith(b"\n") else None
        end_processes(lambda: processes_of(pgid, folder), memory)
        remove_folder(folder)
