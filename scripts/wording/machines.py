"""What is said of the machine that runs were made on."""

import pandas as pd

SMT = {"True": "on", "False": "off", "unknown": "unknown (virtual machine)"}


def usable_cpus(runs):
    """Return how many CPUs the runs could use; the physical cores in a study of before."""
    known = "usable_cpus" in runs and runs["usable_cpus"].notna().any()
    return runs["usable_cpus" if known else "physical_cores"].astype(float).max()


def most_workers(numbers, cpus):
    """Return the most workers that have a CPU each, of two CPUs at least; else the most there are.

    0 if there are no numbers.
    """
    return max({one for one in numbers if one <= max(cpus, 2)} or numbers, default=0)


def cores_in_words(machine):
    """Return the cores of a run's machine in words; `machine` is a row of runs.csv."""
    text = f"{machine['physical_cores']:.0f} physical, {machine['logical_cores']} logical, "
    if not pd.isna(machine.get("usable_cpus")):
        text += f"{machine['usable_cpus']:g} usable, "
    return text + f"simultaneous multithreading {SMT[str(machine['smt'])]}"
