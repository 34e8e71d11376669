"""The first screen of the report: what to do under which interpreter, and what it saves."""

import pandas as pd

from answers.best import answering_cells, best_cells
from answers.evidence import counted
from answers.ratios import ENOUGH, TRIAL_FACTOR
from report.markdown import figure, markdown, with_spread
from words.labels import names_of, of_libraries
from words.machines import usable_cpus
from words.mechanisms import IMMORTAL, in_groups, inherits, mechanism_of
from words.units import amount, is_own, listed, mib, ratio_in_words, time, workers

REFERENCE = "argument"  # what most programs do first
ADVICE = {
    "by fork": "let forked workers inherit {}",
    "flat and shared": "lay {} out flat and share it",
    "threads": "hand {} to threads",
}
ALONE = "serial"
NO_WORKERS = "use no workers"
OTHERS = "the fastest is"


def answer(study, folder, runs, summary):
    """Return the first screen: the rule, a row for every interpreter, what to know, a figure."""
    chosen = answering_cells(summary)
    if chosen.empty:
        points = without_result(runs)
        return ["No strategy was measured beside another one: there is no answer yet.", *points]
    cell = chosen.iloc[0]
    names = names_of(runs)
    best = best_cells(chosen, counted(runs))
    read = f"{cell['jobs']} jobs" + (
        "" if is_own(cell["workload"]) else " that each read all of it"
    )
    points = [
        *without_result(runs),
        *trials(best),
        *copies(summary, names),
        *nowhere_immortal(runs),
        *scaling(summary, runs, usable_cpus(runs), names),
    ]
    shown = [
        *figure(folder, cell["experiment"], "comparison", "Time and memory by strategy"),
        *figure(folder, cell["experiment"], "time", "Time by strategy"),
    ]
    return [
        rule(chosen, best, names),
        f"Measured on {runs['machine'].mode()[0]}: {amount(cell['size'], cell['workload'])}, "
        f"{read}, {workers(cell['workers'])}. Time from handing the data over to the end of the "
        "last worker, building left out; memory of all processes together, shared pages counted "
        "once (PSS). In brackets: 95 % interval of a ratio, its runs paired by block.",
        markdown(decisions(chosen, best, names, of_libraries(runs))),
        "\n".join(f"- {point}" for point in points),
        *shown[:1],
        answer_table(chosen, names),
    ]


def rule(cells, best, names):
    """Return the answer in a sentence: what to do under which interpreter, against REFERENCE.

    Of a trial only what is twice as fast is said.
    """
    if not best:
        return "No strategy was measured here."
    advice, slower = {}, []
    for interpreter, found in best.items():
        advice.setdefault(what_to_do(found), []).append(names[interpreter])
        for ratio in ratios_of(cells, found, REFERENCE):
            if REFERENCE not in found.strategies and tells(ratio):
                slower.append(f"{ratio_in_words(ratio)} times on {names[interpreter]}")
    text = "; ".join(f"{listed(where)}: {does}" for does, where in advice.items())
    if slower:
        text += ". Do not pass it with the jobs"
    return f"**{text}**" + (f": that takes {listed(slower)} as long." if slower else ".")


def what_to_do(found):
    """Return what to do with the data, in words: of what cannot be told apart, all of it."""
    if found.trial and len(found.strategies) > 1:
        return f"a trial, in which the first {len(found.strategies)} cannot be told apart"
    if ALONE in found.strategies:
        others = [name for name in found.strategies if name != ALONE]
        return NO_WORKERS + (f"; {named(others)} can not be told from that" if others else "")
    does = {}
    for name in found.strategies:
        does.setdefault(advice_on(name), []).append(name)
    parts = [f"{what} ({named(which)})" if what != OTHERS else f"{what} {named(which)}"
             for what, which in does.items()]  # fmt: skip
    return " or ".join(parts)


def named(strategies):
    """Return strategies as a list in a sentence."""
    return listed([f"`{name}`" for name in strategies])


def tells(ratio):
    """Return whether a ratio may be said: its interval lies above 1, or a trial's range above 2."""
    return ratio is not None and ratio.above(1.0) is True


def ratios_of(cells, found, strategy):
    """Return how many times as long a strategy takes as the recommended one; none if not there."""
    own = cells[(cells["interpreter"] == found.interpreter) & (cells["strategy"] == strategy)]
    return [found.against(own.iloc[0])] if len(own) else []


def trials(best):
    """Return a sentence if there are too few blocks to tell small differences."""
    if not any(found.trial for found in best.values()):
        return []
    return [
        f"This is a trial: with fewer than {ENOUGH} blocks of runs nothing is told apart that "
        f"differs by less than {TRIAL_FACTOR} times."
    ]


def advice_on(strategy):
    """Return what to do with the data, by the strategy's mechanism."""
    does = ADVICE.get(mechanism_of(strategy), OTHERS)
    if strategy in IMMORTAL:
        return f"make the data immortal and {does.format('it')}"
    return does.format("the data")


def decisions(cells, best, names, libraries):
    """Return one row for every interpreter: the best, and what people do instead."""
    rows = []
    for interpreter, found in best.items():
        own = cells[cells["interpreter"] == interpreter]
        library = own[own["strategy"].isin(libraries)].sort_values("total_s")
        rows.append(
            {
                "interpreter": names[interpreter],
                "best, least memory first": named(found.strategies),
                "time": with_spread(found.first, "total_s"),
                "memory": mib(found.first["tree_pss_mib"]),
                "without workers": beside(found, own[own["strategy"] == ALONE]),
                "as an argument": beside(found, own[own["strategy"] == REFERENCE]),
                "the fastest library": beside(found, library, say_name=True),
            }
        )
    empty = [key for key in rows[0] if all(row[key] == "–" for row in rows)] if rows else []
    return [{key: row[key] for key in row if key not in empty} for row in rows]


