"""What the study is going to do and how long it may take, said before it starts."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from preflight.estimate_duration import duration_in_words
from study.cells import Cell
from study.matrix import Matrix
from study.pace import MEASURING, Pace, RunToDo, cell_of
from study.room import check_room
from study.types import Config, Step

OVERHEAD_S = 0.15  # of Snakemake and the supervisor, beside the time of a run itself


def announce_plan(config: Config, matrix: Matrix, jobs: Sequence[Step], pace: Pace) -> float | None:
    """Say what a study is going to do.

    `jobs` holds (rule, wildcards) of every planned job, `pace` is the study's `Pace`. Returns the
    seconds that it announces, None where nothing is known.
    """
    todo = [
        (rule, cell)
        for rule, wildcards in jobs
        if rule in MEASURING and (cell := cell_of(wildcards))
    ]
    if todo:
        check_room(config)
    cells = [cell for own in matrix.cells.values() for cell in own]
    rounds = any(rule == "decide_round" for rule, _ in jobs)
    further = further_rounds(config["time_budget_min"]) if rounds else ""
    lines, seconds = describe_plan(config["study"], cells, matrix.first_runs, todo, pace, further)
    for line in lines:
        print(line, file=sys.stderr)
    return seconds


def print_answer(path: Path, finished_rules: Collection[str]) -> None:
    """Print what a study that has ended came to, if that was written just now."""
    if "write_report" in finished_rules:
        print(path.read_text(encoding="utf-8"), end="", file=sys.stderr)


def further_rounds(budget_min: float | None) -> str:
    """Return a line on what follows the first rounds; `budget_min` as in the configuration."""
    if budget_min == 0:
        return "then some short ones again, to see how far apart runs lie on this machine"
    until = "" if budget_min is None else f", until {budget_min} min are measured in all"
    return f"then further rounds, of what is not precise yet{until}"


def describe_plan(
    study: str,
    cells: Sequence[Cell[int]],
    runs: int,
    todo: Sequence[RunToDo],
    pace: Pace,
    further: str = "",
) -> tuple[list[str], float | None]:
    """Return the lines that announce a study, and the seconds that they announce or None.

    `cells` are all cells, `runs` the number of runs that are made in any case, `todo` holds rule
    and cell of every run still to do that is known yet, `pace` knows how long they take, `further`
    is a line on further rounds, empty if there are none.
    """
    experiments = len({cell.experiment for cell in cells})
    timed = [run for run in todo if run[0] != "measure_memory"]
    lines = [
        f"study {study}: {experiments} experiments, {len(cells)} cells, {runs} runs"
        f"{' in the first rounds' if further else ''}, {len(timed)} still to do"
    ]
    seconds = None
    if todo:
        _, known = pace.estimate(timed)
        if known:
            seconds = pace.estimate(todo)[0] + OVERHEAD_S * len(todo)
            share = "" if known == len(timed) else f" ({known} of {len(timed)} runs known)"
            lines.append(f"about {duration_in_words(seconds)} left, judged by earlier runs{share}")
        else:
            lines.append("how long it takes is unknown: there are no earlier runs to judge by")
    return ([*lines, further] if further else lines), seconds
