"""Why processes gain nothing: where the time goes that a program without workers does not need."""

from dataclasses import dataclass

from supervisor.columns import IDENTITY

LARGE_ANSWER = 1 << 16  # bytes: what a pipe holds before the writer waits for the reader
MOST_OF_TIME = 0.4  # of the time of all processes, at least, for something to be the reason
SLOWER_JOBS = 1.3  # times as long as without workers, for a job


@dataclass(frozen=True)
class Loss:
    """Why processes gain nothing: one of `LOSS_KINDS`, and what says so, in seconds.

    `alone_s` and `total_s` without and with workers; `spent_s` what the reason cost; `job_s` and
    `alone_job_s` the median of a job's seconds with and without.
    """

    kind: str
    alone_s: float
    total_s: float
    spent_s: float
    job_s: float
    alone_job_s: float


LOSS_KINDS = ("one CPU", "start", "answers", "dispatch", "slower jobs", "little")


def loss(runs, jobs, cell, alone, cpus, answer_bytes=None):
    """Return why the cell `cell` with processes is no faster than `alone`, a `Loss`.

    `cell` and `alone` are rows of the summary, `runs` and `jobs` the runs that count and their
    jobs; `cpus` how many could be used, `answer_bytes` the size of an answer if known.
    """
    with_workers, without = (
        rows_of_cell(runs, one).median(numeric_only=True) for one in (cell, alone)
    )
    own, others = (rows_of_cell(jobs, one) for one in (cell, alone))
    job_s, alone_job_s = ((rows["finished_s"] - rows["started_s"]) for rows in (own, others))
    repeats = max(1, rows_of_cell(runs, cell)["repeat"].nunique())
    busy = job_s.sum() / repeats / max(1, min(cell["workers"], cpus))
    waking = waking_s(own, cell["start_method"])
    around = with_workers[["publish_s", "start_s", "stop_s"]].sum() + waking
    total, between = with_workers["total_s"], max(0.0, with_workers["map_s"] - busy - waking)
    spent = 0.0
    if cpus < 2:
        kind = "one CPU"
    elif around > MOST_OF_TIME * total:
        kind, spent = "start", around
    elif between > MOST_OF_TIME * with_workers["map_s"]:
        large = (answer_bytes or 0) >= LARGE_ANSWER
        kind, spent = "answers" if large else "dispatch", between
    elif job_s.median() > SLOWER_JOBS * alone_job_s.median():
        kind, spent = "slower jobs", job_s.median() - alone_job_s.median()
    else:
        kind = "little"
    return Loss(
        kind, without["total_s"], total, spent, job_s.median(), alone_job_s.median()
    )  # fmt: skip


def waking_s(jobs, start_method):
    """Return the seconds of map in which the workers were still starting, the median of the runs.

    A pool does not wait for its workers: those that are not forked import the program while the
    first jobs wait.
    """
    if start_method == "fork" or jobs.empty:
        return 0.0
    return jobs.groupby("repeat")["started_s"].min().median()


def rows_of_cell(table, cell):
    """Return the rows of a cell."""
    same = [table[name] == cell[name] for name in IDENTITY]
    matches = same[0]
    for one in same[1:]:
        matches &= one
    return table[matches]
