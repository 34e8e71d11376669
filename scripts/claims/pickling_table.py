"""What pickling.csv says: where the interpreters differ, and the article's claim about it."""

import re
from itertools import combinations

import pandas as pd

from stats.evidence import Evidence, Finding, Missing

SEVERAL = 3  # kinds of object: one may be an accident
PICKLES = "pickles"
NOT_HERE = "not here"  # says nothing about pickling


def kinds_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the kinds of object in the probe's order: group, expression, where they part.

    Args:
        rows: of pickling.csv, one experiment's or all.

    Returns:
        A table indexed by kind. `everywhere`: all interpreters pickle it; `between` (interpreters)
        and `apart` (implementations) say how they part: "outcome", "exception" or "".
    """
    rows = rows[rows["outcome"] != NOT_HERE]
    by_kind = rows.groupby("kind", sort=False)
    table = by_kind[["group", "expression"]].first()
    table["everywhere"] = [bool((group["outcome"] == PICKLES).all()) for _, group in by_kind]
    table["between"] = [parting(group, "interpreter") for _, group in by_kind]
    table["apart"] = [parting(group, "implementation") for _, group in by_kind]
    return table


def parting(rows: pd.DataFrame, by: str) -> str:
    """Return in what some two values of the column `by` have nothing in common, for one kind.

    Two implementations part only if no build of the one does what some build of the other does:
    what changed from version to version is not laid to the implementation.
    """
    for what, columns in (("outcome", ["outcome"]), ("exception", ["outcome", "error"])):
        found = [
            set(group[columns].itertuples(index=False, name=None)) for _, group in rows.groupby(by)
        ]
        if any(one.isdisjoint(other) for one, other in combinations(found, 2)):
            return what
    return ""


def interpreters_fail_differently(evidence: Evidence) -> Finding:
    """Judge the claim that implementations differ in what pickles: one finding for the study."""
    rows = evidence.pickling
    if rows.empty:
        raise Missing("no interpreter was asked what it can pickle")
    implementations = sorted(rows["implementation"].unique())
    if len(implementations) < 2:
        raise Missing(f"only {implementations[0]} was asked what it can pickle")
    kinds = kinds_of(rows)
    outcome = kinds[kinds["apart"] == "outcome"]
    exception = kinds[kinds["apart"] == "exception"]
    patterns: dict[str, list[str]] = {}
    for kind in outcome.index:
        pattern = outcomes_in_words(rows[rows["kind"] == kind])
        patterns.setdefault(pattern, []).append(kind)
    texts = [f"{len(outcome)} of {len(kinds)} kinds of object end differently"]
    texts += [f"{pattern}: {', '.join(names)}" for pattern, names in patterns.items()]
    texts.append(f"{len(exception)} more fail with another exception")
    if len(exception):
        texts[-1] += f", a {exception.index[0]} with " + " and ".join(
            f"{' or '.join(sorted(set(group['error'])))} on {name}"
            for name, group in rows[rows["kind"] == exception.index[0]].groupby("implementation")
        )
    if newer := newer_than_pypy(rows):
        texts.append(f"but {newer}, so that the version may be the cause")
        return Finding(None, "; ".join(texts))
    holds = True if len(outcome) >= SEVERAL else None if len(outcome) else False
    return Finding(holds, "; ".join(texts))


def newer_than_pypy(rows: pd.DataFrame) -> str:
    """Return a sentence if every CPython is of a newer version than PyPy's Python; else ""."""
    versions: dict[str, list[tuple[int, ...]]] = {}
    for row in rows.drop_duplicates("interpreter").to_dict("records"):
        # PyPy's own number comes first, its Python's in parentheses behind.
        if found := re.match(r"(?:Python )?(\d+)\.(\d+)", row["version"].rpartition("(")[2]):
            versions.setdefault(row["implementation"], []).append(tuple(map(int, found.groups())))
    pypy, cpython = versions.get("PyPy"), versions.get("CPython")
    if not pypy or not cpython or min(cpython) <= max(pypy):
        return ""
    return "no CPython was asked that is as old as PyPy's Python {}.{}".format(*max(pypy))


def outcomes_in_words(rows: pd.DataFrame) -> str:
    """Return what each implementation does with one kind: `CPython refuses, PyPy pickles`."""
    return ", ".join(
        f"{name} {' or '.join(sorted(set(group['outcome'])))}"
        for name, group in rows.groupby("implementation")
    )


def pickling_message(rows: pd.DataFrame) -> str:
    """Return what the table says in a sentence."""
    kinds = kinds_of(rows)
    text = f"{kinds['everywhere'].sum()} of {len(kinds)} kinds of object pickle"
    names = sorted(rows["implementation"].unique())
    column = "apart" if len(names) > 1 else "between"
    if rows["interpreter"].nunique() == 1:
        return f"{text} with {names[0]}"
    who = "the interpreters" if column == "between" else " and ".join(names)
    counts = kinds[column].value_counts()
    return (
        f"{text} everywhere; {who} differ in {counts.get('outcome', 0)} and fail with different "
        f"exceptions in {counts.get('exception', 0)} more"
    )


def headings_of(rows: pd.DataFrame) -> dict[str, str]:
    """Return {name: heading} of the interpreters, implementation and version, sorted by these.

    Builds of the same version also have the name that the configuration gives them.
    """
    named = rows.drop_duplicates("interpreter").set_index("interpreter")
    texts = named["implementation"] + " " + named["version"]
    headings = {str(name): str(text) for name, text in texts.items()}
    twice = named.duplicated(["implementation", "version"], keep=False)
    headings |= {name: f"{headings[name]} ({name})" for name in named.index[twice]}
    return dict(sorted(headings.items(), key=lambda item: natural(item[1])))


def natural(text: str) -> list[str]:
    """Return a key that sorts 3.9 before 3.11."""
    return [part.zfill(6) if part.isdigit() else part for part in re.split(r"(\d+)", text)]
