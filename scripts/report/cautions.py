"""What a reader should know before trusting the numbers, and the runs that are not ok."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pandas as pd

from claims.speed import SHORT_MAP_S
from report.trouble import forked_beside_threads
from stats.groups import older_groups, rerun_command, torn_groups
from supervisor.columns import IDENTITY
from tables.types import GroupKey
from wording.labels import of_libraries
from wording.machine_faults import Fault, faults_of
from wording.machines import usable_cpus_of

WIDE = 0.5  # of the median: range of the runs of a cell
SHORT_S = 0.01  # shorter totals are mostly scheduling
GroupsAndCells = list[tuple[GroupKey, list[str]]]
Ended = dict[Hashable, object]  # how a cell's runs ended, by columns


@dataclass(frozen=True)
class Caution:
    """A warning: of how many runs, cells, groups or names, and which.

    `limit` is what they go beyond, `command` what measures the first of them again.
    """

    kind: str
    number: int
    names: Sequence[object] = ()
    limit: float | None = None
    command: str = ""


def cautions(runs: pd.DataFrame, summary: pd.DataFrame, study: str) -> list[Caution]:
    """Return the warnings that apply, the gravest first.

    Both tables as in their CSVs; `study` is the name of the study and of its folder.
    """
    good = summary[summary["n"] > 0]
    wide = good["total_s_max"] - good["total_s_min"] > WIDE * good["total_s"]
    brief = (good["map_s"] < SHORT_MAP_S) & (good["workers"] > 1)
    disturbed = runs[runs["disturbed"].eq(True) & runs["counts"].eq(True)]
    beside = runs[forked_beside_threads(runs)]
    libraries = beside["strategy"].isin(of_libraries(runs))
    cpus = usable_cpus_of(runs)
    found = [
        spoilt(runs),
        several("machines", runs["machine"]),
        several("kernels", runs["kernel"]),
        several("builds", *builds_by_interpreter(runs)),
        of_groups("older", older_groups(runs), study),
        disagreement(runs),
        of_groups("torn", torn_groups(runs), study),
        Caution("wide", wide.sum(), limit=WIDE),
        Caution("short", (good["total_s"] < SHORT_S).sum(), limit=SHORT_S),
        Caution("disturbed", cells_in(disturbed)),
        Caution("brief", brief.sum(), limit=SHORT_MAP_S),
        Caution(
            "beside threads",
            cells_in(beside),
            sorted({*beside.loc[libraries, "strategy"], *beside.loc[~libraries, "workload"]}),
        ),
        Caution("crowded", (good["workers"] > cpus).sum(), limit=cpus),
    ]
    return [one for one in found if one.number]


def spoilt(runs: pd.DataFrame) -> Caution:
    """Warn of runs that failed for the machine's sake; names are (fault, number of runs)."""
    faults = faults_counted(runs)
    return Caution("spoilt", faults.total(), faults.most_common())


def faults_counted(runs: pd.DataFrame) -> Counter[Fault]:
    """Return how many runs failed by each fault of the machine."""
    return Counter(filter(None, faults_of(runs)))


def several(kind: str, *columns: pd.Series) -> Caution:
    """Warn of rows that should not stand in one table: a column holds several values."""
    values = [set(column.dropna().astype(str)) for column in columns]
    names = sorted({name for one in values if len(one) > 1 for name in one})
    return Caution(kind, len(names), names)


def builds_by_interpreter(runs: pd.DataFrame) -> list[pd.Series]:
    """Return the builds that each interpreter's runs name, as columns."""
    known = runs[runs["version"].notna()]
    builds = known["interpreter"] + " " + known["version"].astype(str)
    return [own for _, own in builds.groupby(known["interpreter"])]


def of_groups(kind: str, groups: GroupsAndCells, study: str) -> Caution:
    """Warn of groups with cells to be measured again: names are (experiment, interpreter, cells).

    `number` counts the cells.
    """
    names = [(group["experiment"], group["interpreter"], cells) for group, cells in groups]
    places = {name[:2]: name for name in reversed(names)}
    command = rerun_command(groups[0][0], study) if groups else ""
    number = sum(len(cells) for *_, cells in names)
    return Caution(kind, number, list(places.values())[::-1], command=command)


def disagreement(runs: pd.DataFrame) -> Caution:
    """Warn of answers that differ between interpreters, though not within any of them."""
    answered = runs[(runs["status"] == "ok") & runs["digest"].notna()]
    answers = answered.groupby(["workload", "size", "jobs"])["digest"].nunique()
    names = sorted({workload for workload, _, _ in answers.index[answers > 1]})
    return Caution("disagreeing", len(names), names)


def cells_in(runs: pd.DataFrame) -> int:
    """Return of how many cells runs are."""
    return len(runs.drop_duplicates(list(IDENTITY)))


@dataclass(frozen=True)
class Failures:
    """The runs that are not ok: how many of `runs`, and those that ended alike.

    `faults`: (fault, number of runs) of the machine; an ending is a dict of a cell with its status,
    reason and number of runs: `by_machine`, `by_strategy`, and `unsupported` by its reason.
    """

    bad: int
    runs: int
    faults: list[tuple[Fault, int]]
    by_machine: list[Ended]
    by_strategy: list[Ended]
    unsupported: list[Ended]


def failures(runs: pd.DataFrame) -> Failures:
    """Return the `Failures` of all runs."""
    known = pd.Series(faults_of(runs), runs.index, object)
    faults = runs.assign(fault=known, reason=runs["reason"].fillna(""))
    bad = faults[runs["status"] != "ok"]
    unsupported, machine = bad["status"] == "unsupported", bad["fault"].notna()
    return Failures(
        len(bad),
        len(runs),
        faults_counted(runs).most_common(),
        alike(bad[machine], [*IDENTITY, "status"]),
        alike(bad[~machine & ~unsupported], [*IDENTITY, "status"]),
        alike(bad[~machine & unsupported], ["strategy", "interpreter", "reason"]),
    )


def alike(runs: pd.DataFrame, key: list[str]) -> list[Ended]:
    """Return a dict for every group of runs with the same key, with their number and a reason."""
    groups = runs.assign(why=runs["reason"]).groupby(key, sort=False)
    return (
        groups.agg(number=("repeat", "size"), why=("why", "first")).reset_index().to_dict("records")
    )
