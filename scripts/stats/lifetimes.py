"""A worker's memory over its life: the medians over workers and runs, at every mark."""

import pandas as pd

from sharing.lifetime import AT_START, COLLECTED

ALIKE_BY = ["interpreter", "strategy", "start_method", "size", "workers"]  # of one experiment


def medians_by_mark(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for every line and mark of one experiment's rows that are ok.

    Columns: `ALIKE_BY`, mark, the medians of uss_mib, pss_mib, tree_pss_mib, data_mib, items,
    reading_s and first_item_s, the largest numbers of collections; in the order of the marks. Where
    the data was not built by the process that starts the workers, it is as large as elsewhere.
    """
    good = rows[(rows["status"] == "ok") & rows["mark"].notna()]
    middle = ["uss_mib", "pss_mib", "tree_pss_mib", "data_mib", "items", "reading_s"]
    middle += ["first_item_s"]
    most = ["collections_young", "collections_middle", "collections_full"]
    kinds = dict.fromkeys(middle, "median") | dict.fromkeys(most, "max")
    found = good.groupby([*ALIKE_BY, "mark"], as_index=False).agg(kinds)
    known = found.groupby(["interpreter", "size"])["data_mib"].transform("max")
    found["data_mib"] = found["data_mib"].where(found["data_mib"] > 0, known)
    found["place"] = found["mark"].map(place_of_mark)
    return found.sort_values([*ALIKE_BY, "place"], ignore_index=True)


def begins_with_a_copy(at_start: pd.DataFrame) -> pd.Series:
    """Return whether workers hold more than the data before they have read any; rows as above."""
    return (at_start["uss_mib"] > at_start["data_mib"]) & (at_start["data_mib"] > 0)


def most_compared(found: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the largest data, and of the number of workers of most strategies."""
    size: int = found["size"].max()
    largest = found[found["size"] == size]
    strategies = largest.groupby("workers")["strategy"].nunique()
    return largest[largest["workers"].isin([strategies.idxmax()])] if len(strategies) else largest


def place_of_mark(mark: str) -> float:
    """Return the number by which marks are sorted: the share of the items; a collection is last."""
    try:
        return float(mark)
    except ValueError:  # the collection; whatever else somebody's table says
        return float("inf")


def marks_of(found: pd.DataFrame) -> list[str]:
    """Return the marks of a table of `medians_by_mark`, in their order."""
    return sorted(set(found["mark"]), key=place_of_mark)


def share_in_words(mark: str) -> str:
    """Return how much has been read at a mark."""
    if place_of_mark(mark) == float("inf"):
        return "after a collection" if mark == COLLECTED else mark
    return "nothing" if mark == AT_START else f"{100 * float(mark):g} %"
