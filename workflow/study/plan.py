"""What the study is going to do and how long it may take, said before it starts."""

import csv
import gzip
import sys
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from statistics import mean, median

from study.cells import Cell
from study.room import check_room

OVERHEAD_S = 0.15  # of Snakemake and the supervisor, beside the time of a run itself


def announce_plan(config, matrix, jobs, results):
    """Say what a study is going to do.

    `jobs` holds (rule, wildcards) of every planned job, `results` is all studies' folder.
    """
    todo = [
        Cell(*(wildcards.get(name) for name in Cell._fields))
        for rule, wildcards in jobs
        if rule in ("measure_run", "measure_lifetime")
    ]
    if todo:
        check_room(config)
    cells = [cell for own in matrix.cells.values() for cell in own]
    rounds = any(rule == "decide_round" for rule, _ in jobs)
    further = further_rounds(config["time_budget_min"]) if rounds else ""
    for line in describe_plan(config["study"], cells, matrix.first_runs, todo, results, further):
        print(line, file=sys.stderr)


def print_answer(path, finished_rules):
    """Print what a study that has ended came to, if that was written just now."""
    if "write_report" in finished_rules:
        print(path.read_text(encoding="utf-8"), end="", file=sys.stderr)


def further_rounds(budget_min):
    """Return a line on what follows the first rounds; `budget_min` as in the configuration."""
    if budget_min == 0:
        return "then some short ones again, to see how far apart runs lie on this machine"
    until = "" if budget_min is None else f", until {budget_min} min are measured in all"
    return f"then further rounds, of what is not precise yet{until}"


def describe_plan(study, cells, runs, todo, results, further=""):
    """Return the lines that announce a study.

    `cells` are all cells, `runs` the number of runs that are made in any case, `todo` holds the
    cell of every run still to do that is known yet, `results` is the folder of all studies,
    `further` a line on further rounds, empty if there are none.
    """
    experiments = len({cell.experiment for cell in cells})
    lines = [
        f"study {study}: {experiments} experiments, {len(cells)} cells, {runs} runs"
        f"{' in the first rounds' if further else ''}, "
        f"{len(todo)} still to do"
    ]
    if todo:
        seconds, known = estimate(todo, earlier_runs(Path(results), study))
        if known:
            minutes = (seconds + OVERHEAD_S * len(todo)) / 60
            share = "" if known == len(todo) else f" ({known} of {len(todo)} runs known)"
            lines.append(f"about {minutes:.0f} min left, judged by earlier runs{share}")
        else:
            lines.append("how long it takes is unknown: there are no earlier runs to judge by")
    return [*lines, further] if further else lines


def earlier_runs(results, study):
    """Return the wall seconds of earlier runs by cell: this study's; else the published one's."""
    seconds = defaultdict(list)
    for path in sorted((results / study).glob("*/runs/**/*.csv")):
        if not path.name.endswith(".jobs.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                note(seconds, file)
    if not seconds:
        for path in (results / "published").glob("runs.csv*"):
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8", newline="") as file:
                note(seconds, file)
    return seconds


def note(seconds, file):
    """Add the runs of one CSV to `seconds`; a row that does not fit teaches nothing."""
    for row in csv.DictReader(file):
        with suppress(KeyError, TypeError, ValueError):
            seconds[tuple(row[field] for field in Cell._fields)].append(float(row["wall_s"]))


def estimate(todo, seconds):
    """Return (seconds for all of `todo`, how many of them rest on an earlier run).

    A cell takes as long as the median of its earlier runs; an unknown one as the mean of those of
    the same experiment, interpreter and strategy, else of all.
    """
    exact = {cell: median(walls) for cell, walls in seconds.items()}
    alike = defaultdict(list)
    for cell, wall in exact.items():
        alike[cell[:3]].append(wall)
    total, known = 0.0, 0
    for cell in todo:
        key = tuple(str(getattr(cell, field)) for field in Cell._fields)
        if key in exact:
            total, known = total + exact[key], known + 1
        elif key[:3] in alike:
            total, known = total + mean(alike[key[:3]]), known + 1
        elif exact:
            total += mean(exact.values())
    return total, known
