"""Put the runs of one experiment into one table, and their jobs into another.

Every planned run is a row, whatever its status: what is read is the plan itself.
"""

import argparse
import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from supervisor.columns import JOB_COLUMNS, RUN_COLUMNS, STATUSES


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    planned = runs_of(arguments.plan, arguments.rounds)
    for ending, columns, output in (
        (".csv", RUN_COLUMNS, arguments.runs),
        (".jobs.csv", JOB_COLUMNS, arguments.jobs),
    ):
        concatenate([f"{arguments.folder}/{run}{ending}" for run in planned], columns, output)


def runs_of(plan: Path, rounds: Iterable[Path]) -> list[str]:
    """Return the runs of an experiment: those of its plan, and those that rounds gave it.

    The plan lies in the experiment's folder, which names it. A round is a table with the columns
    experiment and run.
    """
    planned = plan.read_text(encoding="utf-8").split()
    for path in rounds:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        planned += [row["run"] for row in rows if row["experiment"] == plan.parent.name]
    return planned


class SpoiltTable(SystemExit):
    """A file that no run wrote so; ends the script with a sentence on what to do."""


def concatenate(paths: Iterable[str | Path], columns: Sequence[str], output: str | Path) -> None:
    """Write the rows of all CSVs to `output`; raises `SpoiltTable` for one that is not whole."""
    header = ",".join(columns) + "\n"
    with Path(output).open("w", encoding="utf-8", newline="") as table:
        table.write(header)
        for path in paths:
            text = Path(path).read_text(encoding="utf-8", errors="replace")
            trouble = trouble_with(text, columns)
            if trouble:
                raise SpoiltTable(
                    f"{path} {trouble}: delete it and type the same command again, which measures "
                    "that run anew"
                )
            table.write(text[len(header) :])


def trouble_with(text: str, columns: Sequence[str]) -> str | None:
    """Return what is wrong with the text of a CSV, or None."""
    if not text:
        return "is empty"
    lines = list(csv.reader(text.splitlines()))
    if lines[0] != list(columns):
        return "has other columns than this version writes, or was edited"
    if not text.endswith("\n") or any(len(line) != len(columns) for line in lines):
        return "is not whole: cut off, or edited"
    if "status" in columns:
        place = columns.index("status")
        for line in lines[1:]:
            if line[place] not in STATUSES:
                return f"was edited: {line[place]!r} is no status"
    return None


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path, help="plan.txt: a run's path in each line")
    parser.add_argument("folder", help="where the runs lie")
    parser.add_argument("--rounds", nargs="*", type=Path, default=[], help="tables of more runs")
    parser.add_argument("--runs", required=True, help="runs.csv")
    parser.add_argument("--jobs", required=True, help="jobs.csv")
    return parser.parse_args(argv)
