"""Two studies side by side: the cells that both have, each with the ratio of its times."""

from pathlib import Path

import pandas as pd

from stats.evidence import Evidence
from stats.ratios import against, mean_ratio, of_values
from supervisor.columns import IDENTITY
from supervisor.terminal import printable
from tables.read_tables import read_table_of
from wording.labels import names_of
from wording.mechanisms import MECHANISMS, mechanism_of
from wording.units import cells as cells_in_words
from wording.units import listed


class NothingInCommon(Exception):
    """Why two studies have nothing to compare, in one sentence."""


class Study:
    """A study's tables, from its folder or from one that was published.

    All texts of others as `texts` returns them.
    """

    def __init__(self, folder, texts=printable):
        for name in ("runs", "jobs", "summary"):
            if not any(Path(folder).glob(f"{name}.csv*")):
                raise SystemExit(f"{folder} is no study that has ended: there is no {name}.csv")
        self.folder = Path(folder)
        self.called = texts(self.folder.name)
        self.evidence = Evidence.read(folder, texts)
        self.runs, self.summary = self.evidence.runs, self.evidence.summary
        self.names = names_of(self.runs)
        self.verdicts = read_table_of(folder, "verdicts", texts)

    @property
    def name(self):
        """Return how the study is called, its machine behind it."""
        return f"{self.called} ({self.runs['machine'].mode()[0]})"


def in_common(one, other):
    """Return the cells that both have, with `ratio`, and sentences on those that are left out."""
    keys = list(IDENTITY)
    left_out, excluded = [], set()
    for name in sorted({*one.names} & {*other.names}):
        mine, theirs = (study.names[name].split()[0] for study in (one, other))
        if mine != theirs:
            left_out.append(f"`{name}` is {mine} in one and {theirs} in the other")
            excluded.add(name)
    for mine, theirs in ((one, other), (other, one)):
        only = sorted({*mine.names} - {*theirs.names})
        if only:
            left_out.append(f"{listed(only)}: only in {mine.called}")
    tables = [study.summary[study.summary["n"] > 0].set_index(keys) for study in (one, other)]
    both = tables[0].index.intersection(tables[1].index)
    alone = [table.index.difference(both) for table in tables]
    for study, rest in zip((one, other), alone, strict=True):
        if len(rest):
            left_out.append(f"{cells_in_words(len(rest))} with a result only in {study.called}")
    rows = []
    for key in both:
        named = dict(zip(keys, key, strict=True))
        if named["interpreter"] in excluded:
            continue
        ratios = [
            of_values(total_seconds_of(study, named), study.evidence.priors.times)
            for study in (one, other)
        ]
        if all(ratios):
            rows.append(named | {"ratio": against(ratios[1], ratios[0])})
    return pd.DataFrame(rows), left_out


def total_seconds_of(study, key):
    """Return the total seconds of a cell's runs that count."""
    rows = study.evidence.counted
    for name, value in key.items():
        rows = rows[rows[name] == value]
    values = rows["total_s"].dropna().to_numpy(float)
    return values[values > 0]


def by_mechanism(common):
    """Yield ((interpreter, mechanism), cells) of what `in_common` returned, in the usual order."""
    kinds = common.assign(mechanism=common["strategy"].map(mechanism_of))
    order = list(MECHANISMS)
    yield from sorted(
        kinds.groupby(["interpreter", "mechanism"]),
        key=lambda one: (one[0][0], order.index(one[0][1])),
    )


def mean_of(cells):
    """Return the geometric mean of cells' ratios as a `Ratio`, the cells as its sample."""
    return mean_ratio(list(cells["ratio"]))
