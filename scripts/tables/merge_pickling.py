"""Put what the interpreters can pickle into one table; without a probe it has no rows."""

import argparse
from collections.abc import Sequence

from probes.probe_pickling import PICKLING_COLUMNS
from tables.aggregate_runs import concatenate


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    concatenate(arguments.tables, PICKLING_COLUMNS, arguments.output)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", nargs="*", default=[], help="one for each interpreter")
    parser.add_argument("--output", required=True)
    return parser.parse_args(argv)
