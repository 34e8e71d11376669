"""What the report and the figures call an interpreter, and which strategies are a library's."""

import pandas as pd

from wording.mechanisms import mechanism_of, needs_library


def names_of(runs: pd.DataFrame) -> dict[str, str]:
    """Return how each interpreter is called, such as ``CPython 3.14``, by its configured name.

    Where two would be called alike, the configured name stands behind.
    """
    names = {}
    for interpreter, group in runs[runs["version"].notna()].groupby("interpreter"):
        last = group.iloc[-1]
        version = ".".join(str(last["version"]).split()[0].split(".")[:2])
        gil = "" if last["gil"] else " without a GIL"
        names[str(interpreter)] = f"{last['implementation']} {version}{gil}"
    called = list(names.values())
    return {
        name: text if called.count(text) == 1 else f"{text} ({name})"
        for name, text in names.items()
    }


def of_libraries(runs: pd.DataFrame) -> set[str]:
    """Return the names of the strategies that are a library's, of those that found it.

    Not what needs one to read its data: its workers are `multiprocessing`'s.
    """
    found = set(runs.loc[runs["libraries"].notna(), "strategy"])
    return {
        name
        for name in found
        if needs_library(name) and mechanism_of(name) not in ("flat and shared", "from disk")
    }
