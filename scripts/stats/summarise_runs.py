"""Summarise the runs of every cell: median, least, most, and the interval of its times."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from stats.evidence import counted
from stats.priors import Prior, priors_of
from stats.ratios import of_values
from supervisor.columns import CELL, IDENTITY, STATUSES
from tables.read_tables import read_table
from tables.types import Floats
from wording.machine_faults import faults_of

VALUES = [
    "build_s",
    "publish_s",
    "start_s",
    "map_s",
    "stop_s",
    "total_s",
    "wall_s",
    "data_mib",
    "tree_pss_mib",
    "workers_uss_mib",
    "workers_uss_max_mib",
    "minor_faults",
    "major_faults",
    "cpu_user_s",
    "cpu_system_s",
]
WITH_INTERVAL = ["map_s", "total_s"]


def main(argv: Sequence[str] | None = None) -> int | str:
    arguments = parse(argv)
    runs = read_table(arguments.runs)
    unknown = sorted(set(runs["status"].astype(str)) - set(STATUSES))
    if unknown:
        return (
            f"{arguments.runs} was edited: {unknown[0]!r} is no status; delete it and type the "
            "same command again, which makes it from the runs' own files"
        )
    memory = read_table(arguments.memory) if arguments.memory else None
    summarise(runs, memory).to_csv(arguments.output, index=False, lineterminator="\n")
    return 0


def summarise(runs: pd.DataFrame, memory: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return one row a cell.

    Columns: the cell; `runs` planned, `n` that are ok and `counted` of those (undisturbed, or all
    where none is); `status` (ok, or the most frequent other one) and its first `reason`, a fault of
    the machine only if all failures are such; for every value its median over the runs that count
    (under the value's own name), `<value>_min`, `<value>_max`; for `map_s` and `total_s` also
    `_low` and `_high`, the 95 % interval; and the columns of `with_memory`, from `memory`, rows of
    `MEMORY_RUN_COLUMNS` or None.
    """
    priors = priors_of(counted(runs))
    named = [
        (dict(zip(CELL, cell, strict=True)), group)
        for cell, group in runs.groupby(list(CELL), sort=False)
    ]
    cells = pd.DataFrame(
        [cell | summarise_cell(group, priors.of("total_s", cell)) for cell, group in named]
    )
    return with_memory(cells, memory)


def with_memory(summary: pd.DataFrame, memory: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the summary with the column `memory_mib`: what all processes need, shared pages once.

    The peak of the cell's run in `memory`, rows of `MEMORY_RUN_COLUMNS`; without one what was left
    after the last job. The column `peak_measured` says which of the two it is.
    """
    keys = list(IDENTITY)
    if memory is None:
        memory = pd.DataFrame(columns=[*keys, "peak_pss_mib"])
    peaks = memory.dropna(subset="peak_pss_mib").set_index(keys)["peak_pss_mib"].astype(float)
    peak = pd.Series(
        [peaks.get(cell, np.nan) for cell in summary[keys].itertuples(index=False, name=None)],
        index=summary.index,
        dtype=float,
    )
    # The peak of a cell is no less than what any of its runs has after the last job.
    columns = {
        f"memory_mib{end}": pd.Series(np.fmax(peak, summary[f"tree_pss_mib{end}"])).where(
            summary["n"] > 0
        )
        for end in ("", "_min", "_max")
    }
    return summary.assign(**columns, peak_measured=peak.notna() & (summary["n"] > 0))


def summarise_cell(runs: pd.DataFrame, prior: Prior) -> dict[str, object]:
    """Return the columns of one cell besides its key; `prior` is that of a cell's times."""
    ok = runs["status"].eq("ok").to_numpy(bool)
    counts = ok & runs["counts"].eq(True).to_numpy(bool)
    row = {"runs": len(runs), "n": ok.sum(), "counted": counts.sum(), "status": "ok", "reason": ""}
    if not ok.all():
        bad = runs[~ok]
        own = bad[[fault is None for fault in faults_of(bad)]]
        bad = own if len(own) else bad
        row["status"] = bad["status"].mode()[0]
        row["reason"] = bad.loc[bad["status"] == row["status"], "reason"].fillna("").iloc[0]
    for value, column in zip(VALUES, runs[VALUES].to_numpy(float)[counts].T, strict=True):
        numbers = column[~np.isnan(column)]
        row[value], row[f"{value}_min"], row[f"{value}_max"] = (
            (np.median(numbers), numbers.min(), numbers.max()) if len(numbers) else (np.nan,) * 3
        )
        if value in WITH_INTERVAL:
            row[f"{value}_low"], row[f"{value}_high"] = interval(numbers, prior)
    return row


def interval(numbers: Floats, prior: Prior) -> tuple[float, float]:
    """Return the ends of the 95 % interval of positive numbers; NaN without any.

    Of their geometric mean; wide enough to hold the median, too, which is what is printed.
    """
    ratio = of_values(numbers[numbers > 0], prior)
    if ratio is None:
        return np.nan, np.nan
    median = np.median(numbers)
    return min(ratio.low, median), max(ratio.high, median)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", help="runs.csv")
    parser.add_argument("output", help="summary.csv")
    parser.add_argument("--memory", type=Path, help="memory.csv: each cell's peak")
    return parser.parse_args(argv)
