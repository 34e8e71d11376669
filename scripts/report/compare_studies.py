"""Lay two studies side by side: two machines, two interpreters, two months.

What differs between the machines comes first. Seconds are never pooled: a cell that both have gives
a ratio with its interval, many of them a geometric mean. What cannot be compared is named, with the
reason. The claims stand in a grid, and last comes whether the advice would be another.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from claims.pickling_table import natural
from report.foreign import as_itself, as_markdown, guarded
from report.render import render
from stats.best import answering_cells, answering_methods, best_cells
from stats.ratios import Ratio
from stats.side_by_side import NothingInCommon, Study, by_mechanism, in_common, mean_of
from supervisor.columns import MACHINE

NO_DIFFERENCE = ("started_utc", "command", "load_average", "memory_available_mib")
MOST_RATIOS = 20


def main(argv=None):
    arguments = parse(argv)
    studies = [Study(folder, guarded) for folder in (arguments.one, arguments.other)]
    try:
        figure = arguments.output.with_suffix(".svg")  # by draw_forest
        text = compare(*studies, forest=figure.name if figure.exists() else "")
    except NothingInCommon as problem:
        return as_itself(str(problem))
    arguments.output.write_text(text, encoding="utf-8")
    print(f"the comparison: {arguments.output}")
    return 0


@dataclass(frozen=True)
class Mean:
    """A mechanism's mean ratio; how many of its cells are slower, faster, tied in the second."""

    interpreter: str
    mechanism: str
    cells: int
    ratio: Ratio
    slower: int
    faster: int
    tied: int


@dataclass(frozen=True)
class Advice:
    """The best strategies of an interpreter in both studies, and those that are best in each."""

    interpreter: str
    both: list[str]
    first: list[str]
    second: list[str]


def compare(one, other, forest=""):
    """Return the comparison as Markdown; raises `NothingInCommon`. `forest`: its figure, if any."""
    common, left_out = in_common(one, other)
    if common.empty:
        raise NothingInCommon(
            f"{one.folder} and {other.folder} have no cell in common that has a result: "
            + "; ".join(left_out)
        )
    text = render(
        "comparison.md.j2",
        one=one,
        other=other,
        common=len(common),
        left_out=left_out,
        forest=forest,
        differences=differences(one, other),
        means=means(common, one.names),
        most_different=most_different(common, one.names),
        claims=claims(one, other),
        advice=advice_in_both(one, other),
    )
    return as_markdown(f"{text}\n")


def differences(one, other):
    """Return (what, in the first, in the second) that differs; None where it is not known."""
    last = [study.runs.iloc[-1] for study in (one, other)]
    names = [name for name in MACHINE if name not in NO_DIFFERENCE]
    found = [
        (name.replace("_", " "), *(known_or_none(row[name]) for row in last))
        for name in names
        if all(name in row for row in last)
    ]
    found += [
        (name, *(version_in(study, name) for study in (one, other)))
        for name in sorted({*one.names, *other.names})
    ]
    date, disturbed = (
        [study.runs["started_utc"].min()[:10] for study in (one, other)],
        [(study.runs["disturbed"].eq(True).sum(), len(study.runs)) for study in (one, other)],
    )
    quiet = [f"{hit} of {runs}" for hit, runs in disturbed]
    return [
        *(row for row in found if row[1] != row[2]),
        ("measured", *date),
        ("disturbed runs", *quiet),
    ]


def known_or_none(value):
    """Return a field of a machine, numbers to six digits; None if it is missing."""
    if pd.isna(value):
        return None
    return f"{value:.6g}" if isinstance(value, (float, np.floating)) else str(value)


def version_in(study, name):
    """Return an interpreter's implementation and version in a study, None if it has none."""
    rows = study.runs[(study.runs["interpreter"] == name) & study.runs["version"].notna()]
    return f"{rows.iloc[-1]['implementation']} {rows.iloc[-1]['version']}" if len(rows) else None


def means(common, names):
    """Return the `Mean` of every interpreter and mechanism."""
    found = []
    for (interpreter, mechanism), group in by_mechanism(common):
        known = [one.above(1.0) for one in group["ratio"]]
        counts = map(known.count, (True, False, None))
        called = names.get(interpreter, interpreter)
        found.append(Mean(called, mechanism, len(group), mean_of(group), *counts))
    return found


def most_different(common, names):
    """Return the cells whose ratio is shown not to be 1, those farthest from it first, as dicts."""
    differ = common[[one.above(1.0) is not None for one in common["ratio"]]]
    far = [-abs(np.log(one.value)) for one in differ["ratio"]]
    called = differ["interpreter"].map(lambda name: names.get(name, name))
    differ = differ.assign(far=far, interpreter=called).sort_values("far", kind="stable")
    return differ.head(MOST_RATIOS).to_dict("records")


def claims(one, other):
    """Return (claim, its text, interpreter, both verdicts, whether they differ) of every claim.

    None for a verdict that a study does not have; nothing differs where it is alone.
    """
    tables = [study.verdicts.set_index(["claim", "interpreter"]) for study in (one, other)]
    keys = sorted({*tables[0].index, *tables[1].index}, key=lambda key: (natural(key[0]), key[1]))
    texts = tables[1]["text"].to_dict() | tables[0]["text"].to_dict()
    first, second = (table["verdict"].to_dict() for table in tables)
    return [
        (claim, texts[claim, name], name, *both, None not in both and both[0] != both[1])
        for claim, name in keys
        for both in [(first.get((claim, name)), second.get((claim, name)))]
    ]


def advice_in_both(one, other):
    """Return the `Advice` of every interpreter that both studies have."""
    found = []
    for study in (one, other):
        cells = answering_cells(study.summary, answering_methods(study.summary)[0])
        best = best_cells(cells, study.evidence.counted) if len(cells) else {}
        found.append({name: sorted(group.strategies) for name, group in best.items()})
    return [
        Advice(
            one.names.get(name, name),
            [strategy for strategy in found[0][name] if strategy in found[1][name]],
            found[0][name],
            found[1][name],
        )
        for name in sorted({*found[0]} & {*found[1]})
    ]


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("one", type=Path, help="folder of a study, such as results/published")
    parser.add_argument("other", type=Path, help="folder of another")
    parser.add_argument("output", type=Path, help="a Markdown file")
    return parser.parse_args(argv)
