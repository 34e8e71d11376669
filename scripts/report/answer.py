"""The first screen of the report: what to do under which interpreter, and what it saves."""

import pandas as pd

from report.markdown import figure, markdown, with_spread
from words.labels import names_of, of_libraries
from words.machines import usable_cpus
from words.mechanisms import IMMORTAL, in_groups, inherits, mechanism_of
from words.units import amount, is_own, listed, mib, ratio, time, workers

REFERENCE = "argument"  # what most programs do first
CLOSE = 1.1  # times the least time or memory: no difference
ADVICE = {
    "by fork": "let forked workers inherit {}",
    "flat and shared": "lay {} out flat and share it",
    "threads": "hand {} to threads",
}
OTHERS = "the fastest is"


def answer(study, folder, runs, summary):
    """Return the first screen: the rule, a row for every interpreter, what to know, a figure."""
    chosen = answering_cells(study, summary)
    if chosen.empty:
        points = without_result(runs)
        return ["No strategy was measured beside another one: there is no answer yet.", *points]
    cell = chosen.iloc[0]
    names = names_of(runs)
    best = best_cells(chosen, runs)
    read = f"{cell['jobs']} jobs" + (
        "" if is_own(cell["workload"]) else " that each read all of it"
    )
    points = [
        *without_result(runs),
        *too_little_work(chosen, best, names),
        *copies(summary, names),
        *nowhere_immortal(runs),
        *scaling(summary, usable_cpus(runs), names),
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
        "once (PSS).",
        markdown(decisions(chosen, best, names, of_libraries(runs))),
        "\n".join(f"- {point}" for point in points),
        *shown[:1],
        answer_table(chosen, names),
    ]


def best_cells(cells, runs):
    """Return the best cell of every interpreter, by its label.

    The fastest with workers, or of those nearly as fast the one with least memory. Threads take
    part where there is no GIL; with one they are as fast as no workers, at best.
    """
    free = set(runs.loc[runs["gil"].eq(False), "interpreter"])
    libraries = of_libraries(runs)
    found = {}
    for interpreter, group in cells[cells["strategy"] != "serial"].groupby("interpreter"):
        if interpreter not in free:
            group = group[group["strategy"].map(mechanism_of) != "threads"]
        if len(group):
            found[interpreter] = best_of(group, libraries)
    return found


def best_of(cells, libraries):
    """Return the fastest of those that need least memory, of those that are as fast as any.

    As fast is who is near the fastest, or whose runs overlap with those of the fastest. A library
    is the best only if nothing without one is as good.
    """
    first = cells.loc[cells["total_s"].idxmin()]
    near = cells["total_s"] <= CLOSE * first["total_s"]
    as_fast = cells[near | (cells["total_s_min"] <= first["total_s_max"])]
    small = as_fast[as_fast["tree_pss_mib"] <= CLOSE * as_fast["tree_pss_mib"].min()]
    without = small[~small["strategy"].isin(libraries)]
    best = without if len(without) else small
    return best.loc[best["total_s"].idxmin()]


def rule(cells, best, names):
    """Return the answer in a sentence: what to do under which interpreter, against REFERENCE."""
    if not best:
        return "No strategy with workers was measured here."
    advice, slower = {}, []
    for interpreter, cell in best.items():
        does = advice_on(cell["strategy"])
        advice.setdefault(does, []).append((names[interpreter], cell["strategy"]))
        own = cells[cells["interpreter"] == interpreter].set_index("strategy")["total_s"]
        if REFERENCE in own and cell["strategy"] != REFERENCE:
            slower.append(
                f"{ratio(own[REFERENCE] / cell['total_s'])} times on {names[interpreter]}"
            )
    parts = []
    for does, group in advice.items():
        where = listed(dict.fromkeys(name for name, _ in group))
        what = " or ".join(dict.fromkeys(f"`{strategy}`" for _, strategy in group))
        parts.append(f"{where}: {does} {what if does == OTHERS else f'({what})'}")
    text = "; ".join(parts)
    if slower:
        text += ". Do not pass it with the jobs"
    return f"**{text}**" + (f": that takes {listed(slower)} as long." if slower else ".")


def advice_on(strategy):
    """Return what to do with the data, by the strategy's mechanism."""
    does = ADVICE.get(mechanism_of(strategy), OTHERS)
    if strategy in IMMORTAL:
        return f"make the data immortal and {does.format('it')}"
    return does.format("the data")


