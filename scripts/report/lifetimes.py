"""The first screen's point on a worker's life."""

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
from wording.units import amount, listed, mib

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
