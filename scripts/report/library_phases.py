"""What a library takes to start and to stop, apart from what it takes for the jobs."""

from report.markdown import markdown
from wording.labels import names_of, of_libraries
from wording.machines import most_workers, usable_cpus_of
from wording.mechanisms import in_groups
from wording.units import amount, time

AS_SHOWN = ("start", "publish", "map", "stop")  # Ray and Dask start before they publish


def library_phases(runs, summary):
    """Return a section with a row for every library, interpreter and experiment; none without."""
    names, cpus = names_of(runs), usable_cpus_of(runs)
    cells = summary[summary["strategy"].isin(of_libraries(runs)) & (summary["n"] > 0)]
    rows = []
    for experiment, own in cells.groupby("experiment", sort=False):
        shown = narrowed_to_one(own, cpus)
        order = in_groups(shown.groupby("strategy")["total_s"].min().to_dict())
        for cell in sorted(shown.to_dict("records"), key=lambda one: order.index(one["strategy"])):
            rows.append({"experiment": experiment} | phases_of(cell, names[cell["interpreter"]]))
    if not rows:
        return []
    return [
        "## Libraries: start and stop apart from the jobs",
        "Medians, of the largest data, the most jobs and a CPU for each worker. A program that "
        "keeps its workers pays for start and stop once. Where start has a dash, the library "
        "starts its workers with the first job: that time is part of map.",
        markdown(rows),
    ]


def narrowed_to_one(cells, cpus):
    """Return one cell of an experiment for each strategy and interpreter; by fork, if one is."""
    for name in ("size", "jobs"):
        cells = cells[cells[name] == cells[name].max()]
    cells = cells[cells["workers"] == most_workers(set(cells["workers"]), cpus)]
    forked_first = cells.sort_values("start_method", key=lambda method: method != "fork")
    return forked_first.drop_duplicates(["strategy", "interpreter"])


def phases_of(cell, interpreter):
    """Return one line: the phases, and all of them together."""
    return {
        "strategy": f"`{cell['strategy']}`",
        "interpreter": interpreter,
        "data": f"{amount(cell['size'], cell['workload'])}, {cell['jobs']} jobs",
        **{phase: time(cell[f"{phase}_s"]) if cell[f"{phase}_s"] else "–" for phase in AS_SHOWN},
        "together": time(cell["total_s"]),
    }
