"""Put the runs that follow a worker's life into one table: a row for every worker at every mark."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from supervisor.columns import LIFETIME_COLUMNS
from tables.aggregate_runs import concatenate


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    paths = [
        plan.parent / "lifetime" / f"{run}.csv"
        for plan in arguments.plans
        for run in plan.read_text(encoding="utf-8").split()
    ]
    concatenate(paths, LIFETIME_COLUMNS, arguments.output)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", nargs="*", type=Path, help="plan.txt of each experiment")
    parser.add_argument("--output", required=True, help="lifetimes.csv")
    return parser.parse_args(argv)
