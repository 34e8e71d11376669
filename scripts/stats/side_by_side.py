"""Two studies side by side: the cells that both have, each with the ratio of its times."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from stats.evidence import Evidence
from stats.ratios import Ratio, against, mean_ratio, of_values
from supervisor.columns import IDENTITY
from supervisor.terminal import printable
from tables.read_tables import read_table_of
from tables.types import Floats, Texts
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

    def __init__(self, folder: str | Path, texts: Texts = printable) -> None:
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
    def name(self) -> str:
        """Return how the study is called, its machine behind it."""
        return f"{self.called} ({self.runs['machine'].mode()[0]})"


def in_common(one: Study, other: Study) -> tuple[pd.DataFrame, list[str]]:
    """Return the cells that both have, with `ratio`, and sentences on those that are left out."""
    keys = list(IDENTITY)
    left_out, excluded = [], set()
    for name in sorted({*one.names} & {*other.names}):
        mine, theirs = (study.names[name].split()[0] for study in (one, other))
        if mine != theirs:
            left_out.append(f"`{name}` is {mine} in one and {theirs} in the other")
            excluded.add(name)
    for study, beside in ((one, other), (other, one)):
        only = sorted({*study.names} - {*beside.names})
        if only:
            left_out.append(f"{listed(only)}: only in {study.called}")
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
        first, second = (
            of_values(total_seconds_of(study, named), study.evidence.priors.of("total_s", named))
            for study in (one, other)
        )
        if first and second:
            rows.append(named | {"ratio": against(second, first)})
    return pd.DataFrame(rows), left_out


def total_seconds_of(study: Study, key: Mapping[str, object]) -> Floats:
    """Return the total seconds of a cell's runs that count."""
    rows = study.evidence.counted
    for name, value in key.items():
        rows = rows[rows[name] == value]
    values = rows["total_s"].dropna().to_numpy(float)
    return values[values > 0]


def by_mechanism(common: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Yield ((interpreter, mechanism), cells) of what `in_common` returned, in the usual order."""
    kinds = common.assign(mechanism=common["strategy"].map(mechanism_of))
    order = list(MECHANISMS)
    groups = [
        ((str(interpreter), str(mechanism)), cells)
        for (interpreter, mechanism), cells in kinds.groupby(["interpreter", "mechanism"])
    ]
    yield from sorted(groups, key=lambda one: (one[0][0], order.index(one[0][1])))


def mean_of(cells: pd.DataFrame) -> Ratio:
    """Return the geometric mean of cells' ratios as a `Ratio`, the cells as its sample."""
    return mean_ratio(list(cells["ratio"]))
