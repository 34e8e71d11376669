"""What Snakemake says of its own accord, and what of it is shown."""

import logging

import pytest

from study.progress import OneLinePerRun

TRACEBACK = """Traceback (most recent call last):

  File "/somewhere/snakemake/dag.py", line 1065, in handle_log
    f.touch_or_create()

{error}
"""


def shown(message):
    """Return what is left of a record with a message; None if it is not shown."""
    record = logging.LogRecord("snakemake", logging.ERROR, __file__, 1, message, None, None)
    return record.getMessage() if OneLinePerRun().filter(record) else None


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("OSError: [Errno 28] No space left on device: 'results/a.log'", "make room there"),
        ("OSError: [Errno 122] Disk quota exceeded: 'results/a.log'", "in your quota"),
        ("OSError: [Errno 30] Read-only file system: 'results/a.log'", "mend that"),
    ],
)
def test_traceback_of_a_full_disk_becomes_a_sentence(error, remedy):
    said = shown(TRACEBACK.format(error=error))
    assert said.startswith("results/a.log cannot be written (")
    assert said.endswith(f"{remedy}, then go on by the same command") and "\n" not in said


@pytest.mark.parametrize(
    "error", ["ValueError: [Errno 28] of something else", "OSError: [Errno 5] Input/output: 'a'"]
)
def test_other_tracebacks_stay(error):
    assert shown(TRACEBACK.format(error=error)) == TRACEBACK.format(error=error)


def test_chatter_is_not_shown():
    assert shown("Select jobs to execute...") is None
    assert shown("Execute 3 jobs...") is None
