"""Snakemake's output without its chatter: the progress alone, since each run prints a line."""

import logging
import re

from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

CHATTER = re.compile(r"Select jobs to execute|Execute \d+ jobs")
STEP = 5  # percent


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
        return event != LogEvent.JOB_FINISHED and not CHATTER.match(record.getMessage())


def quieten():
    """Let Snakemake's logger say less from here on."""
    logger.addFilter(OneLinePerRun())
