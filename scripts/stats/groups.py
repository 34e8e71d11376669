"""Groups: the cells that are compared with each other, and which of them must be measured again.

Since they were not measured together, or by an older version of the code than their recipe's.
"""

from shlex import quote

import pandas as pd

from sharing.workloads import is_own
from supervisor.columns import GROUP
from tables.types import GroupKey


def torn_groups(runs: pd.DataFrame) -> list[tuple[GroupKey, list[str]]]:
    """Return the groups in which two cells that have results share no block.

    A list of (group, cells), a group as a dict by `GROUP`, the cells as texts; in the order of the
    table. What was measured again after an edit stands in another hour than what it is compared
    with.
    """
    found = []
    good = runs[runs["status"] == "ok"]
    for group, rows in good.groupby(GROUP, sort=False):
        blocks = rows["block"].groupby(names_of_cells(rows)).agg(set)
        apart = {str(name) for name, own in blocks.items() for other in blocks if not own & other}
        if apart:
            found.append((dict(zip(GROUP, group, strict=True)), sorted(apart)))
    return found


def older_groups(runs: pd.DataFrame) -> list[tuple[GroupKey, list[str]]]:
    """Return the groups with cells of which a run was made by an older version of the code.

    In the form of `torn_groups`. `runs` may be memory runs, too. The version is that of a recipe,
    a strategy with a workload, and its newest run has the newest; a user's workload is known by its
    file's name, which may be another's in another experiment.
    """
    own = runs["workload"].map(is_own)
    recipe = [runs["strategy"], runs["workload"], runs["experiment"].where(own, "")]
    in_order = runs.sort_values("started_utc", kind="stable")
    newest = in_order.groupby(recipe)["code_version"].transform("last").reindex(runs.index)
    older = runs[runs["code_version"] != newest]
    return [
        (dict(zip(GROUP, group, strict=True)), sorted(set(names_of_cells(rows))))
        for group, rows in older.groupby(GROUP, sort=False)
    ]


def names_of_cells(rows: pd.DataFrame) -> pd.Series:
    """Return what the cell of each row is called within its group."""
    return rows["strategy"] + "/" + rows["start_method"] + " w" + rows["workers"].astype(str)


def rerun_command(group: GroupKey, study: str) -> str:
    """Return the command that takes a group's runs away, so that the study measures them again.

    With all tables and the report: while one of what is made later is there, Snakemake does not
    miss what it was made from.
    """
    whole = f"results/{quote(study)}"
    folder = f"{whole}/{quote(str(group['experiment']))}"
    memory = f"{quote(str(group['interpreter']))}/*/*/n{group['size']}_w*_j{group['jobs']}.csv"
    runs = f"{memory.removesuffix('.csv')}_r*.csv"
    later = f"{whole}/*.csv {whole}/report.md {folder}/runs.csv"
    return f"rm -f {later} {folder}/runs/{runs} {folder}/memory/{memory}"
