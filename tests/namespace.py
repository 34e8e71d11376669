"""A mount namespace of its own, in which something can be missing that this machine has."""

import subprocess
from pathlib import Path

from measuring import SHARED_MEMORY


class Namespace:
    """Kept by a process that waits in it; `works` says whether it could be made (by root)."""

    def __init__(self, mount):
        self.keeper = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", f"{mount} && echo ready && read end"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.works = self.keeper.stdout.readline() == "ready\n"

    def entered(self, measurement):
        """Return the measurement, to be made in the namespace."""
        namespace = f"--mount=/proc/{self.keeper.pid}/ns/mnt"
        measurement.command = ["nsenter", namespace, *measurement.command]
        return measurement

    def shared_memory(self):
        """Return the names in its shared-memory folder."""
        folder = Path(f"/proc/{self.keeper.pid}/root{SHARED_MEMORY}")
        return sorted(path.name for path in folder.iterdir())

    def end(self):
        """Let it go; return what went wrong in it."""
        return self.keeper.communicate("end\n")[1].strip()
