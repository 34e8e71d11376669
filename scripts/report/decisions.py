"""The tables of the answer: the best beside what people do instead, and all strategies."""

import pandas as pd

from report.markdown import markdown, with_spread, without_empty
from report.rule import IN_CHUNKS, REFERENCE, strategies_in_words
from stats.best import SERIAL_STRATEGIES
from wording.mechanisms import in_groups, mechanism_of
from wording.memory import moment_of
from wording.units import mib, ratio_in_words, time


def decisions(cells, best, names, libraries):
    """Return one row for every interpreter: the best, and what people do instead."""
    rows = []
    for interpreter, found in best.items():
        own = cells[cells["interpreter"] == interpreter]
        library = own[own["strategy"].isin(libraries)].sort_values("total_s")
        rows.append(
            {
                "interpreter": names[interpreter],
                "best, least memory first": strategies_in_words(found.strategies),
                "time": with_spread(found.first, "total_s"),
                "memory": mib(found.first["memory_mib"]),
                "the fastest with workers": with_workers(found, own),
                "without workers": compared_with_best(
                    found, own[own["strategy"].isin(SERIAL_STRATEGIES)]
                ),
                "as an argument": compared_with_best(found, own[own["strategy"] == REFERENCE]),
                "the same in chunks": compared_with_best(found, own[own["strategy"] == IN_CHUNKS]),
                "the fastest library": compared_with_best(found, library, say_name=True),
            }
        )
    return without_empty(rows)


def with_workers(found, cells):
    """Return the fastest cell that has workers, where what is best has none."""
    if found.first["strategy"] not in SERIAL_STRATEGIES:
        return "–"
    return compared_with_best(
        found,
        cells[~cells["strategy"].isin(SERIAL_STRATEGIES)].sort_values("total_s"),
        say_name=True,
    )


def compared_with_best(found, cells, say_name=False):
    """Return time and memory of the first cell, and how many times as long it takes as the best."""
    if cells.empty:
        return "–"
    cell = cells.iloc[0]
    text = f"`{cell['strategy']}` " if say_name else ""
    text += f"{time(cell['total_s'])}, {mib(cell['memory_mib'])}"
    ratio = found.against(cell)
    if ratio is None or cell["strategy"] == found.first["strategy"]:
        return text
    if ratio.above(1.0) is None:
        return f"{text}: tied"
    return f"{text}: {ratio_in_words(ratio)} times as long"


def answer_table(cells, names, method=None):
    """Return all strategies side by side, mechanism by mechanism, folded away."""
    interpreters = sorted(set(cells["interpreter"]))
    rows = []
    for strategy in in_groups(cells.groupby("strategy")["total_s"].min().to_dict()):
        own = cells[cells["strategy"] == strategy].drop_duplicates("interpreter")
        own = own.set_index("interpreter")
        row = {"mechanism": mechanism_of(strategy), "strategy": f"`{strategy}`"}
        for name in interpreters:
            row[names[name]] = time_and_memory(own.loc[name]) if name in own.index else "–"
        rows.append(row)
    table = markdown(rows)
    return (
        f"<details><summary>All {len(rows)} strategies with a result"
        f"{f', workers started by {method}' if method else ''}</summary>\n\n{table}\n\n"
        "Time, median (95 % interval) · memory of all processes "
        f"together {moment_of(cells)} · private memory of one worker after the last job"
        "\n\n</details>"
    )


def time_and_memory(cell):
    """Return a cell's time, the memory of all processes, and the private memory of a worker."""
    parts = [with_spread(cell, "total_s"), mib(cell["memory_mib"])]
    if not pd.isna(cell["workers_uss_mib"]):
        parts.append(mib(cell["workers_uss_mib"]))
    return " · ".join(parts)
