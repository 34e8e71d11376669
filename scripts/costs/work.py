"""What jobs take by themselves, without workers, and what runs take beyond it."""

from collections.abc import Hashable, Mapping
from math import log

import numpy as np
import pandas as pd

from stats.best import SERIAL_STRATEGIES
from tables.types import Floats
from wording.mechanisms import SERIAL

DATA = ["interpreter", "workload"]


def seconds_of_job(alone: pd.DataFrame, cell: Mapping[Hashable, float]) -> float | None:
    """Return how long a job takes without workers, measured at a cell's size; None if unknown."""
    size, jobs, map_s = (alone[name].to_numpy(float) for name in ("size", "jobs", "map_s"))
    same = size == cell["size"]
    if not same.any():
        return None
    nearest = min(set(jobs[same]), key=lambda one: abs(log(one / cell["jobs"])))
    return float(np.median(map_s[same & (jobs == nearest)] / nearest))


def beyond_work(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs, of those with workers `map_s` without the jobs' own work.

    That is what the jobs take without workers, of data of the same size, in as many rounds as the
    workers need: it is given by whoever asks, and need not be in proportion to the size. Runs of a
    size that was not measured without workers are judged by the nearest one, in proportion; where
    nothing was, they stay as they are, and so do runs without workers.
    """
    runs = runs.reset_index(drop=True)
    work_s = np.zeros(len(runs))
    for _, data in runs.groupby(DATA):
        alone = data[data["strategy"] == SERIAL]
        several = data[~data["strategy"].isin(SERIAL_STRATEGIES)]
        if alone.empty:
            continue
        for _, rows in several.groupby(["size", "jobs"]):
            size, jobs = float(rows["size"].iloc[0]), float(rows["jobs"].iloc[0])
            work_s[rows.index] = job_of(alone, size, jobs) * rounds_of(rows)
    return runs.assign(map_s=runs["map_s"] - work_s)


def job_of(alone: pd.DataFrame, size: float, jobs: float) -> float:
    """Return the seconds of a job of data of a size, by the nearest that was measured."""
    nearest = min(set(alone["size"]), key=lambda one: abs(np.log1p(one) - np.log1p(size)))
    job_s = seconds_of_job(alone, {"size": nearest, "jobs": jobs}) or 0.0
    return job_s * (size / nearest if nearest else 1.0)


def rounds_of(rows: pd.DataFrame) -> Floats:
    """Return how many jobs each run's busiest worker does one after the other."""
    busy, jobs = (rows[name].to_numpy(float) for name in ("workers", "jobs"))
    at_a_time = np.maximum(1.0, np.minimum(busy, rows["usable_cpus"].to_numpy(float)))
    rounds: Floats = np.maximum(jobs / at_a_time, np.ceil(jobs / np.maximum(busy, 1.0)))
    return rounds
