"""Looks at the memory of workers that wait at a mark (`sharing.lifetime`), and lets them go on."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from supervisor.machine import MIB
from supervisor.processes import pss_bytes, pss_of
from supervisor.types import Processes, Row

NOTED = (
    "items", "reading_s", "first_item", "collections_young", "collections_middle",
    "collections_full",
)  # fmt: skip


class Lifetime:
    """The marks of one run, in the folder where its workers leave word."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder = Path(folder, "marks")
        self.folder.mkdir()
        self.workers = workers
        self.seen: set[str] = set()
        self.rows: list[Row] = []  # one for each worker at each mark

    def look(self, pid: int, tree: Callable[[], Processes]) -> None:
        """Look at the workers if all of them wait at one mark.

        `pid` is the main process's, `tree()` gives all of them.
        """
        waiting: dict[str, list[str]] = {}
        for name in (path.name for path in self.folder.iterdir()):
            mark, _, worker = name.partition("_")  # a mark may be 1e-05
            if worker != "seen" and not name.endswith(".partial") and mark not in self.seen:
                waiting.setdefault(mark, []).append(name)
        for mark, names in waiting.items():
            if len(names) == self.workers:
                self.note(mark, sorted(names), pid, pss_of(tree()))
                self.seen.add(mark)
                Path(self.folder, f"{mark}_seen").touch()

    def note(self, mark: str, names: list[str], pid: int, tree_pss_mib: float) -> None:
        """Add a row for each worker at a mark; a thread of the main process has no memory."""
        for number, name in enumerate(names, 1):
            noted = Path(self.folder, name).read_text(encoding="ascii").split()
            row: Row = {key: number_in(text) for key, text in zip(NOTED, noted, strict=True)}
            row |= {"mark": mark, "worker": number, "tree_pss_mib": tree_pss_mib}
            worker = int(name.split("_")[1])
            if worker != pid:
                with suppress(psutil.NoSuchProcess):
                    memory = psutil.Process(worker).memory_full_info()
                    row |= {"uss_mib": memory.uss / MIB, "pss_mib": pss_bytes(memory) / MIB}
            self.rows.append(row)


def number_in(text: str) -> float | None:
    """Return a number that a worker wrote, None where it had none."""
    return None if text == "None" else float(text)
