"""What workers copy over their lives, by the items that they have read: from lifetimes.csv."""

from typing import NamedTuple

import pandas as pd

from costs.types import KindKey
from sharing.lifetime import AT_START, COLLECTED
from sharing.workloads import base_of
from stats.lifetimes import medians_by_mark, place_of_mark

SHOWN_WORKERS = 2  # what one worker copies hardly depends on how many there are


class Copies(NamedTuple):
    """MiB an item that a worker has copied: by the share read, and after a collection (or None)."""

    read: list[tuple[float, float]]
    collected: float | None


def lives_of(rows: pd.DataFrame) -> dict[KindKey, Copies]:
    """Return the `Copies` by (interpreter, workload, strategy, start_method) of lifetimes.csv.

    Of the largest data; an older study has no rows, and so none.
    """
    found: dict[KindKey, Copies] = {}
    for (_, workload), own in rows.groupby(["experiment", "workload"]):
        medians = medians_by_mark(own)
        medians = medians[medians["uss_mib"].notna()]
        for (interpreter, strategy, method), line in medians.groupby(
            ["interpreter", "strategy", "start_method"]
        ):
            line = line[line["size"] == line["size"].max()]
            nearest = min(set(line["workers"]), key=lambda number: abs(number - SHOWN_WORKERS))
            by_mark = line[line["workers"] == nearest].set_index("mark")
            if AT_START in by_mark.index:
                key = (interpreter, base_of(workload), strategy, method)
                found[key] = copies_at(by_mark["uss_mib"], float(line["size"].iloc[0]))
    return found


def copies_at(uss_mib: pd.Series, size: float) -> Copies:
    """Return the `Copies` of private memory by mark, for data of `size` items."""
    copied = ((uss_mib - uss_mib[AT_START]).clip(lower=0.0) / size).to_dict()
    read = [(place_of_mark(mark), each) for mark, each in copied.items() if mark != COLLECTED]
    read = [pair for pair in read if 0 < pair[0] <= 1]
    return Copies(
        sorted(read) if any(place == 1 for place, _ in read) else [], copied.get(COLLECTED)
    )
