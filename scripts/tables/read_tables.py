"""Read the tables of a study: names and other texts stay text, an empty field is missing.

A name may be `NA`, `nan` or `true`, and a machine's label `007`, which a reader of CSVs takes for
something else unless it knows the column.
"""

from pathlib import Path
from typing import BinaryIO

import pandas as pd

from supervisor.columns import (
    CELL,
    INTERPRETER,
    LIFETIME_COLUMNS,
    NUMBERS,
    OUTCOME,
    YARDSTICK,
)
from supervisor.terminal import printable
from tables.types import Texts

OF_MACHINE = ("machine", "node", "cpu_model", "governor", "transparent_huge_pages", "kernel")
OF_PROBE = ("group", "kind", "expression", "outcome", "error", "message", "bytes")
OF_VERDICT = ("claim", "text", "verdict", "measured", "threshold", "why")
OTHER_TEXTS = ("digest", "started_utc", "code_version")
TEXT_COLUMNS = {
    *CELL,
    *OUTCOME,
    *INTERPRETER,
    *YARDSTICK,
    *OF_MACHINE,
    *OF_PROBE,
    *OF_VERDICT,
    "mark",
    *OTHER_TEXTS,
}
TEXT_COLUMNS -= {*NUMBERS, "gil"}


def read_table(path: str | Path | BinaryIO) -> pd.DataFrame:
    """Return a CSV, plain or gzipped, in which the columns of `TEXT_COLUMNS` are texts."""
    return pd.read_csv(
        path, dtype=dict.fromkeys(TEXT_COLUMNS, str), keep_default_na=False, na_values=[""],
        low_memory=False,
    )  # fmt: skip


def read_table_of(study: str | Path, name: str, texts: Texts = printable) -> pd.DataFrame:
    """Return a table of a study's folder, plain or gzipped as in one that was published.

    Its texts are as ``texts(text)`` returns them.
    """
    (path,) = Path(study).glob(f"{name}.csv*")
    return with_texts(read_table(path), texts)


def read_tables_of(study: str | Path, *names: str) -> list[pd.DataFrame]:
    """Return several tables of a study's folder, in a list."""
    return [read_table_of(study, name) for name in names]


def read_lifetimes(study: str | Path, texts: Texts = printable) -> pd.DataFrame:
    """Return lifetimes.csv; a study that was published before there was one has no rows."""
    if any(Path(study).glob("lifetimes.csv*")):
        return read_table_of(study, "lifetimes", texts)
    return pd.DataFrame(columns=LIFETIME_COLUMNS)


def read_pickling(study: str | Path, texts: Texts = printable) -> pd.DataFrame:
    """Return pickling.csv, a missing text as an empty one."""
    return read_table_of(study, "pickling", texts).fillna("")


def with_texts(table: pd.DataFrame, changed: Texts) -> pd.DataFrame:
    """Return a table with its texts as `changed` returns them."""
    columns: dict[str, list[str]] = {}
    for name in map(str, table.select_dtypes(exclude=["number", "bool"])):
        texts = [one for one in table[name].unique() if isinstance(one, str)]
        others = {one: other for one in texts if (other := changed(one)) != one}
        if others:
            columns[name] = [others.get(one, one) for one in table[name]]
    return table.assign(**columns)
