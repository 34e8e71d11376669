"""Lay two studies side by side: two machines, two interpreters, two months.

What differs between the machines comes first. Seconds are never pooled: a cell that both have gives
a ratio with its interval, many of them a geometric mean. What cannot be compared is named, with the
reason. The claims stand in a grid, and last comes whether the advice would be another.
"""

import argparse
from collections.abc import Hashable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from claims.pickling_table import natural
from report.foreign import as_itself, as_markdown, guarded
from report.render import render
from report.types import Names
from stats.best import answering_cells, answering_methods, best_cells
from stats.ratios import Ratio
from stats.side_by_side import NothingInCommon, Study, by_mechanism, in_common, mean_of
from supervisor.columns import MACHINE

NO_DIFFERENCE = ("started utc", "command", "load average", "memory available mib")
MOST_RATIOS = 20
MeanRatio = tuple[str, str, int, Ratio, int, int, int]
# A claim, its text, an interpreter, both verdicts, whether they differ.
ClaimInBoth = tuple[str, str, str, str | None, str | None, bool]


def main(argv: Sequence[str] | None = None) -> int | str:
    arguments = parse(argv)
    one, other = (Study(folder, guarded) for folder in (arguments.one, arguments.other))
    try:
        figure = arguments.output.with_suffix(".svg")  # by draw_forest
        text = compare(one, other, forest=figure.name if figure.exists() else "")
    except NothingInCommon as problem:
        return as_itself(str(problem))
    arguments.output.write_text(text, encoding="utf-8")
    print(f"the comparison: {arguments.output}")
    return 0


def compare(one: Study, other: Study, forest: str = "") -> str:
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


def differences(one: Study, other: Study) -> list[tuple[str, str | None, str | None]]:
    """Return (what, in the first, in the second) that differs; None where it is not known."""
    first, second = facts_of_study(one), facts_of_study(other)
    pairs = [(what, first.get(what), second.get(what)) for what in first | second]
    return [pair for pair in pairs if pair[1] != pair[2]]


def facts_of_study(study: Study) -> dict[str, str]:
    """Return {what: text} of a study's machine and interpreters, and when it was measured."""
    runs, last = study.runs, study.runs.iloc[-1]
    machine = {name.replace("_", " "): last[name] for name in MACHINE if name in last}
    facts = {what: fact for what, fact in machine.items() if what not in NO_DIFFERENCE}
    facts = {
        what: f"{fact:.6g}" if isinstance(fact, (float, np.floating)) else str(fact)
        for what, fact in facts.items()
        if not pd.isna(fact)
    }
    builds = runs[runs["version"].notna()].groupby("interpreter")[["implementation", "version"]]
    versions = builds.last().agg(" ".join, axis=1)
    return {
        **facts,
        **{str(name): version for name, version in versions.items()},
        "measured": runs["started_utc"].min()[:10],
        "disturbed runs": f"{runs['disturbed'].eq(True).sum()} of {len(runs)}",
    }


def means(common: pd.DataFrame, names: Names) -> list[MeanRatio]:
    """Return (interpreter, mechanism, cells, mean ratio, cells slower, faster, tied) of each."""
    known = [(key, group, [one.above(1.0) for one in group["ratio"]])
             for key, group in by_mechanism(common)]  # fmt: skip
    return [
        (
            names[name],
            mechanism,
            len(group),
            mean_of(group),
            above.count(True),
            above.count(False),
            above.count(None),
        )
        for (name, mechanism), group, above in known
    ]


def most_different(common: pd.DataFrame, names: Names) -> list[dict[Hashable, object]]:
    """Return the cells whose ratio is shown not to be 1, those farthest from it first, as dicts."""
    differ = common[[one.above(1.0) is not None for one in common["ratio"]]]
    far = [-abs(np.log(one.value)) for one in differ["ratio"]]
    differ = differ.assign(far=far, interpreter=differ["interpreter"].map(names))
    return differ.sort_values("far", kind="stable").head(MOST_RATIOS).to_dict("records")


def claims(one: Study, other: Study) -> list[ClaimInBoth]:
    """Return (claim, its text, interpreter, both verdicts, whether they differ) of every claim.

    None for a verdict that a study does not have; nothing differs where it is alone.
    """
    key = ["claim", "interpreter"]
    both = one.verdicts.merge(other.verdicts, on=key, how="outer", suffixes=("", "_other"))
    both = both.astype(object).where(both.notna(), None)
    return [
        (
            row["claim"],
            row["text"] or row["text_other"],
            row["interpreter"],
            row["verdict"],
            row["verdict_other"],
            None not in (row["verdict"], row["verdict_other"])
            and row["verdict"] != row["verdict_other"],
        )
        for row in sorted(
            both.to_dict("records"), key=lambda row: (natural(row["claim"]), row["interpreter"])
        )
    ]


def advice_in_both(one: Study, other: Study) -> list[tuple[str, list[str], list[str], list[str]]]:
    """Return (interpreter, best in both, in the first, in the second) of those that both have."""
    found = []
    for study in (one, other):
        cells = answering_cells(study.summary, answering_methods(study.summary)[0])
        best = best_cells(cells, study.evidence.counted) if len(cells) else {}
        found.append({name: sorted(group.strategies) for name, group in best.items()})
    first, second = found
    return [
        (one.names[name], sorted({*first[name]} & {*second[name]}), first[name], second[name])
        for name in sorted({*first} & {*second})
    ]


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("one", type=Path, help="folder of a study, such as results/published")
    parser.add_argument("other", type=Path, help="folder of another")
    parser.add_argument("output", type=Path, help="a Markdown file")
    return parser.parse_args(argv)
