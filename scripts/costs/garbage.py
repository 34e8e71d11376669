"""How much garbage a process leaves before its collector comes: memory bends there.

Private memory grows with the items that a process reads, up to a limit: about 240 MiB on PyPy,
whatever the items are. The number of items at the limit is searched for, and believed where it
halves what else is unexplained. Where two sizes do not show it, the limit is that of the
interpreter's other kinds.
"""

import numpy as np
import pandas as pd

from costs.coefficients import asked_of, memory_coefficients, runs_of_kind
from costs.cost_model import GARBAGE, ITS_GARBAGE
from costs.types import ByTerm

TRIED = 30  # amounts of garbage
SQUARES_LEFT = 0.5  # of those without garbage, that may be left where it explains much
AS_WELL = 1e-3  # squares a run, (3 %)², by which one explanation is no worse than another
FAR_FROM_LIMIT = 2.0  # times, by which an amount of garbage is another one than the interpreter's
LEAST_MIB = 1e-3


def enough_garbage(
    rows: pd.DataFrame, constants: ByTerm | None = None, limit: float | None = None
) -> float:
    """Return the items of whose garbage there is enough to collect; 0 if none need be thought of.

    `rows` are runs of one kind. `limit` is the MiB for which the interpreter's collector waits,
    None if that is not known.
    """
    sizes = rows["size"].nunique()
    if sizes < 2 or frees_at_once(rows):
        return 0.0
    if sizes > 2:
        return by_the_bend(explanations(rows, constants))
    return by_the_limit(explanations(rows, constants), limit, len(rows)) if limit else 0.0


def explanations(rows: pd.DataFrame, constants: ByTerm | None) -> dict[float, tuple[ByTerm, float]]:
    """Return (coefficients of memory, squares left) by the items that were tried, 0 among them."""
    read = rows["size"] * rows["jobs"] / rows["workers"].clip(lower=1)
    least, most = read.min(), read.max()
    tried = np.geomspace(max(1, least), max(1, most), TRIED)[1:-1]
    runs = runs_of_kind(rows)
    return {
        full: memory_coefficients(runs, asked_of(runs, full), constants or {})
        for full in (0.0, *map(float, tried))
    }


def by_the_bend(found: dict[float, tuple[ByTerm, float]]) -> float:
    """Return the items that explain best, if they explain much that none would not."""
    left = {full: squares for full, (_, squares) in found.items()}
    full = min(left, key=lambda full: left[full])
    return full if left[full] < SQUARES_LEFT * left[0.0] else 0.0


def by_the_limit(found: dict[float, tuple[ByTerm, float]], limit: float, runs: int) -> float:
    """Return the items whose garbage is nearest to the limit, of those that explain as well as any.

    Two sizes cannot separate a line from a bend.
    """
    enough = min(squares for _, squares in found.values()) + AS_WELL * runs
    off = {
        full: abs(np.log(max(LEAST_MIB, garbage(values, full)) / limit))
        for full, (values, squares) in found.items()
        if squares <= enough
    }
    full = min(off, key=lambda full: off[full])
    return full if off[full] < np.log(FAR_FROM_LIMIT) else 0.0


def frees_at_once(rows: pd.DataFrame) -> bool:
    """Return whether the interpreter counts references, so that garbage does not pile up."""
    return bool(rows["implementation"].eq("CPython").all())


def garbage(values: ByTerm, full: float) -> float:
    """Return the MiB of garbage that a process has at most, by its coefficients."""
    return full * max(values[GARBAGE], values[ITS_GARBAGE])


def garbage_mib(rows: pd.DataFrame, constants: ByTerm) -> float | None:
    """Return the MiB of garbage that runs of one kind show by themselves; None if none."""
    full = enough_garbage(rows, constants)
    if not full:
        return None
    runs = runs_of_kind(rows)
    return garbage(memory_coefficients(runs, asked_of(runs, full), constants)[0], full)
