"""Which memory a table or a figure shows: the peak, or what is left after the last job."""

import pandas as pd


def moment_of(cells: pd.DataFrame) -> str:
    """Return when the memory of `cells`, rows of the summary, was measured: for after "memory".

    At the peak where that was measured for every cell, else after the last job, which misses the
    copies that a job makes and frees.
    """
    good = cells[cells["n"] > 0]
    if len(good) and good["peak_measured"].all():
        return "at its peak while the jobs ran"
    if good["peak_measured"].any():
        return "at its peak where that was measured, else after the last job"
    return "after the last job"
