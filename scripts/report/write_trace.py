"""Write what a study's processes did, and when, as a trace that Perfetto or Chrome opens.

Of each cell the run whose time is in the middle. A run is a process of the trace, its parent and
its workers are threads. The format is Chrome's Trace Event Format: complete events (``"ph": "X"``),
times in microseconds.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from report.types import Names
from supervisor.columns import CELL, KEY
from tables.read_tables import read_tables_of
from tables.timeline import PARENT, Span, spans_of, usual_run
from wording.labels import names_of

Event = dict[str, object]  # of the trace, as its format has it


def main(argv: Sequence[str] | None = None) -> int | str:
    arguments = parse(argv)
    runs, jobs = read_tables_of(arguments.study, "runs", "jobs")
    if arguments.experiments:
        runs = runs[runs["experiment"].isin(arguments.experiments)]
    found = events(runs, jobs)
    if not found:
        return f"{arguments.study}: no run that is ok to be traced"
    with arguments.output.open("w", encoding="utf-8") as file:
        json.dump({"traceEvents": found, "displayTimeUnit": "ms"}, file, separators=(",", ":"))
    return 0


def events(runs: pd.DataFrame, jobs: pd.DataFrame) -> list[Event]:
    """Return the events of the usual run of every cell, as dicts."""
    names = names_of(runs)
    places = jobs.groupby(list(KEY)).indices
    found = []
    good = runs[runs["status"] == "ok"]
    for number, (_, cell) in enumerate(good.groupby(list(CELL), sort=False), 1):
        run = usual_run(cell)
        if run is None:
            continue
        own = jobs.iloc[places.get(tuple(run[name] for name in KEY), [])]
        spans = spans_of(run, own)
        found.append(naming_event("process_name", number, title_of_run(run, names)))
        for lane in sorted({one.lane for one in spans}):
            called = "parent" if lane == PARENT else f"worker {lane}"
            found.append(naming_event("thread_name", number, called, lane))
        found += [event(one, number) for one in spans if one.end > one.begin]
    return found


def event(span: Span, number: int) -> Event:
    """Return a span as a complete event of the trace."""
    found: Event = {
        "name": span.what,
        "ph": "X",
        "ts": round(span.begin * 1e6, 1),
        "dur": round(span.seconds * 1e6, 1),
        "pid": number,
        "tid": span.lane,
    }
    return found if span.job is None else found | {"args": {"job": span.job}}


def naming_event(what: str, number: int, text: str, lane: int = PARENT) -> Event:
    """Return the event that gives a process or a thread its name."""
    return {"name": what, "ph": "M", "pid": number, "tid": lane, "args": {"name": text}}


def title_of_run(run: pd.Series, names: Names) -> str:
    """Return what a run is called in the trace."""
    method = "" if run["start_method"] in ("none", "own") else f"/{run['start_method']}"
    return (
        f"{run['experiment']}: {names.get(run['interpreter'], run['interpreter'])} "
        f"{run['strategy']}{method}, {run['workload']} {run['size']}, {run['workers']} w., "
        f"{run['jobs']} jobs"
    )


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path, help="folder with runs.csv and jobs.csv")
    parser.add_argument("output", type=Path, help="trace.json")
    parser.add_argument("--experiments", nargs="*", default=[], help="only these")
    return parser.parse_args(argv)
