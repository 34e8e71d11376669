"""The first screen of the report: what to do under which interpreter, and what it saves."""

import pandas as pd

from report.decisions import answer_table, decisions
from report.losses import losses
from report.markdown import figure, markdown
from report.private_memory import nowhere_immortal, private_memory, scaling
from report.rule import rule, trials
from report.trouble import preflights_of, troubles, trusted, undecidable, wrong_with_workers
from report.trouble import without_result as lost_with_workers
from stats.best import answering_cells, answering_methods, best_cells
from stats.evidence import counted
from supervisor.columns import IDENTITY
from wording.labels import names_of, of_libraries
from wording.machines import usable_cpus
from wording.memory import moment_of
from wording.units import amount, is_own, workers

NOTHING = "Nothing is recommended before that is mended: whose answers are right is not known."


def answer(study, folder, runs, summary):
    """Return the first screen: what is wrong, the rule, a row for every interpreter, a figure."""
    names = names_of(runs)
    methods = answering_methods(summary)
    groups = {method: answering_cells(summary, method) for method in methods}
    groups = {method: chosen for method, chosen in groups.items() if len(chosen)}
    experiment = next(iter(groups.values()))["experiment"].iloc[0] if groups else None
    preflights = preflights_of(folder, experiment)
    own = runs if experiment is None else runs[runs["experiment"] == experiment]
    own_data = own["workload"].map(is_own).any()
    lead = troubles(preflights, names)
    lead += wrong_with_workers(own, preflights, names) if own_data else []
    grave, lost = lost_with_workers(own, preflights, names) if own_data else ([], [])
    lead = lead or nobody_answers(runs) or grave
    parts = ["\n".join(f"- {sentence}" for sentence in lead)] if lead else []
    if not groups:
        wrong = own_data and undecidable(preflights)
        return [
            *parts,
            NOTHING
            if wrong
            else "No strategy was measured beside another one: there is no answer yet.",
            *([] if lead else without_result(runs)),
        ]
    cells = pd.concat(groups.values()).drop_duplicates(list(IDENTITY))
    cell = cells.iloc[0]
    measured = [measured_on(runs, cells)]  # once, behind the first rule
    points, best = [], {}
    for method, chosen in groups.items():
        safe = trusted(chosen, own, preflights) if own_data else chosen
        found = best_cells(safe, counted(runs))
        if not found:
            continue
        best |= found
        named_method = method if len(groups) > 1 or method not in ("fork", None) else None
        parts.append(rule(safe, found, names, named_method))
        parts += measured
        parts.append(markdown(decisions(safe, found, names, of_libraries(runs))))
        points += losses(folder, runs, safe, found, preflights, names)
        measured = []
    parts += [] if best else [NOTHING, *measured]
    points = [
        *without_result(runs),
        *([] if lead is grave else grave),
        *lost,
        *trials(best),
        *points,
        *library_threads(own),
        *private_memory(summary, names),
        *nowhere_immortal(runs),
        *scaling(summary, runs, usable_cpus(runs), names),
    ]
    shown = [
        *figure(folder, cell["experiment"], "comparison", "Time and memory by strategy"),
        *figure(folder, cell["experiment"], "time", "Time by strategy"),
    ]
    return [
        *parts,
        "\n".join(f"- {point}" for point in dict.fromkeys(points)),
        *shown[:1],
        *(answer_table(chosen, names, method if len(groups) > 1 else None)
          for method, chosen in groups.items()),
    ]  # fmt: skip


def measured_on(runs, cells):
    """Return where and at which size was measured, and what the numbers are."""
    cell, number = cells.iloc[0], cells["workers"].max()
    read = f"{cell['jobs']} jobs" + (
        "" if is_own(cell["workload"]) else " that each read all of it"
    )
    usable = usable_cpus(runs)
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
    return without_result(runs) if not runs["status"].eq("ok").any() else []


def library_threads(runs):
    """Return a sentence on the threads of numerical libraries, where that was measured."""
    if "serial_library_threads" not in set(runs.loc[runs["status"] == "ok", "strategy"]):
        return []
    return [
        "Numerical libraries were held to one thread (`OMP_NUM_THREADS=1` and its like), but in "
        "`serial_library_threads`, where they take as many as they choose: a program without "
        "workers as it is."
    ]


def without_result(runs):
    """Return a sentence for every interpreter that has no result at all: why not."""
    points = []
    for interpreter, group in runs.groupby("interpreter"):
        if not group["status"].eq("ok").any():
            status, reason = group[["status", "reason"]].fillna("").value_counts().index[0]
            points.append(
                f"**{interpreter}**: no run has a result; most ended as {status}: {reason}."
            )
    return points
