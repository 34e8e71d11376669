"""Fit the costs of every strategy to a study's runs: costs.json, which all advice comes from.

Which terms there are and what a program is computed from stands in `costs.cost_model`, what of it
is a kind's own in `costs.kinds`.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from costs.cost_file import costs_of
from stats.evidence import Evidence
from tables.read_tables import read_lifetimes, read_tables_of


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    runs, jobs, summary = read_tables_of(arguments.study, "runs", "jobs", "summary")
    found = costs_of(Evidence(runs, jobs, summary), read_lifetimes(arguments.study))
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    arguments.output.write_text(text + "\n", encoding="utf-8")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path, help="folder with the study's tables")
    parser.add_argument("output", type=Path, help="costs.json")
    return parser.parse_args(argv)
