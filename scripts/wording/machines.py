"""What is said of the machine that runs were made on."""

from collections.abc import Collection, Mapping

import pandas as pd

SMT = {"True": "on", "False": "off", "unknown": "unknown (virtual machine)"}


def usable_cpus_of(runs: pd.DataFrame) -> float:
    """Return how many CPUs the runs could use."""
    return runs["usable_cpus"].astype(float).max()


def most_workers(numbers: Collection[int], cpus: float) -> int:
    """Return the most workers that have a CPU each, of two CPUs at least; else the most there are.

    0 if there are no numbers.
    """
    return max({one for one in numbers if one <= max(cpus, 2)} or numbers, default=0)


def cores_in_words(machine: Mapping[str, float | str]) -> str:
    """Return the cores of a run's machine in words; `machine` is a row of runs.csv."""
    return (
        f"{machine['physical_cores']:.0f} physical, {machine['logical_cores']} logical, "
        f"{machine['usable_cpus']:g} usable, "
        f"simultaneous multithreading {SMT[str(machine['smt'])]}"
    )
