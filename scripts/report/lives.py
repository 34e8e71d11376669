"""An experiment that follows workers over their lives: private memory by how much was read."""

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from report.cell_facts import figures_of
from report.types import Names
from sharing.lifetime import COLLECTED
from stats.lifetimes import ALIKE_BY, begins_with_a_copy, marks_of, medians_by_mark
from tables.contributed import AskedExperiment
from wording.workloads import sentence_of

MARKS_SHOWN = ("0.01", "0.1", "1", "1.0", COLLECTED)  # in the table; the figure has all
A_COPY = 0.25  # of the data: a worker that gains so much has copied it


@dataclass(frozen=True)
class LifeFacts:
    """One strategy on one interpreter: medians over workers and runs, sizes in MiB.

    `private_mib` by mark, None where it is not known; `tree_mib` of all processes at the end;
    `copies` "beginning" where a worker holds all data before it reads, "reading" or "collecting"
    when it gains a quarter of the data, "never", or "" where it has no private memory.
    """

    interpreter: str
    strategy: str
    start_method: str
    workers: int
    private_mib: list[float | None]
    tree_mib: float
    items_per_s: float | None
    first_item_s: float | None
    collections: int
    copies: str


@dataclass(frozen=True)
class LifetimeFacts:
    """One experiment; `missing`: dicts of what had no result, with the numbers of workers."""

    name: str
    asked: AskedExperiment
    does: str | None
    marks: list[str]
    lives: list[LifeFacts]
    figures: dict[str, str]
    missing: list[dict[Hashable, object]]

    def copying(self, when: str) -> list[tuple[list[str], list[str]]]:
        """Return (interpreters, strategies) whose workers copy the data at a time."""
        by_interpreter: dict[str, list[str]] = {}
        for one in self.lives:
            strategies = by_interpreter.setdefault(one.interpreter, [])
            if one.copies == when and one.strategy not in strategies:
                strategies.append(one.strategy)
        alike: dict[tuple[str, ...], list[str]] = {}
        for interpreter, strategies in by_interpreter.items():
            alike.setdefault(tuple(strategies), []).append(interpreter)
        return [(interpreters, list(own)) for own, interpreters in alike.items() if own]


def lifetime_facts(
    name: str, experiment: AskedExperiment, folder: Path, rows: pd.DataFrame, names: Names
) -> LifetimeFacts:
    """Return one experiment's facts.

    `rows` are those of lifetimes.csv that belong to the experiment, `names` what the interpreters
    are called; `folder` is only asked which figures exist.
    """
    rows = rows.assign(interpreter=rows["interpreter"].replace(names))
    found = medians_by_mark(rows)
    marks = [mark for mark in marks_of(found) if mark in MARKS_SHOWN]
    bad = rows[rows["status"] != "ok"].fillna({"reason": ""})
    key = ["interpreter", "strategy", "start_method", "status", "reason"]
    return LifetimeFacts(
        name,
        experiment,
        sentence_of(experiment["workload"]),
        marks,
        [facts_of_life(own, marks) for _, own in found.groupby(ALIKE_BY, sort=False)],
        figures_of(folder, name, ["lifetime"]),
        bad.groupby(key)["workers"].unique().map(sorted).reset_index().to_dict("records"),
    )


def facts_of_life(own: pd.DataFrame, marks: list[str]) -> LifeFacts:
    """Return a `LifeFacts` of the rows of a line by mark."""
    reading = own[own["mark"] != COLLECTED]
    last, private = reading.iloc[-1], own.set_index("mark")["uss_mib"]
    copied = own["uss_mib"] > own["uss_mib"].iloc[0] + A_COPY * own["data_mib"].median()
    when = "reading" if copied[reading.index].any() else "collecting" if copied.any() else "never"
    if begins_with_a_copy(own).iloc[0]:
        when = "beginning"
    values = private.reindex(marks)
    return LifeFacts(
        last["interpreter"],
        last["strategy"],
        last["start_method"],
        last["workers"],
        list(values.astype(object).where(values.notna(), None)),
        own.iloc[-1]["tree_pss_mib"],
        last["items"] / last["reading_s"] if last["reading_s"] > 0 else None,
        last["first_item_s"] if last["first_item_s"] > 0 else None,
        int(last["collections_full"]),
        when if private.notna().any() else "",
    )
