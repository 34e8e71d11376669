"""The report's section on an experiment that follows a worker's life."""

import pandas as pd

from report.markdown import figure, markdown
from sharing.lifetime import COLLECTED
from stats.lifetimes import LINE, marks_of, medians_by_mark, share_in_words
from wording.units import amount, listed, mib, time
from wording.workloads import sentence_of

SHOWN = ("0.01", "0.1", "1", "1.0", COLLECTED)  # marks in the table; the figure has all


def lifetime_section(name, experiment, folder, rows, names):
    """Return one experiment: question, figure, table, what has no result.

    `rows` are those of lifetimes.csv that belong to the experiment, `names` what the interpreters
    are called; `folder` is only asked whether the figure exists.
    """
    found = medians_by_mark(rows)
    parts = [f"### {name}: {experiment['question']}"]
    sizes = listed(amount(size, experiment["workload"]) for size in experiment["sizes"])
    parts.append(
        f"{sizes} · workload `{experiment['workload']}` ({sentence_of(experiment['workload'])}) · "
        "each worker reads all items once, in a random order of its own, and its memory is "
        "looked at meanwhile and after a full garbage collection"
    )
    if found.empty:
        return [*parts, "No run had a result.", *missing_results(rows, names)]
    shown = [mark for mark in marks_of(found) if mark in SHOWN]
    table = [row_of_line(line, own, shown, names) for line, own in found.groupby(LINE, sort=False)]
    return [
        *parts,
        *figure(folder, name, "lifetime", f"{name}: private memory of a worker over its life"),
        markdown(table),
        "Private memory (USS) of a worker when it has read such a share of the items; a thread has "
        "none. All together: the proportional set size of all processes after the collection. "
        "Medians over workers and runs. Collections: full ones that came by themselves in one "
        "worker. All marks: [lifetimes.csv](lifetimes.csv).",
        *missing_results(rows, names),
    ]


def row_of_line(line, own, shown, names):
    """Return a row of the table: one strategy on one interpreter with one number of workers."""
    interpreter, strategy, method, _, workers = line
    by_mark = own.set_index("mark")
    last = by_mark.loc[[mark for mark in own["mark"] if mark != COLLECTED][-1]]
    end = own.iloc[-1]
    row = {
        "interpreter": names.get(interpreter, interpreter),
        "strategy": f"`{strategy}`",
        "start": method,
        "workers": workers,
    }
    for mark in shown:
        known = mark in by_mark.index and pd.notna(by_mark.loc[mark, "uss_mib"])
        heading = share_in_words(mark) if mark == COLLECTED else f"{share_in_words(mark)} read"
        row[heading] = mib(by_mark.loc[mark, "uss_mib"]) if known else "–"
    row["all together"] = mib(end["tree_pss_mib"])
    row["items/s"] = speed(last["items"], last["reading_s"])
    row["first item after"] = time(last["first_item_s"]) if last["first_item_s"] > 0 else "–"
    row["collections"] = int(last["collections_full"])
    return row


def speed(read, seconds):
    """Return items per second, two digits."""
    return f"{float(f'{read / seconds:.2g}'):_.0f}".replace("_", " ") if seconds > 0 else "–"


def missing_results(rows, names):
    """Return the runs that had no result, a line for each reason."""
    bad = rows[rows["status"] != "ok"]
    if bad.empty:
        return []
    key = ["interpreter", "strategy", "start_method", "status", "reason"]
    groups = bad.fillna({"reason": ""}).groupby(key, sort=True)["workers"].unique()
    lines = [
        f"- `{strategy}` by {method} on {names.get(interpreter, interpreter)}, "
        f"{listed(sorted(workers))} workers: {status}: {reason}"
        for (interpreter, strategy, method, status, reason), workers in groups.items()
    ]
    return ["Without a result:", "\n".join(lines)]
