"""What a reader should know before trusting the numbers; every caution carries its remedy."""

from collections import Counter

import pandas as pd

from claims.speed import SHORT_MAP_S
from report.forking import forked_beside_threads
from stats.groups import older_groups, rerun_command, torn_groups
from supervisor.columns import IDENTITY
from wording import units
from wording.labels import of_libraries
from wording.machine_faults import faults_of
from wording.machines import usable_cpus_of
from wording.units import cells, listed, time

WIDE = 0.5  # of the median: range of the runs of a cell
MOST_GROUPS = 3  # that are named
SHORT_S = 0.01  # shorter totals are mostly scheduling


def cautions(runs, summary, study):
    """Return the warnings as sentences, the gravest first.

    Both tables as in their CSVs; `study` is the name of the study and of its folder.
    """
    good = summary[summary["n"] > 0]
    found = [
        spoilt(runs),
        *(
            several(
                runs, column, what,
                "each group's numbers rest on the runs of one; measure each in a folder of its own",
            )
            for column, what in (("machine", "machines"), ("kernel", "kernels"))
        ),
        several(
            runs.assign(build=runs["interpreter"] + " " + runs["version"].astype(str)),
            "build",
            "builds of the same interpreter",
            "rerun what the older one measured",
            apart=["interpreter"],
        ),
        older(runs, study),
        disagreement(runs),
        torn(runs, study),
        spread(good),
        short(good),
        disturbed(runs, good),
        brief(good),
        beside_threads(runs),
        crowded(runs, good),
    ]  # fmt: skip
    return [sentence for sentence in found if sentence]


def spoilt(runs):
    """Warn of runs that failed for the machine's sake."""
    faults = Counter(filter(None, faults_of(runs)))
    ends = [f"{what} ({number}: {remedy})" for (what, remedy), number in faults.most_common()]
    return of_some(
        faults,
        f"The machine, not the strategy, spoilt {faults.total()} of {units.runs(len(runs))}, which "
        f"enter no verdict: {'; '.join(ends)}. Then delete their files to measure them again.",
    )


def several(runs, column, what, remedy, apart=()):
    """Warn of rows that should not stand in one table: several values where `apart` is the same."""
    known = runs[runs[column].notna()]
    groups = [group for _, group in known.groupby(list(apart))] if apart else [known]
    names = {name for group in groups if group[column].nunique() > 1 for name in group[column]}
    return of_some(names, f"{len(names)} {what}: {', '.join(sorted(map(str, names)))}; {remedy}.")


def disagreement(runs):
    """Warn of answers that differ between interpreters, though not within any of them."""
    answered = runs[(runs["status"] == "ok") & runs["digest"].notna()]
    answers = answered.groupby(["workload", "size", "jobs"])["digest"].nunique()
    names = sorted({workload for workload, _, _ in answers.index[answers > 1]})
    return of_some(
        names,
        f"The interpreters do not agree on the answers of {', '.join(names)}; if these are sums of "
        "floats, round them or use `math.fsum`, since `sum` is more exact from Python 3.12 on.",
    )


def older(runs, study):
    """Warn of cells that were measured by an older version of the code than their recipe's."""
    groups = older_groups(runs)
    if not groups:
        return ""
    places = list(
        dict.fromkeys(f"{one['experiment']} on {one['interpreter']}" for one, _ in groups)
    )
    if len(places) > MOST_GROUPS:
        places = [*places[:MOST_GROUPS], f"{len(places) - MOST_GROUPS} more"]
    return (
        f"{cells(sum(len(own) for _, own in groups))} of {listed(places)} hold runs by an older "
        "version of the measuring code than others of the same strategy and workload; to measure "
        f"the first of them again, type `{rerun_command(groups[0][0], study)}` and start the study "
        "again."
    )


def torn(runs, study):
    """Warn of groups in which what is compared was not measured together."""
    groups = torn_groups(runs)
    if not groups:
        return ""
    which = "; ".join(
        f"{group['experiment']} on {group['interpreter']}: {listed(apart)}"
        for group, apart in groups[:MOST_GROUPS]
    )
    return (
        f"In {len(groups)} groups of runs that are compared with each other some were not measured "
        f"in one go: {which}{' …' if len(groups) > MOST_GROUPS else ''}. To measure a group again, "
        f"type `{rerun_command(groups[0][0], study)}` and start the study again."
    )


def spread(good):
    """Warn of cells whose runs disagree."""
    wide = good[(good["total_s_max"] - good["total_s_min"]) > WIDE * good["total_s"]]
    return of_some(
        wide,
        f"In {cells(len(wide))} of {len(good)} the runs differ by more than {WIDE:.0%} of their "
        "median; compare only what is further apart, or measure on a quieter machine.",
    )


def short(good):
    """Warn of totals that are too short to mean much."""
    brief = good[good["total_s"] < SHORT_S]
    return of_some(
        brief,
        f"{cells(len(brief))} took less than {time(SHORT_S)}, the scale of process "
        "scheduling; raise `sizes` or `jobs` to compare them.",
    )


def disturbed(runs, good):
    """Warn of cells whose numbers rest on disturbed runs, since they have no others."""
    hit = runs[runs["disturbed"].eq(True) & runs["counts"].eq(True)]
    number = len(hit.drop_duplicates(list(IDENTITY)))
    return of_some(
        hit,
        f"{cells(number)} of {len(good)} rest on disturbed runs, since they have no others: other "
        "work ran beside them, or the machine gave less than its CPUs; measure in a quieter hour, "
        "or raise `time_budget_min`.",
    )


def brief(good):
    """Warn of workers whose jobs are done so soon that they say little about what is gained."""
    soon = good[(good["map_s"] < SHORT_MAP_S) & (good["workers"] > 1)]
    return of_some(
        soon,
        f"In {cells(len(soon))} several workers did their jobs in less than {time(SHORT_MAP_S)}, "
        "which says little about the gain by workers on a shared machine; no verdict rests on it.",
    )


def beside_threads(runs):
    """Warn of programs that had other threads when they forked; a pool of a library starts some."""
    beside = runs[forked_beside_threads(runs)]
    starting = of_libraries(runs)
    who = {
        f"`{row.strategy}`" if row.strategy in starting else row.workload
        for row in beside.itertuples()
    }
    return of_some(
        beside,
        f"In {cells(len(beside.drop_duplicates(list(IDENTITY))))} the program had other threads "
        f"when it forked ({listed(sorted(who))}), beside which workers can hang; fork before they "
        "start, or use the start method forkserver or spawn.",
    )


def crowded(runs, good):
    """Warn of more workers than CPUs that may be used."""
    cpus = usable_cpus_of(runs)
    return of_some(
        good[good["workers"] > cpus],
        f"Some cells have more workers than the {cpus:g} CPUs that may be used; they show what "
        "happens then, not what more cores would give.",
    )


def of_some(rows, sentence):
    """Return the sentence if there are rows that it is about."""
    return sentence if len(rows) else ""


def not_ok(runs):
    """Return one row for every group of runs that ended alike and not well."""
    bad = runs[runs["status"] != "ok"]
    if bad.empty:
        return pd.DataFrame()
    groups = bad.fillna({"reason": ""}).groupby([*IDENTITY, "status"], sort=False)
    table = groups.agg(runs=("repeat", "size"), reason=("reason", "first"))
    return table.reset_index()