def decisions(cells, best, names, libraries):
    """Return one row for every interpreter: the best, and what people do instead."""
    rows = []
    for interpreter, cell in best.items():
        own = cells[cells["interpreter"] == interpreter]
        library = own["strategy"].isin(libraries)
        rows.append(
            {
                "interpreter": names[interpreter],
                "best": f"`{cell['strategy']}`",
                "time": with_spread(cell, "total_s"),
                "memory": mib(cell["tree_pss_mib"]),
                "as an argument": short(own[own["strategy"] == REFERENCE]),
                "the fastest library": short(own[library].sort_values("total_s"), named=True),
                "without workers": short(own[own["strategy"] == "serial"]),
            }
        )
    empty = [key for key in rows[0] if all(row[key] == "–" for row in rows)] if rows else []
    return [{key: row[key] for key in row if key not in empty} for row in rows]


def short(cells, named=False):
    """Return time and memory of the first cell in words; a dash if there is none."""
    if cells.empty:
        return "–"
    cell = cells.iloc[0]
    name = f"`{cell['strategy']}` " if named else ""
    return f"{name}{time(cell['total_s'])}, {mib(cell['tree_pss_mib'])}"


def answering_cells(study, summary):
    """Return the cells that answer the question best: one size and number of workers.

    Of the experiment with most strategies under fork, the size at which most of them have a
    result (the larger if equal), with as many workers as the next greater than one, so that
    there is something to share.
    """
    good = summary[(summary["n"] > 0) & summary["start_method"].isin(["fork", "own", "none"])]
    good = good[good["size"] > 0]
    if good.empty or good["strategy"].nunique() < 2:
        return good.iloc[:0]
    experiment = good.groupby("experiment")["strategy"].nunique().idxmax()
    good = good[good["experiment"] == experiment]
    counts = good.groupby("size")["strategy"].nunique()
    # A large size that some strategies cannot reach says more than a small one that all can.
    size = counts[counts >= max(2, 0.6 * counts.max())].index.max()
    good = good[good["size"] == size]
    several = sorted(set(good["workers"]) - {1})
    chosen = several[0] if several else 1
    jobs = good["jobs"].max()
    alone = good["start_method"].eq("none") & good["strategy"].eq("serial")
    good = good[((good["workers"] == chosen) | alone) & (good["jobs"] == jobs)]
    return good.assign(order=good["workers"].ne(chosen)).sort_values(["order", "total_s"])


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


def too_little_work(cells, best, names):
    """Return a sentence on the interpreters under which no workers at all are faster."""
    serial = cells[cells["strategy"] == "serial"].set_index("interpreter")["total_s"]
    faster = [
        f"{names[name]} {time(serial[name])}"
        for name, cell in best.items()
        if name in serial and serial[name] < cell["total_s"]
    ]
    if not faster:
        return []
    return [f"Without workers it is faster still, for so little work: {', '.join(faster)}."]


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


def scaling(summary, cores, names):
    """Return a sentence on what workers gain where there is most work for them."""
    parts = []
    inherited = inheriting_cells(summary)
    for interpreter, cells in inherited.groupby("interpreter"):
        work = cells["size"] * cells["jobs"]
        most = cells[work == work.max()]
        most = most[most["strategy"] == most["strategy"].iloc[0]].set_index("workers")["total_s"]
        several = [number for number in most.index if 1 < number <= max(cores, 2)]
        if 1 in most.index and several:
            cell = cells.loc[work.idxmax()]
            parts.append(
                f"{names[interpreter]} {ratio(most[1] / most[max(several)])} times as fast with "
                f"{workers(max(several))} as with 1 ({amount(cell['size'], cell['workload'])}, "
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
        "Time, median (95 % interval, or range with fewer than 5 runs) · memory of all processes "
        "together · memory of one worker that it shares with nobody\n\n</details>"
    )


def in_full(cell):
    """Return a cell's time, the memory of all processes, and what a worker has for itself."""
    parts = [with_spread(cell, "total_s"), mib(cell["tree_pss_mib"])]
    if not pd.isna(cell["workers_uss_mib"]):
        parts.append(mib(cell["workers_uss_mib"]))
    return " · ".join(parts)
