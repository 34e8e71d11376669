"""What a library takes to start and to stop, apart from what it takes for the jobs."""

from dataclasses import dataclass

from report.cell_facts import cells_compared
from wording.labels import names_of, of_libraries
from wording.machines import usable_cpus_of
from wording.mechanisms import in_groups


@dataclass(frozen=True)
class LibraryPhases:
    """Medians of one cell of a library, in seconds; `start_s` is 0 if it starts with a job."""

    experiment: str
    strategy: str
    interpreter: str
    workload: str
    size: int
    jobs: int
    start_s: float
    publish_s: float
    map_s: float
    stop_s: float
    total_s: float


def library_phases(runs, summary):
    """Return a `LibraryPhases` for every experiment, library and interpreter, in that order.

    Of the largest data, the most jobs and a CPU for each worker; by fork, if it was.
    """
    names, cpus = names_of(runs), usable_cpus_of(runs)
    cells = summary[summary["strategy"].isin(of_libraries(runs)) & (summary["n"] > 0)]
    found = []
    for _, own in cells.groupby("experiment", sort=False):
        shown = cells_compared(own, cpus)
        shown = shown.sort_values("start_method", key=lambda method: method != "fork")
        shown = shown.drop_duplicates(["strategy", "interpreter"])
        order = in_groups(shown.groupby("strategy")["total_s"].min().to_dict())
        for cell in sorted(shown.to_dict("records"), key=lambda one: order.index(one["strategy"])):
            values = {name: cell[name] for name in LibraryPhases.__dataclass_fields__}
            values["interpreter"] = names[cell["interpreter"]]
            found.append(LibraryPhases(**values))
    return found
