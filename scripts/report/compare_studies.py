"""Lay two studies side by side: two machines, two interpreters, two months.

What differs between the machines comes first. Seconds are never pooled: a cell that both have gives
a ratio with its interval, many of them a geometric mean. What cannot be compared is named, with the
reason. The claims stand in a grid, and last comes whether the advice would be another.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from claims.pickling_table import natural
from report.foreign import as_itself, as_markdown, guarded
from report.markdown import markdown
from stats.best import answering_cells, answering_methods, best_cells
from stats.side_by_side import NothingInCommon, Study, by_mechanism, in_common, mean_of
from supervisor.columns import MACHINE
from wording.units import cells as cells_in_words
from wording.units import listed, ratio_in_words

BEYOND = ("machine", "started_utc", "command", "load_average", "memory_available_mib")
MOST_RATIOS = 20


def main(argv=None):
    arguments = parse(argv)
    studies = [Study(folder, guarded) for folder in (arguments.one, arguments.other)]
    try:
        text = compare(*studies, forest=drawn(arguments.output))
    except NothingInCommon as problem:
        return as_itself(str(problem))
    arguments.output.write_text(text, encoding="utf-8")
    print(f"the comparison: {arguments.output}")
    return 0


def compare(one, other, forest=()):
    """Return the comparison as Markdown; raises `NothingInCommon`. `forest`: its figure, if any."""
    common, left_out = in_common(one, other)
    if common.empty:
        raise NothingInCommon(
            f"{one.folder} and {other.folder} have no cell in common that has a result: "
            + "; ".join(left_out)
        )
    parts = [
        f"# {one.name} and {other.name}, side by side",
        "## What differs",
        markdown(differences(one, other)),
        "## How many times as long the second takes as the first",
        f"{cells_in_words(len(common))} in common; a ratio of unpaired runs, 95 % interval "
        "(Welch). By mechanism the geometric mean over cells; above 1 the second is slower.",
        markdown(means(common, one.names)),
        *forest,
        "Those that differ most:",
        markdown(most_different(common, one.names)),
    ]
    if left_out:
        parts += ["Not compared:", "\n".join(f"- {reason}" for reason in left_out)]
    parts += ["## The claims", markdown(claims(one, other))]
    parts += ["## The advice", "\n".join(f"- {line}" for line in advice_in_both(one, other))]
    return as_markdown("\n\n".join(parts) + "\n")


def drawn(output):
    """Return the figure beside the comparison as Markdown, if draw_forest has drawn it."""
    figure = output.with_suffix(".svg")
    return [f"![Ratios by interpreter and mechanism]({figure.name})"] if figure.exists() else []


def differences(one, other):
    """Return what differs between the machines, the interpreters and the studies, as rows."""
    rows = []
    last = [study.runs.iloc[-1] for study in (one, other)]
    for name in MACHINE:
        if name in BEYOND[1:] or any(name not in row for row in last):
            continue
        mine, theirs = (row[name] for row in last)
        if (pd.isna(mine) and pd.isna(theirs)) or mine == theirs:
            continue
        first, second = fact_in_words(mine), fact_in_words(theirs)
        rows.append({"": name.replace("_", " "), "first": first, "second": second})
    for name in sorted({*one.names, *other.names}):
        versions = [version_in(study, name) for study in (one, other)]
        if versions[0] != versions[1]:
            rows.append({"": f"`{name}`", "first": versions[0], "second": versions[1]})
    dates = [study.runs["started_utc"].min()[:10] for study in (one, other)]
    rows.append({"": "measured", "first": dates[0], "second": dates[1]})
    quiet = [number_disturbed(study) for study in (one, other)]
    rows.append({"": "disturbed runs", "first": quiet[0], "second": quiet[1]})
    return rows


def version_in(study, name):
    """Return an interpreter's implementation and version in a study."""
    rows = study.runs[(study.runs["interpreter"] == name) & study.runs["version"].notna()]
    return f"{rows.iloc[-1]['implementation']} {rows.iloc[-1]['version']}" if len(rows) else "–"


def number_disturbed(study):
    """Return how many of a study's runs were disturbed."""
    return f"{study.runs['disturbed'].eq(True).sum()} of {len(study.runs)}"


def fact_in_words(value):
    """Return a fact of a machine in words."""
    if pd.isna(value):
        return "unknown"
    return f"{value:.6g}" if isinstance(value, (float, np.floating)) else str(value)


def means(common, names):
    """Return a row for every interpreter and mechanism: the mean ratio, and how many differ."""
    rows = []
    for (interpreter, mechanism), group in by_mechanism(common):
        known = [one.above(1.0) for one in group["ratio"]]
        rows.append(
            {
                "interpreter": names.get(interpreter, interpreter),
                "mechanism": mechanism,
                "cells": len(group),
                "mean ratio": ratio_in_words(mean_of(group)),
                "slower": known.count(True),
                "faster": known.count(False),
                "tied": known.count(None),
            }
        )
    return rows


def most_different(common, names):
    """Return the cells whose ratio is shown not to be 1, those farthest from it first."""
    differ = common[[one.above(1.0) is not None for one in common["ratio"]]]
    if differ.empty:
        return [{"": "all are tied"}]
    far = [abs(np.log(one.value)) for one in differ["ratio"]]
    differ = differ.assign(far=far).sort_values("far", ascending=False).head(MOST_RATIOS)
    return [
        {
            "experiment": row["experiment"],
            "interpreter": names.get(row["interpreter"], row["interpreter"]),
            "strategy": f"`{row['strategy']}`",
            "start": row["start_method"],
            "size": row["size"],
            "workers": row["workers"],
            "jobs": row["jobs"],
            "ratio": ratio_in_words(row["ratio"]),
        }
        for _, row in differ.iterrows()
    ]


def claims(one, other):
    """Return the grid of claims: what became of each in both studies."""
    tables = [study.verdicts.set_index(["claim", "interpreter"]) for study in (one, other)]
    keys = sorted({*tables[0].index, *tables[1].index}, key=lambda key: (natural(key[0]), key[1]))
    rows = []
    for key in keys:
        found = [table.loc[key] if key in table.index else None for table in tables]
        said = ["–" if row is None else row["verdict"] for row in found]
        claim = next(row["text"] for row in found if row is not None)
        both = "" if said[0] == said[1] else "differ" if "–" not in said else "only one"
        rows.append(
            {"claim": f"{key[0]} {claim}", "interpreter": key[1], "first": said[0],
             "second": said[1], "": both}
        )  # fmt: skip
    return rows


def advice_in_both(one, other):
    """Return a sentence for every interpreter: what is best in both, and whether that agrees."""
    found = []
    for study in (one, other):
        cells = answering_cells(study.summary, answering_methods(study.summary)[0])
        best = best_cells(cells, study.evidence.counted) if len(cells) else {}
        found.append({name: set(group.strategies) for name, group in best.items()})
    lines = []
    for name in sorted({*found[0]} & {*found[1]}):
        both = found[0][name] & found[1][name]
        called = one.names.get(name, name)
        if both:
            lines.append(
                f"{called}: the same; among the best in both are "
                f"{listed([f'`{strategy}`' for strategy in sorted(both)])}."
            )
        else:
            first, second = (listed([f"`{s}`" for s in sorted(best[name])]) for best in found)
            lines.append(
                f"{called}: **another one**: {first} in the first, {second} in the second."
            )
    return lines or ["No interpreter is in both."]


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("one", type=Path, help="folder of a study, such as results/published")
    parser.add_argument("other", type=Path, help="folder of another")
    parser.add_argument("output", type=Path, help="a Markdown file")
    return parser.parse_args(argv)