def beside(found, cells, say_name=False):
    """Return time and memory of the first cell, and how many times as long it takes as the best."""
    if cells.empty:
        return "–"
    cell = cells.iloc[0]
    text = f"`{cell['strategy']}` " if say_name else ""
    text += f"{time(cell['total_s'])}, {mib(cell['tree_pss_mib'])}"
    ratio = found.against(cell)
    if ratio is None or cell["strategy"] == found.first["strategy"]:
        return text
    if ratio.above(1.0) is None:
        return f"{text}: not told apart"
    return f"{text}: {ratio_in_words(ratio)} times as long"


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


def copies(summary, names):
    """Return sentences on what a worker has for itself alone, from the largest inherited data.

    Where data was also made immortal, both are compared at the same size.
    """
    own = summary[
        (summary["strategy"].map(inherits) | (summary["strategy"] == "immortal"))
        & (summary["start_method"] == "fork")
        & (summary["n"] > 0)
        & (summary["data_mib"] > 0)
        & summary["workers_uss_mib"].notna()
    ]
    found = []
    for interpreter, cells in own.groupby("interpreter"):
        cells = cells.sort_values(["size", "workers"])
        inherited = cells[cells["strategy"].map(inherits)]
        immortal = cells[cells["strategy"] == "immortal"]
        if len(immortal):
            cell = immortal.iloc[-1]
            same = ["experiment", "size", "workers", "jobs"]
            inherited = inherited[(inherited[same] == cell[same]).all(axis=1)]
        if inherited.empty:
            continue
        cell = inherited.iloc[-1]
        text = f"{names[interpreter]} {mib(cell['workers_uss_mib'])}"
        if len(immortal):
            text += f", immortal {mib(immortal.iloc[-1]['workers_uss_mib'])}"
        found.append(
            f"{text} beside {mib(cell['data_mib'])} of data "
            f"({amount(cell['size'], cell['workload'])})"
        )
    if not found:
        return []
    return [f"What each worker that inherits the data has for itself alone: {'; '.join(found)}."]


def nowhere_immortal(runs):
    """Return a sentence if immortal objects were to be measured and no interpreter has them."""
    tried = runs[runs["strategy"] == "immortal"]
    if tried.empty or tried["status"].ne("unsupported").any():
        return []
    return [
        "Objects that are not copied because they are immortal were measured nowhere: no "
        "interpreter of this study is a CPython from 3.12 on. `make interpreters` installs one."
    ]


def scaling(summary, runs, cpus, names):
    """Return a sentence on what workers gain, against none, where there is most work for them."""
    parts = []
    rows = counted(runs)
    for interpreter, cells in inheriting_cells(summary).groupby("interpreter"):
        work = cells["size"] * cells["jobs"]
        cells = cells[(work == work.max()) & (cells["workers"] <= max(cpus, 2))]
        several = cells.sort_values(["workers", "total_s"]).iloc[-1:]
        group = summary[
            (summary[["experiment", "interpreter", "size", "jobs"]]
             == several.iloc[0][["experiment", "interpreter", "size", "jobs"]]).all(axis=1)
            & (summary["n"] > 0)
        ]  # fmt: skip
        alone = group[group["strategy"] == ALONE]
        if alone.empty or several.iloc[0]["workers"] < 2:
            continue
        found = best_cells(pd.concat([several, alone]), rows).get(interpreter)
        ratio = found.against(alone.iloc[0], several.iloc[0]) if found else None
        if ratio is not None and ratio.blocks > 1:
            cell = several.iloc[0]
            known = ratio.above(1.0) is not None
            gain = f"{ratio_in_words(ratio)} times as fast" if known else "not told apart"
            parts.append(
                f"{names[interpreter]} with {workers(cell['workers'])} {gain} "
                f"{'as' if known else 'from'} without ({amount(cell['size'], cell['workload'])}, "
                f"{cell['jobs']} jobs)"
            )
    return [f"Where there is most work: {'; '.join(parts)}."] if parts else []


def inheriting_cells(summary):
    """Return the cells with a result in which forked workers inherit the data."""
    return summary[
        summary["strategy"].map(inherits)
        & (summary["start_method"] == "fork")
        & (summary["n"] > 0)
        & summary["workers_uss_mib"].notna()
    ]


def answer_table(cells, names):
    """Return all strategies side by side, mechanism by mechanism, folded away."""
    interpreters = sorted(set(cells["interpreter"]))
    rows = []
    for strategy in in_groups(cells.groupby("strategy")["total_s"].min().to_dict()):
        own = cells[cells["strategy"] == strategy].drop_duplicates("interpreter")
        own = own.set_index("interpreter")
        row = {"mechanism": mechanism_of(strategy), "strategy": f"`{strategy}`"}
        for name in interpreters:
            row[names[name]] = in_full(own.loc[name]) if name in own.index else "–"
        rows.append(row)
    table = markdown(rows)
    return (
        f"<details><summary>All {len(rows)} strategies with a result</summary>\n\n{table}\n\n"
        "Time, median (95 % interval, or range with fewer than 4 runs) · memory of all processes "
        "together · memory of one worker that it shares with nobody\n\n</details>"
    )


def in_full(cell):
    """Return a cell's time, the memory of all processes, and what a worker has for itself."""
    parts = [with_spread(cell, "total_s"), mib(cell["tree_pss_mib"])]
    if not pd.isna(cell["workers_uss_mib"]):
        parts.append(mib(cell["workers_uss_mib"]))
    return " · ".join(parts)
