"""Which runs lie together: the blocks inside which cells are compared.

A block is a stretch of runs of one group (all that is compared with each other) and one repeat,
with nothing else between them. A stretch that was interrupted falls apart: what was measured in
another hour is no part of the block, although it bears the same number.
"""

import pandas as pd

from supervisor.columns import GROUP
from tables.disturbance import machine_and_node

# Seconds from the end of a run to the beginning of the next, longer than any wait for a quiet
# machine. Times of different cells still go up and down together within a minute; after ten they
# hardly do.
GAP_S = 300


def with_blocks(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs with a column `block`, numbered from 1 in the order of execution.

    `runs` are in the order of execution, with the columns of `GROUP`, `repeat`, `machine`,
    `started_utc` and `wall_s`. Every machine and every node of a cluster has its own order.
    """
    place = machine_and_node(runs).sort_values(kind="stable")
    along = runs.loc[place.index]
    which = along[[*GROUP, "repeat"]].apply(tuple, axis=1) if len(runs) else pd.Series(dtype=object)
    started = pd.to_datetime(along["started_utc"], format="ISO8601", utc=True)
    ended = started + pd.to_timedelta(along["wall_s"], unit="s")
    pause = (started - ended.shift()).dt.total_seconds()
    begins = (which != which.shift()) | (place != place.shift()) | (pause > GAP_S)
    stretch = begins.cumsum().reindex(runs.index)
    return runs.assign(block=pd.factorize(stretch)[0] + 1)
