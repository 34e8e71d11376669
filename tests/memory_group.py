"""A control group with little memory, as a container or a batch system makes one."""

import os
import uuid
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
LIMITS = (("memory", "memory.limit_in_bytes"), ("", "memory.max"))  # version 1, version 2


class MemoryGroup:
    """A group of `mebibytes`; raises OSError where none can be made."""

    def __init__(self, mebibytes):
        problem = "no control groups"
        for controller, limit in LIMITS:
            self.folder = ROOT / controller / f"test-{uuid.uuid4().hex[:8]}"
            try:
                self.folder.mkdir()
                (self.folder / limit).stat()  # on a plain folder it would only be made
                (self.folder / limit).write_text(str(mebibytes << 20))
                return
            except OSError as error:
                problem = str(error)
                with suppress(OSError):
                    self.folder.rmdir()
        raise OSError(problem)

    def command(self, command):
        """Return a command that runs another within the group."""
        enter = f'echo $$ > {self.folder}/cgroup.procs && exec "$@"'
        return ["sh", "-c", enter, "sh", *map(os.fspath, command)]

    def end(self):
        self.folder.rmdir()
