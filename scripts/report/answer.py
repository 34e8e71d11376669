"""The first screen of the report: what to do under which interpreter, and what it saves."""

import pandas as pd

from report.decisions import answer_table, decisions
from report.forking import carried_by_fork, failed_when_forked, threads_at_forks
from report.losses import losses
from report.markdown import figure, markdown
from report.private_memory import gain_by_workers, nowhere_immortal, private_memory
from report.rule import rule
from report.trouble import preflights_of, troubles, trusted, undecidable, wrong_with_workers
from report.trouble import workers_without_result as lost_with_workers
from stats.best import answering_cells, answering_methods, best_cells
from stats.evidence import counted
from supervisor.columns import IDENTITY
from wording.labels import names_of, of_libraries
from wording.machines import usable_cpus_of
from wording.memory import moment_of
from wording.units import amount, is_own, workers
from wording.workloads import what_jobs_read

NOTHING = "Nothing is recommended before that is mended: whose answers are right is not known."
UNANSWERED = "No strategy was measured beside another one: there is no answer yet."


def answer_section(study, folder, runs, summary):
    """Return the first screen: what is wrong, the rule, a row for every interpreter, a figure."""
    names = names_of(runs)
    groups = groups_of(summary)
    experiment = next(iter(groups.values()))["experiment"].iloc[0] if groups else None
    preflights = preflights_of(folder, experiment)
    own = runs if experiment is None else runs[runs["experiment"] == experiment]
    own_data = own["workload"].map(is_own).any()
    lead = troubles(preflights, names)
    lead += wrong_with_workers(own, preflights, names) if own_data else []
    lead += failed_when_forked(preflights, own, names)
    grave, lost = lost_with_workers(own, preflights, names) if own_data else ([], [])
    lead = lead or nobody_answers(runs) or grave
    parts = [bullets(lead)] if lead else []
    if not groups:
        nothing = NOTHING if own_data and undecidable(preflights) else UNANSWERED
        return [*parts, nothing, *([] if lead else interpreters_without_result(runs))]
    safe = {
        method: trusted(chosen, own, preflights) if own_data else chosen
        for method, chosen in groups.items()
    }
    best = {method: best_cells(cells, counted(runs)) for method, cells in safe.items()}
    points = [
        *interpreters_without_result(runs),
        *threads_at_forks(preflights, own, names),
        *carried_by_fork(preflights, own, names),
        *([] if lead is grave else grave),
        *lost,
        *(point for method, found in best.items() if found
          for point in losses(folder, runs, safe[method], found, preflights, names)),
        *threads_of_libraries(own),
        *private_memory(summary, names),
        *nowhere_immortal(runs),
        *gain_by_workers(summary, runs, usable_cpus_of(runs), names),
    ]  # fmt: skip
    return [
        *parts,
        *recommendations(runs, groups, safe, best, names),
        bullets(dict.fromkeys(points)),
        *shown_first(folder, experiment),
        *(answer_table(chosen, names, method if len(groups) > 1 else None)
          for method, chosen in groups.items()),
    ]  # fmt: skip


def groups_of(summary):
    """Return the cells that answer, by start method: what is compared with each other."""
    groups = {method: answering_cells(summary, method) for method in answering_methods(summary)}
    return {method: cells for method, cells in groups.items() if len(cells)}


def recommendations(runs, groups, safe, best, names):
    """Return for every start method the rule and a row for every interpreter.

    Where and how was measured is said once, behind the first rule.
    """
    measured = [measured_on(runs, pd.concat(groups.values()).drop_duplicates(list(IDENTITY)))]
    parts = []
    for method, found in best.items():
        if not found:
            continue
        named_method = method if len(groups) > 1 or method not in ("fork", None) else None
        table = markdown(decisions(safe[method], found, names, of_libraries(runs)))
        parts += [rule(safe[method], found, names, named_method), *measured, table]
        measured = []
    return parts or [NOTHING, *measured]


def shown_first(folder, experiment):
    """Return the one figure of the first screen, if there is one."""
    return [
        *figure(folder, experiment, "comparison", "Time and memory by strategy"),
        *figure(folder, experiment, "time", "Time by strategy"),
    ][:1]


def bullets(sentences):
    return "\n".join(f"- {sentence}" for sentence in sentences)


def measured_on(runs, cells):
    """Return where and at which size was measured, and what the numbers are."""
    cell, number = cells.iloc[0], cells["workers"].max()
    read = f"{cell['jobs']} jobs{what_jobs_read(cell['workload'])}"
    usable = usable_cpus_of(runs)
    few = runs["logical_cores"].max() > usable
    cpus = f", of which {usable:g} can be used" if few else ""
    return (
        f"Measured on {runs['machine'].mode()[0]}{cpus}: "
        f"{amount(cell['size'], cell['workload'])}, "
        f"{read}, {workers(number) if number > 1 else 'no workers'}. Time from the end of build to "
        f"the end of the last worker. Memory of all processes together {moment_of(cells)}; shared "
        "pages count once (PSS). In brackets: 95 % interval of a ratio, its runs paired by block."
    )


def nobody_answers(runs):
    """Return a sentence for every interpreter none of whose runs has a result."""
    return interpreters_without_result(runs) if not runs["status"].eq("ok").any() else []


def threads_of_libraries(runs):
    """Return a sentence on the threads of numerical libraries, where that was measured."""
    if "serial_library_threads" not in set(runs.loc[runs["status"] == "ok", "strategy"]):
        return []
    return [
        "Numerical libraries were held to one thread (`OMP_NUM_THREADS=1` and its like), but in "
        "`serial_library_threads`, where they take as many as they choose: a program without "
        "workers as it is."
    ]


def interpreters_without_result(runs):
    """Return a sentence for every interpreter that has no result at all: why not."""
    points = []
    for interpreter, group in runs.groupby("interpreter"):
        if not group["status"].eq("ok").any():
            status, reason = group[["status", "reason"]].fillna("").value_counts().index[0]
            points.append(
                f"**{interpreter}**: no run has a result; most ended as {status}: {reason}."
            )
    return points
