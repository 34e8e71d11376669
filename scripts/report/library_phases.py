"""What a library takes to start and to stop, apart from what it takes for the jobs."""

import pandas as pd

from report.cell_facts import CellFact, cells_compared, facts_of
from wording.labels import names_of, of_libraries
from wording.machines import usable_cpus_of
from wording.mechanisms import in_groups


def library_phases(runs: pd.DataFrame, summary: pd.DataFrame) -> list[CellFact]:
    """Return a cell of every experiment, library and interpreter as `CellFact`s, in that order.

    Of the largest data, the most jobs and a CPU for each worker; by fork, if it was.
    """
    names, cpus = names_of(runs), usable_cpus_of(runs)
    cells = summary[summary["strategy"].isin(of_libraries(runs)) & (summary["n"] > 0)]
    cells = cells.assign(interpreter=cells["interpreter"].map(names))
    found: list[CellFact] = []
    for _, own in cells.groupby("experiment", sort=False):
        shown = cells_compared(own, cpus)
        shown = shown.sort_values("start_method", key=lambda method: method != "fork")
        shown = shown.drop_duplicates(["strategy", "interpreter"])
        least = shown.groupby("strategy")["total_s"].min()
        order = in_groups({str(name): seconds for name, seconds in least.items()})
        found += facts_of(shown.sort_values("strategy", key=lambda names: names.map(order.index)))
    return found
