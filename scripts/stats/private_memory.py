"""What a worker copies of the data: its own memory, less that of one that has next to none."""

IDLE = "empty"  # the strategy without data
HANDED_OVER = (
    "initializer"  # the usual way, with a single item: what a worker imports beside the data
)


def less_nothing(cell, cells):
    """Return a worker's own memory less that of one with a single item; NaN if that is not known.

    What it has imported, and the interpreter itself, are no data. A list of ints needs no import:
    there a worker without data will do.
    """
    alike = cells[
        (cells["interpreter"] == cell["interpreter"])
        & (cells["start_method"] == cell["start_method"])
        & cells["workers_uss_mib"].notna()
    ]
    one_item = (alike["strategy"] == HANDED_OVER) & (alike["workload"] == cell["workload"])
    nothing = alike[one_item & (alike["size"] == 1)]
    if nothing.empty and cell["workload"] == "scan":
        nothing = alike[(alike["strategy"] == IDLE) & (alike["workers"] == cell["workers"])]
    if nothing.empty:
        return float("nan")
    return cell["workers_uss_mib"] - nothing["workers_uss_mib"].min()


def own_copy(cell, cells):
    """Return the MiB that a worker has of its own for the data, 0 at least; NaN if unknown."""
    copy = less_nothing(cell, cells)
    return copy if copy != copy else max(0.0, copy)
