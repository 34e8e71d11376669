"""Snakemake's output without its chatter: how far the study is, and how long it will take."""

import logging
import math
import re
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from preflight.estimate_duration import duration_in_words
from study.pace import MEASURING, Pace, cell_of
from study.snakemake_internals import (
    Workflow,
    ended_in,
    failure_in,
    filter_log,
    is_chatter,
    is_dry_run,
    is_table_of_jobs,
    jobs_to_do,
    progress_in,
    started_in,
)
from study.types import Wildcards
from supervisor.lost_folder import LOST, not_written
from supervisor.terminal import clear, is_terminal, run_in_words, say, show

PERCENT, EVERY_S = 10, 300.0  # after which there is a line in a log
RENEWED_S = 2.0  # after which what is left is computed anew: that takes as long as there are jobs
BLOCK = ("experiment", "interpreter", "size", "jobs", "repeat")
# The end of a traceback of Snakemake's: it creates the log of a step, too, where there is no room.
LAST_LINE = re.compile(r"^OSError: \[Errno (\d+)\] ([^:]+): '(.+)'$", re.MULTILINE)


class Progress(logging.Filter):
    """Says how far a study is and how long is left, in place of a line for every step.

    In a log that is a line at the end of a block, every ten percent or five minutes; on a terminal
    one line that renews itself, between runs and never during one. Runs that fail have a line of
    their own, from their supervisor.
    """

    def __init__(self, workflow: Workflow) -> None:
        super().__init__()
        self._workflow = workflow
        self._pace: Pace | None = None
        self._announced: tuple[float, str] | None = None  # seconds, and when that was
        self._done, self._total = 0, 0
        self._said_percent, self._said_at = 0, 0.0
        self._block: tuple[str, tuple[str | None, ...]] | None = None
        self._left, self._open = (0.0, -math.inf), False  # seconds, and when they were computed

    def begin(self, pace: Pace, announced_s: float | None = None) -> None:
        """Let the study begin; `announced_s` are the seconds that were announced, if any."""
        self._pace = pace
        self._said_at = time.monotonic()
        if announced_s:
            self._announced = announced_s, "at the start"

    def conclude(self) -> None:
        """Say how long the study took, and what was announced first."""
        if self._pace and self._announced:
            seconds, when = self._announced
            took = duration_in_words(self._pace.passed_s())
            said = duration_in_words(seconds)
            say(f"took {took}; announced {when}: {said}, without further rounds")

    def filter(self, record: logging.LogRecord) -> bool:
        if started := started_in(record):
            self._starts(*started)
        if (ended := ended_in(record)) is not None and self._pace:
            self._pace.end(ended)
        if progress := progress_in(record):
            self._done, self._total = progress
            if self._done == self._total:
                say(f"{self._done} of {self._total} steps (100%) done")
            return False
        # Hidden by Snakemake, log and all, since `quiet` has the rules.
        if failure := failure_in(record):
            rule, logs = failure
            if rule not in MEASURING:  # these say themselves what went wrong
                show_logs(logs)
        explain(record)
        if is_chatter(record) or (is_table_of_jobs(record) and not is_dry_run(self._workflow)):
            return False
        clear()
        return True

    def _starts(self, job: int, rule: str, wildcards: Wildcards) -> None:
        """A step is about to start, and no run is being measured but on a cluster."""
        if not self._pace:
            return
        block = rule, tuple(wildcards.get(name) for name in BLOCK)
        if self._total:
            if is_terminal():
                self._renew(self._pace, rule, wildcards)
            elif block != self._block:
                self._say_in_log(self._pace)
        self._block = block
        self._pace.begin(job, rule, wildcards)

    def _say_in_log(self, pace: Pace) -> None:
        percent, now = 100 * self._done // self._total, time.monotonic()
        if percent >= self._said_percent + PERCENT or now >= self._said_at + EVERY_S:
            say(self._so_far(pace))
            self._said_percent, self._said_at = percent, now

    def _renew(self, pace: Pace, rule: str, wildcards: Wildcards) -> None:
        cell = cell_of(wildcards)
        what = run_in_words(cell) if cell else rule.replace("_", " ")
        show(f"{self._so_far(pace)} · {what}")

    def _so_far(self, pace: Pace) -> str:
        """Return how many steps are done, and how long is left."""
        seconds, at = self._left
        if time.monotonic() >= at + RENEWED_S:
            jobs = jobs_to_do(self._workflow)
            seconds, at = pace.left_s(jobs), time.monotonic()
            self._left = seconds, at
            self._open = any(rule == "decide_round" for rule, _ in jobs)
        percent = 100 * self._done // self._total
        if not self._announced:
            if percent < PERCENT:  # nothing is known yet
                return f"{self._done} of {self._total} steps ({percent}%) done"
            self._announced = seconds + pace.passed_s(), f"at {percent}%"
        left = duration_in_words(max(0.0, seconds - (time.monotonic() - at)))
        further = ", further rounds aside" if self._open else ""
        steps = f"{self._done} of {self._total} steps ({percent}%) done"
        return f"{steps}, about {left} left{further}"


def explain(record: logging.LogRecord) -> None:
    """Put a sentence in the place of a traceback that means a full or a read-only disk."""
    found = LAST_LINE.search(record.getMessage())
    if found and int(found[1]) in LOST:
        record.msg, record.args = not_written(found[3], int(found[1]), found[2]), ()


def show_logs(paths: Iterable[str | Path]) -> None:
    """Print what a step that failed has left in its logs."""
    for path in paths:
        with suppress(OSError):
            print(Path(path).read_text(encoding="utf-8", errors="replace").strip(), file=sys.stderr)


def quieten(workflow: Workflow) -> Progress:
    """Let Snakemake's logger say less from here on; return the `Progress` that speaks for it."""
    progress = Progress(workflow)
    filter_log(progress)
    return progress
