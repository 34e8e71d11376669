"""Snakemake's output without its chatter: the progress alone, since each run prints a line."""

import logging
import re
import sys
from contextlib import suppress
from pathlib import Path

from study.snakemake_internals import failure_in, filter_log, is_chatter, progress_in
from supervisor.lost_folder import LOST, not_written

STEP = 5  # percent
# The end of a traceback of Snakemake's: it creates the log of a step, too, where there is no room.
LAST_LINE = re.compile(r"^OSError: \[Errno (\d+)\] ([^:]+): '(.+)'$", re.MULTILINE)
SPEAKS = ("measure_run", "measure_memory")  # rules that say themselves what went wrong


class OneLinePerRun(logging.Filter):
    """Lets the progress through every five percent, and neither finished jobs nor chatter."""

    def __init__(self):
        super().__init__()
        self.shown = 0

    def filter(self, record):
        if progress := progress_in(record):
            done, total = progress
            percent = 100 * done // total
            if percent // STEP == self.shown // STEP and percent < 100:
                return False
            self.shown = percent
        # Hidden by Snakemake, log and all, since `quiet` has the rules.
        if failure := failure_in(record):
            rule, logs = failure
            if rule not in SPEAKS:
                show_logs(logs)
        explain(record)
        return not is_chatter(record)


def explain(record):
    """Put a sentence in the place of a traceback that means a full or a read-only disk."""
    found = LAST_LINE.search(record.getMessage())
    if found and int(found[1]) in LOST:
        record.msg, record.args = not_written(found[3], int(found[1]), found[2]), ()


def show_logs(paths):
    """Print what a step that failed has left in its logs."""
    for path in paths:
        with suppress(OSError):
            print(Path(path).read_text(encoding="utf-8", errors="replace").strip(), file=sys.stderr)


def quieten():
    """Let Snakemake's logger say less from here on."""
    filter_log(OneLinePerRun())
