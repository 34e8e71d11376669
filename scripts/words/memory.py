"""When the memory was looked at that a table or a figure shows."""


def moment_of(cells):
    """Return when the memory of `cells`, rows of the summary, was looked at: for after "memory".

    At its height where every cell was weighed, else after the last job, which misses the copies
    that a job makes and lets go of.
    """
    good = cells[cells["n"] > 0]
    if len(good) and good["weighed"].all():
        return "at its height while the jobs ran"
    if good["weighed"].any():
        return "at its height where a cell was weighed, else after the last job"
    return "after the last job"
