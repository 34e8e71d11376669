"""The machine, the interpreters and what the machine gave while it was measured."""

from dataclasses import dataclass

import pandas as pd

from report.cell_facts import facts_of_rows


@dataclass(frozen=True)
class MachineFacts:
    """A machine by the columns of runs.csv of these names; None where not known."""

    machine: str
    physical_cores: float
    logical_cores: int
    usable_cpus: float
    smt: str
    memory_total_mib: float
    cgroup_memory_mib: float | None
    kernel: str
    transparent_huge_pages: str | None
    governor: str | None


@dataclass(frozen=True)
class InterpreterFacts:
    """An interpreter as it was measured; `libraries` are all that its runs used."""

    interpreter: str
    implementation: str
    version: str
    gil: bool
    build: str | None
    command: str
    libraries: list[str]


@dataclass(frozen=True)
class Measuring:
    """When, where and with what a study was measured.

    `given`: the 10th percentile, median and 90th percentile of the cores that the yardstick found
    before the runs; empty if none was asked.
    """

    machine: MachineFacts
    interpreters: list[InterpreterFacts]
    first_utc: str
    last_utc: str
    runs: int
    minutes: float
    given: list[float]
    disturbed: int


def measuring(runs: pd.DataFrame) -> Measuring:
    """Return the `Measuring` of all runs; of several machines the last run's."""
    named = runs[runs["version"].notna()].sort_values("interpreter")
    used = named.groupby("interpreter")["libraries"].agg(
        lambda texts: sorted({one for many in texts.dropna() for one in many.split(", ")})
    )
    named = named.drop_duplicates(["interpreter", "version"])
    named = named.assign(libraries=named["interpreter"].map(used))
    capacity, started = runs["capacity_before"].astype(float).dropna(), runs["started_utc"].str[:16]
    return Measuring(
        facts_of_rows(runs.tail(1), MachineFacts)[0],
        facts_of_rows(named, InterpreterFacts),
        started.min(),
        started.max(),
        len(runs),
        runs["wall_s"].sum() / 60,
        list(capacity.quantile([0.1, 0.5, 0.9])) if len(capacity) else [],
        runs["disturbed"].eq(True).sum(),
    )
