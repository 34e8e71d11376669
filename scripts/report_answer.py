"""The first screen of the report: the answer in a sentence, a table and a figure."""

import pandas as pd

from report_markdown import figure, markdown, with_spread
from units import amount, is_own, mib, ratio, time, workers

REFERENCE = "argument"  # what most programs do first
INHERITING = ("global", "closure", "initializer", "module_global")  # by fork


def answer(study, folder, runs, summary):
    """Return the first screen: the rule, a sentence for every interpreter, a table, a figure."""
    chosen = answering_cells(study, summary)
    if chosen.empty:
        points = without_result(runs)
        return ["No strategy was measured beside another one: there is no answer yet.", *points]
    cell = chosen.iloc[0]
    machine = runs["machine"].mode()[0]
    read = f"{cell['jobs']} jobs" + (
        "" if is_own(cell["workload"]) else " that each read all of it"
    )
    points = [sentence(name, group) for name, group in chosen.groupby("interpreter")]
    points += without_result(runs)
    points += [memory(chosen)]
    points += [*scaling(summary, runs["physical_cores"].max()), *private_memory(summary)]
    return [
        rule(chosen),
        f"Measured on {machine}; the table: {amount(cell['size'], cell['workload'])}, {read}, "
        f"{workers(cell['workers'])}.",
        "\n".join(f"- {point}" for point in points),
        answer_table(chosen),
        *figure(folder, cell["experiment"], "time", "Time by strategy"),
    ]


def rule(cells):
    """Return the answer in a sentence: what is fastest with worker processes, against REFERENCE."""
    best, slower = {}, {}
    for interpreter, group in cells[cells["start_method"] != "none"].groupby("interpreter"):
        times = group.set_index("strategy")["total_s"]
        best[interpreter] = times.idxmin()
        if REFERENCE in times:
            slower[interpreter] = times[REFERENCE] / times.min()
    if not best:
        return "No strategy with worker processes was measured here."
    names = " or ".join(f"`{name}`" for name in dict.fromkeys(best.values()))
    if set(best.values()) <= set(INHERITING):
        text = f"**Let forked workers inherit the data ({names}); do not pass it with the jobs"
    else:
        text = f"**With worker processes the fastest is {names}"
    compared = " and ".join(f"{ratio(times)} times on {name}" for name, times in slower.items())
    return f"{text}**" + (f": as an argument it takes {compared} as long." if compared else ".")


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


def sentence(interpreter, cells):
    """Return the answer for one interpreter: the fastest with worker processes, and without."""
    shared = cells[cells["start_method"] != "none"]
    if shared.empty:
        return f"**{interpreter}**: no strategy with worker processes has a result."
    best = shared.loc[shared["total_s"].idxmin()]
    text = f"**{interpreter}**: `{best['strategy']}` {time(best['total_s'])}"
    reference = cells[cells["strategy"] == REFERENCE]
    if len(reference) and best["strategy"] != REFERENCE:
        text += f", as an argument {time(reference.iloc[0]['total_s'])}"
    serial = cells[cells["strategy"] == "serial"]
    if len(serial):
        alone = serial.iloc[0]["total_s"]
        text += f"; without workers {time(alone)}"
        if alone < best["total_s"]:
            text += ": for so little work they do not pay"
    return text + "."


def without_result(runs):
    """Return a sentence for every interpreter that has no result at all: why not."""
    points = []
    for interpreter, group in runs.groupby("interpreter"):
        if not group["status"].eq("ok").any():
            status, reason = group[["status", "reason"]].fillna("").value_counts().index[0]
            points.append(f"**{interpreter}**: no run has a result; most are {status}: {reason}.")
    return points


def memory(cells):
    """Return a sentence on the memory of the fastest strategy with workers and of the others."""
    parts = []
    for interpreter, group in cells.groupby("interpreter"):
        shared = group[group["start_method"] != "none"]
        named = [shared.loc[shared["total_s"].idxmin(), "strategy"]] if len(shared) else []
        found = group.drop_duplicates("strategy").set_index("strategy")["tree_pss_mib"].dropna()
        named = [name for name in dict.fromkeys([*named, REFERENCE, "serial"]) if name in found]
        if named:
            listed = ", ".join(f"`{name}` {mib(found[name])}" for name in named)
            parts.append(f"{interpreter} {listed}")
    return f"Memory of all processes together: {'; '.join(parts) or 'unknown'}."


def scaling(summary, cores):
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
                f"{interpreter} {ratio(most[1] / most[max(several)])} times as fast with "
                f"{workers(max(several))} as with 1 ({amount(cell['size'], cell['workload'])}, "
                f"{cell['jobs']} jobs)"
            )
    return [f"Where there is most work: {'; '.join(parts)}."] if parts else []


def private_memory(summary):
    """Return a sentence on what inheriting copies, from the largest inherited data.

    Not of a strategy that builds the data itself: how large it is there is not known.
    """
    parts = []
    inherited = inheriting_cells(summary)
    for interpreter, cells in inherited[inherited["data_mib"] > 0].groupby("interpreter"):
        cell = cells.sort_values(["size", "workers"]).iloc[-1]
        parts.append(
            f"{interpreter} {mib(cell['workers_uss_mib'])} beside {mib(cell['data_mib'])} of data "
            f"({amount(cell['size'], cell['workload'])})"
        )
    if not parts:
        return []
    return [f"What a worker that inherits the data has for itself alone: {'; '.join(parts)}."]


def inheriting_cells(summary):
    """Return the cells with a result in which forked workers inherit the data."""
    return summary[
        summary["strategy"].isin(INHERITING)
        & (summary["start_method"] == "fork")
        & (summary["n"] > 0)
        & summary["workers_uss_mib"].notna()
    ]


def answer_table(cells):
    """Return the strategies side by side, fastest first."""
    interpreters = sorted(set(cells["interpreter"]))
    rows = []
    for strategy, group in cells.groupby("strategy"):
        row = {"strategy": f"`{strategy}`"}
        for name in interpreters:
            own = group[group["interpreter"] == name]
            cell = own.iloc[0] if len(own) else None
            row[f"{name}: time"] = "–" if cell is None else with_spread(cell, "total_s")
            row[f"{name}: memory"] = "–" if cell is None else mib(cell["tree_pss_mib"])
            row[f"{name}: private"] = (
                "–" if cell is None or pd.isna(cell["workers_uss_mib"])
                else mib(cell["workers_uss_mib"])
            )  # fmt: skip
        rows.append((group["total_s"].min(), row))
    rows.sort(key=lambda pair: pair[0])
    table = markdown([row for _, row in rows])
    return (
        f"{table}\n\ntime: from handing the data over to the end of the last worker, building "
        "left out, median (95 % interval, or range with fewer than 5 runs) · memory: "
        "proportional set size of all processes together · private: memory of one worker that "
        "it shares with nobody"
    )
