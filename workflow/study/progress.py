"""Snakemake's output without its chatter: the progress alone, since each run prints a line."""

import logging
import re
import sys
from contextlib import suppress
from pathlib import Path

from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

from supervisor.lost_folder import LOST, not_written

CHATTER = re.compile(r"Select jobs to execute|Execute \d+ jobs")
STEP = 5  # percent
# The end of a traceback of Snakemake's: it creates the log of a step, too, where there is no room.
LAST_LINE = re.compile(r"^OSError: \[Errno (\d+)\] ([^:]+): '(.+)'$", re.MULTILINE)
SPEAKS = (
    "measure_run",
    "measure_memory",
)  # rules that say on the terminal themselves what went wrong


class OneLinePerRun(logging.Filter):
    """Lets the progress through every five percent, and neither finished jobs nor chatter."""

    def __init__(self):
        super().__init__()
        self.shown = 0

    def filter(self, record):
        event = getattr(record, "event", None)
        if event == LogEvent.PROGRESS:
            percent = 100 * record.done // record.total
            if percent // STEP == self.shown // STEP and percent < 100:
                return False
            self.shown = percent
        # Hidden by Snakemake, log and all, since `quiet` has the rules.
        if event == LogEvent.JOB_ERROR and record.rule_name not in SPEAKS:
            show_logs(record.log or ())
        explain(record)
        return event != LogEvent.JOB_FINISHED and not CHATTER.match(record.getMessage())


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
    logger.addFilter(OneLinePerRun())
