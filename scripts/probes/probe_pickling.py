"""Ask one interpreter what it can pickle: a row for every kind of object, whatever became of it.

A probe that fails itself is a bug and ends with a non-zero exit code, so that Snakemake stops.
"""

import argparse
import json
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from supervisor.child import clean_environment
from supervisor.lock import LockError, take_lock
from supervisor.rows import publishable, write
from supervisor.terminal import say

PICKLING_PROBE = Path(__file__).resolve().parent / "pickling"
PICKLING_COLUMNS = (
    "experiment",
    "interpreter",
    "implementation",
    "version",
    "group",
    "kind",
    "expression",
    "outcome",
    "error",
    "message",
    "bytes",
)


def main(argv=None):
    arguments = parse(argv)
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    # A run that is being measured on this machine is not disturbed.
    try:
        lock = take_lock(lambda: False)
    except LockError as trouble:
        return str(trouble)
    with (
        tempfile.TemporaryDirectory(prefix="share-or-copy-") as folder,
        arguments.log.open("wb") as log,
    ):
        rows = probe(arguments.command, clean_environment(folder), log)
    os.close(lock)
    key = {"experiment": arguments.experiment, "interpreter": arguments.interpreter}
    write(arguments.output, PICKLING_COLUMNS, [key | row for row in rows])
    if not arguments.log.stat().st_size:
        arguments.log.unlink()
    pickling = sum(row["outcome"] == "pickles" for row in rows)
    found = f"{pickling} of {len(rows)} kinds of object pickle"
    say(f"{arguments.experiment}: {arguments.interpreter}: {found}")


def probe(command, environment, log):
    """Return the rows of all kinds, in the probe's order.

    `command` is the interpreter's command line as words, `log` the open file for what the probe
    says to standard error. Raises CalledProcessError if the probe itself fails.
    """
    said = subprocess.run(
        [*command, str(PICKLING_PROBE)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment,
        check=True,
    )
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    return [row | {"message": publishable(row.get("message", ""))} for row in rows]


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiment", required=True)
    parser.add_argument("--interpreter", required=True, help="its name in the configuration")
    parser.add_argument("--command", type=shlex.split, required=True, help="its command line")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--log", type=Path, required=True)
    return parser.parse_args(argv)
