"""What a library takes to start and to stop, apart from what it takes for the jobs."""

from report.cell_facts import cells_compared, facts_of
from wording.labels import names_of, of_libraries
from wording.machines import usable_cpus_of
from wording.mechanisms import in_groups


def library_phases(runs, summary):
    """Return a cell of every experiment, library and interpreter as `CellFact`s, in that order.

    Of the largest data, the most jobs and a CPU for each worker; by fork, if it was.
    """
    names, cpus = names_of(runs), usable_cpus_of(runs)
    cells = summary[summary["strategy"].isin(of_libraries(runs)) & (summary["n"] > 0)]
    cells = cells.assign(interpreter=cells["interpreter"].map(names))
    found = []
    for _, own in cells.groupby("experiment", sort=False):
        shown = cells_compared(own, cpus)
        shown = shown.sort_values("start_method", key=lambda method: method != "fork")
        shown = shown.drop_duplicates(["strategy", "interpreter"])
        order = in_groups(shown.groupby("strategy")["total_s"].min().to_dict())
        found += facts_of(shown.sort_values("strategy", key=lambda names: names.map(order.index)))
    return found
