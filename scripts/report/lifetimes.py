"""The report's section on an experiment that follows a worker's life."""

import pandas as pd

from report.inheriting import MOST_COPIED
from report.markdown import figure, markdown
from sharing.lifetime import COLLECTED
from stats.lifetimes import (
    ALIKE_BY,
    marks_of,
    medians_by_mark,
    most_compared,
    share_in_words,
)
from wording.units import amount, listed, mib, time
from wording.workloads import sentence_of

ON_FIRST_SCREEN = ("global", "gc_collect", "gc_freeze", "immortal", "packed")
SHOWN = ("0.01", "0.1", "1", "1.0", COLLECTED)  # marks in the table; the figure has all


def over_a_life(rows, names, folder):
    """Return the point of the first screen: a worker's memory, by how much it has read.

    `rows` are those of lifetimes.csv: of its experiments the one with most strategies that are
    shown here is taken, with the number of workers that most of them have. None without any.
    """
    good = rows[(rows["status"] == "ok") & rows["uss_mib"].notna()]
    good = good[good["strategy"].isin(ON_FIRST_SCREEN) & (good["start_method"] == "fork")]
    if good.empty:
        return None
    name = good.groupby("experiment")["strategy"].nunique().idxmax()
    own = most_compared(good[good["experiment"] == name])
    found = medians_by_mark(own)
    shown = [mark for mark in marks_of(found) if mark in SHOWN]
    table = []
    for (interpreter, strategy), line in found.groupby(["interpreter", "strategy"], sort=True):
        by_mark = line.set_index("mark")["uss_mib"]
        table.append(
            {"private memory": names.get(interpreter, interpreter), "": f"`{strategy}`"}
            | {heading_of(mark): mib(by_mark[mark]) for mark in shown if mark in by_mark}
            | {"the data": mib(line["data_mib"].median())}
        )
    first = own.iloc[0]
    data = f"{amount(first['size'], first['workload'])}, `{first['workload']}`"
    return [
        f"{what_grows(found, names)} Private memory of a forked worker that has read so much of "
        f"{data}, in random order:",
        markdown(table),
        *figure(folder, name, "lifetime", "Private memory of a worker over its life"),
    ]


def what_grows(found, names):
    """Return in a sentence on which interpreters a worker copies over a quarter of the data.

    As it reads, and where it does not at once when it collects garbage.
    """
    reading, collecting = set(), set()
    for (interpreter, *_), line in found.groupby(ALIKE_BY):
        copied = line["uss_mib"] > line["uss_mib"].iloc[0] + MOST_COPIED * line["data_mib"].median()
        if copied[line["mark"] != COLLECTED].any():
            reading.add(names.get(interpreter, interpreter))
        elif copied.any():
            collecting.add(names.get(interpreter, interpreter))
    parts = [f"as it reads on {listed(sorted(reading))}"] if reading else []
    parts += [f"when it collects garbage on {listed(sorted(collecting))}"] if collecting else []
    if not parts:
        return "**A worker's memory stays shared.**"
    return f"**A worker copies the data** {', and by some strategies '.join(parts)}."


def heading_of(mark):
    """Return a mark as the heading of a column."""
    return share_in_words(mark) if mark == COLLECTED else f"{share_in_words(mark)} read"


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
    table = [
        row_of_line(line, own, shown, names) for line, own in found.groupby(ALIKE_BY, sort=False)
    ]
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
        row[heading_of(mark)] = mib(by_mark.loc[mark, "uss_mib"]) if known else "–"
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
