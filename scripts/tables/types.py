"""Names of types that pass between rooms and have no class of their own."""

from collections.abc import Callable, Hashable, Mapping

import numpy as np
from numpy.typing import NDArray

# What identifies a cell: in the order of `IDENTITY`, within its group of `stats.best.WHICH`.
CellKey = tuple[Hashable, ...]
PartialCell = Mapping[str, object]  # values of some columns, which several cells may share
GroupKey = dict[str, Hashable]  # by the columns of `GROUP`
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Texts = Callable[[str], str]  # how a text of others is shown
