"""What the machine gave each run, and which runs were disturbed.

The supervisor writes down raw seconds and counters; what they mean depends on the whole study: a
yardstick's reading is judged by the least time that any CPU ever took for it, in the same sitting.
Whether a run counts as disturbed never depends on the run's own time.
"""

import numpy as np
import pandas as pd

from supervisor.columns import CELL, GROUP

ENOUGH_CAPACITY = 0.88  # of the usable CPUs, in the reading before a run and in the one after it
OTHER_CORES = 0.05  # of a core: work beside the run
# Seconds of other work that are not yet a disturbance: CPU time is counted in ticks of 10 ms on
# every processor, and a resource tracker that outlives its program for a moment takes 50 ms, so
# that a short run always seems to have some beside it.
TICKS_S = 0.1
# Start methods whose workers are children of a process that does not wait for them, a forkserver or
# a library's daemon: the kernel adds their CPU time to nobody's, and it looks like other work.
NOBODYS = ("forkserver", "own")
ORIGIN = ["machine", "kernel"]  # what a study may not change within a group of runs
# A study may be measured in parts, on days on which the machine's clock runs at another rate as a
# whole. A part that began after such a pause is judged by its own best if it has so many readings,
# unless that best is so many times slower, which no clock is but neighbours who stay all day.
SITTING_S, READINGS, SLOWER_SITTING = 3600.0, 50, 1.1
NEXT_S = 5.0  # a reading that is taken within so many seconds of a run's end is the one after it

DISTURBANCE_COLUMNS = (
    "capacity_before",
    "capacity_after",
    "other_cores",
    "cores_obtained",
    "disturbed",
)


def with_disturbance(
    runs: pd.DataFrame, enough: float = ENOUGH_CAPACITY, other: float = OTHER_CORES
) -> pd.DataFrame:
    """Return the runs, in the order of execution, with the columns of `DISTURBANCE_COLUMNS`.

    capacity_before, capacity_after: CPUs that the machine gave, of `usable_cpus`; where no reading
    was taken after a run it is the one before the next, if that began at once.
    other_cores: what ran beside the run, in cores. cores_obtained: what the run's processes got
    from the end of build to the last answer. disturbed: whether the run is no fair measure; missing
    where nothing is known.
    """
    best = best_of(runs)
    before = capacities(runs["yardstick_before_s"], best)
    after = capacities(runs["yardstick_after_s"], best)
    following = before.groupby(machine_and_node(runs)).shift(-1).where(pause_after(runs) <= NEXT_S)
    after = after.fillna(following)
    usable = readings_of(runs["yardstick_before_s"]).map(len, na_action="ignore")
    other_cores = runs["other_cpu_s"] / runs["watched_s"]
    few = (before < enough * usable) | (after < enough * usable)
    beside = (other_cores > other) & (runs["other_cpu_s"] > TICKS_S)
    beside &= ~runs["start_method"].isin(NOBODYS)
    known = before.notna() | other_cores.notna()
    seconds = runs[["publish_s", "start_s", "map_s"]].sum(axis=1)
    return runs.assign(
        capacity_before=before.round(3),
        capacity_after=after.round(3),
        other_cores=other_cores.round(3),
        cores_obtained=(runs["on_cpu_s"] / seconds).replace(np.inf, np.nan).round(3),
        disturbed=(few | beside).where(known),
    )


def with_counts(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs with a column `counts`: whether statistics rest on a run.

    Of a cell's runs that are ok the undisturbed ones, where there are any; else all of them. A
    study that was resumed on another machine or kernel has runs of both, of which a group's
    statistics rest on those of one.
    """
    good = (runs["status"] == "ok") & of_one_origin(runs)
    quiet = good & ~runs["disturbed"].eq(True)
    some = quiet.groupby([runs[name] for name in CELL]).transform("any")
    return runs.assign(counts=quiet | (good & ~some))


def of_one_origin(runs: pd.DataFrame) -> pd.Series:
    """Return whether each run is of the origin that most good runs of its group are of.

    Of two with as many, the one that comes first by name.
    """
    origin = runs[ORIGIN].astype(str).agg(" ".join, axis=1)
    if origin.nunique() < 2:
        return pd.Series(True, runs.index)
    group = [runs[name] for name in GROUP]
    good = origin.where(runs["status"] == "ok")
    chosen = good.groupby(group).transform(lambda names: names.mode().get(0))
    return origin == chosen


def machine_and_node(runs: pd.DataFrame) -> pd.Series:
    """Return what identifies the machines of a study: on a cluster, also the node."""
    return runs["machine"] + " " + runs["node"].astype(object).fillna("")


def readings_of(texts: pd.Series) -> pd.Series:
    """Return lists of seconds, one for each CPU, of texts such as ``0.047 0.048``."""
    return texts.map(lambda text: [float(one) for one in str(text).split()], na_action="ignore")


def best_of(runs: pd.DataFrame) -> pd.Series:
    """Return the least time of the yardstick for every row: of its machine or node and sitting."""
    readings = readings_of(runs["yardstick_before_s"]).combine_first(
        readings_of(runs["yardstick_after_s"])
    )
    least = pd.concat(
        [readings_of(runs[column]).map(min, na_action="ignore") for column in
         ("yardstick_before_s", "yardstick_after_s")], axis=1,
    ).min(axis=1) if len(readings) else readings  # fmt: skip
    best = least.groupby(machine_and_node(runs)).transform("min")
    sitting = least.groupby([machine_and_node(runs), sitting_of(runs)])
    own = sitting.transform("min")
    return own.where(
        (sitting.transform("count") >= READINGS) & (own <= SLOWER_SITTING * best), best
    )


def sitting_of(runs: pd.DataFrame) -> pd.Series:
    """Return a number for every row: of the stretch without long pauses that it lies in."""
    place = machine_and_node(runs)
    long = pause_after(runs).groupby(place).shift(1) > SITTING_S
    return long.groupby(place).cumsum()


def capacities(texts: pd.Series, best: pd.Series) -> pd.Series:
    """Return the readings in CPUs: what each CPU is worth against the best, summed."""
    readings = readings_of(texts)
    found = [
        sum(least / one for one in seconds) if isinstance(seconds, list) and seconds else np.nan
        for seconds, least in zip(readings, best, strict=True)
    ]
    return pd.Series(found, index=texts.index, dtype=float)


def pause_after(runs: pd.DataFrame) -> pd.Series:
    """Return the seconds between a run's end and the next one's beginning, on the same machine."""
    started = pd.to_datetime(runs["started_utc"], format="ISO8601", utc=True)
    ended = started + pd.to_timedelta(runs["wall_s"], unit="s")
    return (started.groupby(machine_and_node(runs)).shift(-1) - ended).dt.total_seconds()
