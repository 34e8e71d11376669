"""Merge the experiments into the tables of the study: order of execution, answers compared."""

import argparse
from collections.abc import Sequence

import pandas as pd

from tables.blocks import with_blocks
from tables.disturbance import with_counts, with_disturbance
from tables.read_tables import read_table

# Runs that processed the same data the same number of times must have found the same answers. Not
# those of other interpreters: from Python 3.12 on, `sum` adds floats up more exactly.
SAME_ANSWERS = ["workload", "size", "jobs", "interpreter"]


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    runs = pd.concat(map(read_table, arguments.runs), ignore_index=True)
    if arguments.machine:
        runs["machine"] = arguments.machine
    runs = merged(runs, arguments.quiet_percent / 100, arguments.other_percent / 100)
    jobs = pd.concat(map(read_table, arguments.jobs), ignore_index=True)
    runs.to_csv(arguments.output, index=False, lineterminator="\n")
    jobs.to_csv(arguments.jobs_output, index=False, lineterminator="\n")


def merged(runs: pd.DataFrame, enough: float, other: float) -> pd.DataFrame:
    """Return all runs of a study as they stand in runs.csv.

    In the order of execution; answers compared; with what the machine gave, the block, and whether
    a run counts. `enough` and `other` as in `with_disturbance`.
    """
    runs = compare_answers(in_order(runs))
    return with_counts(with_blocks(with_disturbance(runs, enough, other)))


def in_order(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs in the order in which they were executed, `position` counting from 1."""
    runs = runs.sort_values("started_utc", kind="stable", ignore_index=True)
    runs.insert(list(runs.columns).index("repeat") + 1, "position", range(1, len(runs) + 1))
    return runs


def compare_answers(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs, those `wrong` whose answers differ from those of their interpreter's others.

    The reference is the serial strategy where it ran, else what most runs found. Strategies
    without answers have an empty digest.
    """
    runs = runs.copy()
    answered = runs[(runs["status"] == "ok") & runs["digest"].notna()]
    for _, group in answered.groupby(SAME_ANSWERS):
        serial = group[group["strategy"] == "serial"]
        right = (serial if len(serial) else group)["digest"].mode()[0]
        wrong = group.index[group["digest"] != right]
        runs.loc[wrong, "status"] = "wrong"
        others = len(group) - len(wrong)
        named = "other run" if others == 1 else f"{others} other runs"
        runs.loc[wrong, "reason"] = f"answers differ from the {named}"
    return runs


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", nargs="+", required=True)
    parser.add_argument("--jobs", nargs="+", required=True)
    parser.add_argument("--machine", default="", help="label of the machine; default: as measured")
    parser.add_argument("--quiet-percent", type=float, required=True, help="of the usable CPUs")
    parser.add_argument("--other-percent", type=float, required=True, help="of a core")
    parser.add_argument("--output", required=True)
    parser.add_argument("--jobs-output", required=True)
    return parser.parse_args(argv)
