"""Decide which cells are measured once more after the rounds so far: what is not precise yet.

Writes a table of runs, a row each with why it is wanted; without a row the study is at its end.
What an earlier sitting measured in this round stays in it: a study may be measured in parts, of
which each decides its own rounds.
"""

import argparse
import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from claims.judge_claims import claimed_cells
from stats.evidence import Evidence
from stats.summarise_runs import summarise
from stats.wanted import MEASURED_BEFORE, Settings, wanted_cells, within_budget
from supervisor.columns import IDENTITY, JOB_COLUMNS, RUN_COLUMNS
from tables.aggregate_runs import concatenate, runs_of
from tables.merge_experiments import merged
from tables.read_tables import read_table
from tables.types import CellKey


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    settings = {name: Settings(**one) for name, one in arguments.settings.items()}
    paths = [
        plan.parent / "runs" / run
        for plan in arguments.plans
        for run in runs_of(plan, arguments.rounds)
    ]
    evidence = evidence_of(paths, arguments.quiet_percent / 100, arguments.other_percent / 100)
    wanted = wanted_cells(evidence, arguments.round, settings, claimed_cells(evidence))
    wanted = within_budget(wanted, evidence.runs, arguments.budget_min * 60)
    before = measured_before(arguments, evidence.runs, settings)
    wanted |= {cell: MEASURED_BEFORE for cell in before if cell not in wanted}
    with arguments.output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["experiment", "run", "why"])
        for cell, why in wanted.items():
            writer.writerow([cell[0], run_of(cell, arguments), why])


def measured_before(
    arguments: argparse.Namespace, runs: pd.DataFrame, settings: Mapping[str, Settings]
) -> list[CellKey]:
    """Return the cells of which an earlier sitting measured the run of this round.

    It began after all their runs of the rounds before: one that began earlier was decided by other
    rounds.
    """
    folders = {plan.parent.name: plan.parent / "runs" for plan in arguments.plans}
    began = last_began(runs, settings, arguments.round)
    return [
        cell
        for cell, at in began.items()
        if began_at(folders[str(cell[0])] / f"{run_of(cell, arguments)}.csv") > at
    ]


def run_of(cell: CellKey, arguments: argparse.Namespace) -> str:
    """Return the name of a cell's run of this round, its path in the folder of runs."""
    named = dict(zip(IDENTITY, cell, strict=True))
    return str(arguments.run.format(**named, repeat=arguments.round))


def last_began(
    runs: pd.DataFrame, settings: Mapping[str, Settings], number: int
) -> dict[CellKey, str]:
    """Return when the last run of each cell began that may have one in round `number`."""
    may = {name for name, one in settings.items() if one.planned < number <= one.max_repeats}
    own = runs[runs["experiment"].isin(may)]
    began = own.groupby(list(IDENTITY), sort=False)["started_utc"].max()
    return {tuple(cell): str(at) for cell, at in zip(began.index, began, strict=True)}


def began_at(path: Path) -> str:
    """Return when the run of a file began; an empty text where there is no such file."""
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", newline="") as file:
        return next((row["started_utc"] for row in csv.DictReader(file)), "")


def evidence_of(paths: Iterable[Path], enough: float, other: float) -> Evidence:
    """Return the `Evidence` of some runs; `enough` and `other` as in `with_disturbance`."""
    tables = []
    with TemporaryDirectory() as folder:
        for ending, columns in ((".csv", RUN_COLUMNS), (".jobs.csv", JOB_COLUMNS)):
            table = Path(folder) / f"so_far{ending}"
            concatenate([f"{path}{ending}" for path in paths], columns, table)
            tables.append(read_table(table))
    runs = merged(tables[0], enough, other)
    return Evidence(runs, tables[1], summarise(runs))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", nargs="+", type=Path, help="plan.txt of every experiment")
    parser.add_argument("--rounds", nargs="*", type=Path, default=[], help="tables of more runs")
    parser.add_argument("--round", type=int, required=True)
    parser.add_argument("--settings", type=json.loads, required=True, help="of each experiment")
    parser.add_argument("--run", required=True, help="path of a run, with the names of a cell")
    parser.add_argument("--budget-min", type=float, required=True, help="minutes of all runs")
    parser.add_argument("--quiet-percent", type=float, required=True, help="of the usable CPUs")
    parser.add_argument("--other-percent", type=float, required=True, help="of a core")
    parser.add_argument("--output", type=Path, required=True)
    return parser.parse_args(argv)
