"""Why processes gain less than their number: where the time goes that no work needs.

All from the jobs' own times: which worker had which job, from when to when. Each second of each
worker between the first job and the last is work that the program has without workers, work that it
has not (a first job that fills a cache once more in every process, jobs that are slower beside
others), a wait for the next job, or idleness after its last one.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import pandas as pd

from stats.evidence import select
from supervisor.columns import IDENTITY

LARGE_ANSWER = 1 << 16  # bytes: what a pipe holds before the writer waits for the reader
MOST_IN_MESSAGE = 64  # jobs of two workers that go one by one; of more, several go in a message
NEARLY_ALL = 0.75  # of the gain that as many workers can have: with more, no reason is wanted
LONG_FIRST = 2.0  # times as long as the others, for a first job that does more than its own work
LONG_JOB = 0.5  # of the time that all work takes in equal parts; such a job is the reason


@dataclass(frozen=True)
class Loss:
    """What keeps processes from gaining their number: one of `LOSS_KINDS`, and what says so.

    All in seconds, the median of the runs, but for numbers: `workers`, `cpus` that can be used,
    `jobs`, `longest_job` and `most_gain`. `alone_s` and `total_s` without and with workers;
    `spent_s` what the reason adds to the latter; `job_s` and `alone_job_s` the median of the jobs
    with and without, `mean_job_s` their mean without, which is right for jobs of microseconds, too;
    `first_job_s` and `later_job_s` the median of the first job of each worker and
    of its others; `longest_job` and `longest_job_s` the job that takes longest without workers;
    `most_gain` how many times as fast any number of workers can be, since one of them has that job;
    `longest_first_s` what the jobs would take if the longest came first.
    """

    kind: str
    alone_s: float
    total_s: float
    spent_s: float
    job_s: float
    alone_job_s: float
    first_job_s: float
    later_job_s: float
    longest_job: int
    longest_job_s: float
    most_gain: float
    longest_first_s: float
    mean_job_s: float
    workers: int
    cpus: float
    jobs: int

    @property
    def gain(self) -> float:
        """Return how many times as fast the program is with workers as without."""
        return self.alone_s / self.total_s

    @property
    def wants_a_reason(self) -> bool:
        """Return whether the workers gain much less than their number, or than that of the CPUs."""
        return self.cpus < 2 or self.gain < NEARLY_ALL * min(self.workers, self.cpus)


LOSS_KINDS = (
    "one CPU", "start", "first job", "first touch", "slower jobs", "one job", "imbalance",
    "answers", "short jobs", "dispatch",
)  # fmt: skip


def loss(
    runs: pd.DataFrame,
    jobs: pd.DataFrame,
    cell: pd.Series,
    alone: pd.Series,
    cpus: float,
    answer_bytes: float | None = None,
) -> Loss:
    """Return why the cell `cell` with processes gains less than its number of workers, a `Loss`.

    `cell` and `alone` are rows of the summary, `runs` and `jobs` the runs that count and their
    jobs (as `stats.evidence.placed` gives them); `cpus` how many could be used, `answer_bytes` the
    size of an answer if known.
    """
    with_workers, without = (
        select(runs, **one[list(IDENTITY)]).median(numeric_only=True) for one in (cell, alone)
    )
    own, others = (select(jobs, **one[list(IDENTITY)]) for one in (cell, alone))
    base = others.groupby("job")["seconds"].median()
    at_once = max(1, int(min(cell["workers"], cpus)))
    waking = waking_s(own, cell["start_method"])
    parts = parts_of_map(own, base, cell["workers"], cpus, with_workers["map_s"], waking)
    parts["start"] = with_workers[["publish_s", "start_s", "stop_s"]].sum() + waking
    certain = bounding_reason(others, base, parts["first job"] * cell["workers"], at_once)
    if certain != "first job":
        parts["first touch"] = parts.pop("first job")
    kind = max(parts, key=lambda part: parts[part])
    kind = certain if certain and kind != "start" else kind
    spent, longest = parts[kind], int(base.index[int(base.argmax())])
    if cpus < 2:
        kind, spent = "one CPU", 0.0
    elif kind == "imbalance" and is_too_long(base, cell["workers"]):
        kind = "one job"
    elif kind == "dispatch" and (answer_bytes or 0) >= LARGE_ANSWER:
        kind = "answers"
    elif kind == "dispatch" and len(base) > MOST_IN_MESSAGE:
        kind = "short jobs"
    return Loss(
        kind, without["total_s"], with_workers["total_s"], spent,
        job_s=own["seconds"].median(),
        alone_job_s=others["seconds"].median(),
        first_job_s=own.loc[own["place"] == 1, "seconds"].median(),
        later_job_s=own.loc[own["place"] > 1, "seconds"].median(),
        longest_job=longest,
        longest_job_s=base[longest],
        most_gain=base.sum() / base[longest],
        longest_first_s=scheduled_s(sorted(base, reverse=True), at_once),
        mean_job_s=others["seconds"].mean(),
        workers=int(cell["workers"]),
        cpus=cpus,
        jobs=len(base),
    )  # fmt: skip


def is_too_long(seconds: pd.Series, workers: int) -> bool:
    """Return whether one job stands out, and is much of what each worker gets in equal parts."""
    longest = seconds.max()
    return bool(longest > LONG_JOB * seconds.sum() / workers and longest > 2 * seconds.median())


def bounding_reason(alone: pd.DataFrame, base: pd.Series, repeated_s: float, workers: int) -> str:
    """Return the reason that the jobs' times without workers give by themselves; "" if they do not.

    Whatever else makes workers slow, they gain little where the first job is long and is so again
    in every process (it fills a cache, imports or compiles something), and where the jobs, in their
    order, leave workers idle. `repeated_s` is by how much the first jobs of all workers were longer
    than without.
    """
    first, later = (
        alone.loc[which, "seconds"].median() for which in (alone["place"] == 1, alone["place"] > 1)
    )
    whole, more = base.sum(), first - later
    if first > LONG_FIRST * later and repeated_s > more * (workers - 1) / 2:
        takes, reason = more + (whole - more) / workers, "first job"
    else:
        takes, reason = scheduled_s(base.sort_index(), workers), "imbalance"
    return reason if whole < NEARLY_ALL * workers * takes else ""


def parts_of_map(
    jobs: pd.DataFrame, base: pd.Series, workers: int, cpus: float, map_s: float, waking: float
) -> dict[str, float]:
    """Return what each reason adds to the seconds of map, the median of the runs.

    `jobs` as `stats.evidence.placed` gives them, `base` the seconds of each job without workers.
    Of all workers together, divided by their number: so much later is the end of all.
    """
    found: dict[str, list[float]] = {
        "first job": [],
        "slower jobs": [],
        "imbalance": [],
        "dispatch": [],
    }
    stretched = workers / max(1, min(workers, cpus))  # jobs of more workers than CPUs
    for _, run in jobs.groupby("repeat"):
        more = run["seconds"] - stretched * run["job"].map(base)
        end = run["finished_s"].max()
        last = run.groupby("worker")["finished_s"].max()
        begun = min(waking, run["started_s"].min())
        idle = (end - last).sum() + (workers - len(last)) * (end - begun)
        waited = workers * (map_s - begun) - run["seconds"].sum() - idle
        found["first job"].append(more[run["place"] == 1].sum() / workers)
        found["slower jobs"].append(more[run["place"] > 1].sum() / workers)
        found["imbalance"].append(idle / workers)
        found["dispatch"].append(waited / workers)
    return {kind: median(seconds or [0.0]) for kind, seconds in found.items()}


def scheduled_s(seconds: Iterable[float], workers: int) -> float:
    """Return how long jobs take if each, in its turn, goes to the next worker that is free.

    With the longest first at most 4/3 - 1/(3 workers) times the least (Graham 1969).
    """
    free = [0.0] * workers
    for one in seconds:
        heapq.heapreplace(free, free[0] + one)
    return max(free)


def waking_s(jobs: pd.DataFrame, start_method: str) -> float:
    """Return the seconds of map in which the workers were still starting, the median of the runs.

    A pool does not wait for its workers: those that are not forked import the program while the
    first jobs wait.
    """
    if start_method == "fork" or jobs.empty:
        return 0.0
    return jobs.groupby("repeat")["started_s"].min().median()
