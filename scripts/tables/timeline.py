"""What the processes of a run did, and when: spans in lanes, from a run's row and its jobs'.

The parent's lane has the phases one after the other. A worker's lane has its jobs. Before each job
lies the time in which it was sent: the job had been submitted, the worker was idle, and the job had
not begun. Pickling, sending and unpickling are part of that time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from supervisor.columns import KEY

PARENT = 0  # the lane; workers have those from 1 on, in the order of their first job
PHASES_IN_ORDER = ("publish", "start", "map", "stop")  # in this order, whatever the strategy
FIRST_JOB = "the worker's first job"
LATER_JOBS = "its later jobs"
SENDING = "sending a job to it"


@dataclass(frozen=True)
class Span:
    """What a lane did from `begin` to `end`, in seconds since the end of build."""

    lane: int
    what: str
    begin: float
    end: float
    job: int | None = None

    @property
    def seconds(self) -> float:
        """Return how long it took."""
        return self.end - self.begin


def spans_of(run: pd.Series, jobs: pd.DataFrame) -> list[Span]:
    """Return the spans of a run; `run` is its row, `jobs` those of its jobs."""
    found, clock, origin = [], 0.0, 0.0
    for phase in PHASES_IN_ORDER:
        seconds = run[f"{phase}_s"]
        seconds = 0.0 if pd.isna(seconds) else float(seconds)
        if phase == "map":
            origin = clock
        found.append(Span(PARENT, phase, clock, clock + seconds))
        clock += seconds
    for _, own in jobs.sort_values("started_s").groupby("worker"):
        free, what = 0.0, FIRST_JOB
        for job in own.to_dict("records"):
            sent = min(max(free, job["submitted_s"]), job["started_s"])
            begin, end = origin + job["started_s"], origin + job["finished_s"]
            lane, number = int(job["worker"]), int(job["job"])
            found.append(Span(lane, SENDING, origin + sent, begin, number))
            found.append(Span(lane, what, begin, end, number))
            free, what = job["finished_s"], LATER_JOBS
    return found


def usual_run(runs: pd.DataFrame) -> pd.Series | None:
    """Return, of the runs of one cell, the one whose total is in the middle; None without any."""
    runs = runs[runs["total_s"].notna()].sort_values(["total_s", "repeat"])
    return runs.iloc[(len(runs) - 1) // 2] if len(runs) else None


def jobs_of(run: pd.Series, jobs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a run's jobs."""
    for name in KEY:
        jobs = jobs[jobs[name] == run[name]]
    return jobs


def share_computing(spans: Sequence[Span]) -> float:
    """Return which part of map the workers compute, on average: 0 to 1."""
    begin, end = next((one.begin, one.end) for one in spans if one.what == "map")
    lanes = {one.lane for one in spans} - {PARENT}
    busy = sum(one.seconds for one in spans if one.what in (FIRST_JOB, LATER_JOBS))
    return busy / ((end - begin) * len(lanes)) if lanes and end > begin else float("nan")
