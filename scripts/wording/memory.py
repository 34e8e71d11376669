"""When the memory was looked at that a table or a figure shows."""


def moment_of(cells):
    """Return when the memory of `cells`, rows of the summary, was looked at: for after "memory".

    At its height where every cell's peak was measured, else after the last job, which misses the
    copies that a job makes and lets go of.
    """
    good = cells[cells["n"] > 0]
    if len(good) and good["peak_measured"].all():
        return "at its height while the jobs ran"
    if good["peak_measured"].any():
        return "at its height where a cell was peak_measured, else after the last job"
    return "after the last job"
