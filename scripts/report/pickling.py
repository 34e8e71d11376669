"""An experiment that asks what can be pickled."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from claims.pickling_table import PICKLES, headings_of, kinds_of, pickling_message
from report.cell_facts import figures_of
from tables.contributed import AskedExperiment


@dataclass(frozen=True)
class Outcome:
    """What an interpreter does with a kind of object: the pickle's length, or how that fails."""

    length: str | None
    failure: str
    said: str


@dataclass(frozen=True)
class PicklingFacts:
    """What pickles; a row is (kind, expression, an `Outcome` or None for each interpreter)."""

    template: ClassVar[str] = "pickling.md.j2"
    name: str
    asked: AskedExperiment
    message: str
    figures: dict[str, str]
    interpreters: list[str]
    rows: list[tuple[str, str, list[Outcome | None]]]


def pickling_facts(
    name: str, experiment: AskedExperiment, folder: Path, found: pd.DataFrame
) -> PicklingFacts:
    """Return one experiment's facts; `found` are its rows of pickling.csv."""
    headings = headings_of(found) if len(found) else {}
    outcomes = {
        (row["kind"], row["interpreter"]): Outcome(
            row["bytes"] if row["outcome"] == PICKLES else None,
            row["outcome"],
            ": ".join(filter(None, (row["error"], row["message"]))),
        )
        for row in found.to_dict("records")
    }
    rows = [
        (
            str(kind),
            row["expression"],
            [outcomes.get((kind, interpreter)) for interpreter in headings],
        )
        for kind, row in (kinds_of(found).iterrows() if headings else ())
    ]
    return PicklingFacts(
        name,
        experiment,
        pickling_message(found) if headings else "",
        figures_of(folder, name, ["pickling"]),
        list(headings.values()),
        rows,
    )
