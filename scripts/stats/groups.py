"""Groups: the cells that are compared with each other, and whether they were measured together."""

from shlex import quote

from supervisor.columns import GROUP


def torn_groups(runs):
    """Return the groups in which two cells that have results share no block.

    A list of (group, cells), a group as a dict by `GROUP`, the cells as texts; in the order of the
    table. What was measured again after an edit stands in another hour than what it is compared
    with.
    """
    found = []
    good = runs[runs["status"] == "ok"]
    for group, rows in good.groupby(GROUP, sort=False):
        cells = rows["strategy"] + "/" + rows["start_method"] + " w" + rows["workers"].astype(str)
        blocks = rows["block"].groupby(cells).agg(set)
        apart = {name for name, own in blocks.items() for other in blocks if not own & other}
        if apart:
            found.append((dict(zip(GROUP, group, strict=True)), sorted(apart)))
    return found


def rerun_command(group, study):
    """Return the command that takes a group's runs away, so that the study measures them again."""
    folder = f"results/{quote(study)}/{quote(group['experiment'])}"
    runs = f"{quote(group['interpreter'])}/*/*/n{group['size']}_w*_j{group['jobs']}_r*.csv"
    return f"rm {folder}/runs.csv {folder}/runs/{runs}"
