"""Why processes gain nothing, in a sentence for every interpreter on which they do not."""

from costs.lost_time import loss
from report.foreign import guarded_table
from stats.best import ANY_METHOD, SERIAL_STRATEGIES
from stats.evidence import counted
from tables.read_tables import read_table_of
from wording.machines import usable_cpus_of
from wording.units import listed, mib, time, workers


def losses(folder, runs, cells, best, preflights, names):
    """Return a sentence for every interpreter on which processes are no faster than no workers."""
    said = {}
    for interpreter, found in best.items():
        own = cells[cells["interpreter"] == interpreter].sort_values("total_s")
        alone = own[own["strategy"].isin(SERIAL_STRATEGIES)]
        processes = own[own["start_method"] != "none"]
        if alone.empty or processes.empty:
            continue
        ratio = found.against(alone.iloc[0], processes.iloc[0])
        pays = ratio is None or ratio.above(1.0) is True or ratio.value > 1
        if pays and usable_cpus_of(runs) > 1:
            continue
        if not any(folder.glob("jobs.csv*")):
            continue
        jobs = guarded_table(read_table_of(folder, "jobs"))
        sizes = [one["answer_bytes"] for one in preflights if one["interpreter"] == interpreter]
        why = loss(
            counted(runs), jobs, processes.iloc[0], alone.iloc[0], usable_cpus_of(runs), *sizes[:1]
        )
        sentence = reason_of(why, processes.iloc[0], sizes[0] if sizes else None)
        said.setdefault(sentence, []).append(names[interpreter])
    return [f"{listed(where)}: {sentence}" for sentence, where in said.items()]


def reason_of(why, cell, answer_bytes=None):
    """Return in words why processes gain nothing; `why` is a `Loss`."""
    usual = cell["start_method"] in ("fork", *ANY_METHOD)
    method = "" if usual else f" and {cell['start_method']}"
    text = (
        f"processes gain nothing ({time(why.total_s)} with {workers(cell['workers'])} by "
        f"`{cell['strategy']}`{method}, {time(why.alone_s)} without)"
    )
    if why.kind == "one CPU":
        return f"{text}, since only one CPU can be used here."
    if why.kind == "start":
        return (
            f"{text}: starting and ending them takes {time(why.spent_s)}, and all the work "
            f"{time(why.alone_s)}."
        )
    if why.kind == "answers":
        return (
            f"{text}: the answers are large ({mib((answer_bytes or 0) / 2**20)} each), and "
            f"returning them takes {time(why.spent_s)}. Let a job return less, write it to a file "
            "or to shared memory, or use threads if it is C code that lets go of the GIL."
        )
    if why.kind == "dispatch":
        return (
            f"{text}: sending jobs and answers takes {time(why.spent_s)}, a job itself "
            f"{time(why.job_s)}. Give every job more to do."
        )
    if why.kind == "slower jobs":
        return (
            f"{text}: a job takes {time(why.job_s)} in a worker and {time(why.alone_job_s)} "
            "without, for the copying that it causes or for memory that all of them wait for."
        )
    return f"{text}: there is not more work than that."
