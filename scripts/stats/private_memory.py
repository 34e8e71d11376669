"""How much of the data a worker copies: its private memory, less that of a worker without data."""

import pandas as pd

IDLE = "empty"  # the strategy without data
MOST_OF_IT = 0.5  # of the data: what holds more of it has copied it
PASSED = "initializer"  # the usual strategy; with one item it shows what a worker imports


def less_nothing(cell: pd.Series, cells: pd.DataFrame) -> float:
    """Return a worker's private memory less that of one with a single item; NaN if unknown.

    The interpreter and what it has imported are no data. A list of ints needs no import: there, a
    worker without data will do.
    """
    alike = cells[
        (cells["interpreter"] == cell["interpreter"])
        & (cells["start_method"] == cell["start_method"])
        & cells["workers_uss_mib"].notna()
    ]
    one_item = (alike["strategy"] == PASSED) & (alike["workload"] == cell["workload"])
    nothing = alike[one_item & (alike["size"] == 1)]
    if nothing.empty and cell["workload"] == "scan":
        nothing = alike[(alike["strategy"] == IDLE) & (alike["workers"] == cell["workers"])]
    if nothing.empty:
        return float("nan")
    return float(cell["workers_uss_mib"] - nothing["workers_uss_mib"].min())


def copying(cells: pd.DataFrame) -> set[str]:
    """Return the strategies whose workers hold most of the data privately, of one group's cells.

    Judged against the strategy whose workers hold least: where all copy, none is named.
    """
    private = cells["workers_uss_mib"] - cells["workers_uss_mib"].min()
    return set(cells.loc[private > MOST_OF_IT * cells["data_mib"].max(), "strategy"])


def private_mib(cell: pd.Series, cells: pd.DataFrame) -> float:
    """Return the MiB of private memory that the data costs a worker, at least 0; NaN if unknown."""
    copy = less_nothing(cell, cells)
    return copy if copy != copy else max(0.0, copy)
