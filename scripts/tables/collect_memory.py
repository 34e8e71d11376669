"""Put the memory runs of all experiments into one table: a row for every cell that has one."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from supervisor.columns import MEMORY_RUN_COLUMNS
from tables.aggregate_runs import concatenate


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    paths = [path for plan in arguments.plans for path in memory_files_of(plan)]
    concatenate(paths, MEMORY_RUN_COLUMNS, arguments.output)


def memory_files_of(plan: Path) -> list[Path]:
    """Return the paths of the runs for peak memory: one for every cell of an experiment's plan."""
    runs = plan.read_text(encoding="utf-8").split()
    cells = dict.fromkeys(run.rpartition("_r")[0] for run in runs)
    return [plan.parent / "memory" / f"{cell}.csv" for cell in cells]


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", nargs="*", type=Path, help="plan.txt of each experiment")
    parser.add_argument("--output", required=True, help="memory.csv")
    return parser.parse_args(argv)
