"""Names of the types of rows, of what a run is asked for, and of what it answers."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypedDict

import psutil

Value = str | float | None  # of a column, as it is before it is written
Row = dict[str, Value]
Ending = tuple[str, str]  # a status and its reason
GiveUp = Callable[[], bool]  # whether to end what one is at
Processes = Iterable[psutil.Process]


class Result(TypedDict, total=False):
    """What the measured program says last; seconds by phase, None for one that it does not have."""

    status: str
    reason: str
    digest: str
    seconds: dict[str, float | None]
    started: dict[str, float]  # when each phase began, by one clock
    jobs: list[list[Value]]  # the columns of a job behind those of its run


class Leavings(Protocol):
    """What processes may leave behind, such as `SharedMemory`."""

    def look(self, processes: Processes) -> None:
        """Note what is theirs while they are there."""

    def remove(self) -> None:
        """Remove it when they are gone."""


class NamedCell(Protocol):
    """A cell of the matrix, its numbers as such or in words."""

    @property
    def experiment(self) -> str: ...

    @property
    def interpreter(self) -> str: ...

    @property
    def strategy(self) -> str: ...

    @property
    def start_method(self) -> str: ...

    @property
    def size(self) -> int | str: ...

    @property
    def workers(self) -> int | str: ...

    @property
    def jobs(self) -> int | str: ...


class Arguments(argparse.Namespace):
    """What `measure_run` is called with: its options say what each is."""

    experiment: str
    interpreter: str
    strategy: str
    start_method: str
    workload: str
    size: int
    workers: int
    jobs: int
    repeat: int
    measure_memory: bool
    marks: str
    command: list[str]
    time_limit_s: float
    memory_floor_percent: float
    memory_floor_mib: float
    quiet_percent: float
    patience_percent: float
    unsupported: str
    preflight: str | None
    endings: str | None
    mechanism: str
    basis: str
    common_basis: str
    library_threads: str
    yardstick: str | None
    machine: str | None
    code_version: str
    build: str
    libraries: str
    output: str
    after: Path | None
    log: str
