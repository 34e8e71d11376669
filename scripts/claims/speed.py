"""The 2016 article's claims on what workers gain, a function each, as in article.py."""

from collections.abc import Sequence

import pandas as pd

from stats.evidence import Evidence, Finding, Missing, at_least, at_most, select
from stats.ratios import against
from wording.units import items, mib, ratio_in_words, speed_in_words, time

BETTER_SPEEDUP = 1.05  # times the speed-up
NEARLY_TWICE = 1.6  # each of two workers does four fifths of what one alone does
SMALL_GAIN = (1.05, 1.5)  # four workers against two
NO_HELP = 1.2  # at most that much faster
SLOWER = 1.1
SHORT_MAP_S = 0.05  # a map that takes less says little about parallel gain on a shared machine


def many_jobs_scale_better(evidence: Evidence, interpreter: str) -> Finding:
    key = {"experiment": "closure_scaling", "interpreter": interpreter, "strategy": "closure"}
    numbers = sorted(set(select(evidence.summary, **key)["jobs"]))
    if len(numbers) < 2:
        raise Missing("closure_scaling was measured with one number of jobs")
    few, many = (
        evidence.speedup(2, {"workers": 1}, jobs=number, **key)
        for number in (numbers[0], numbers[-1])
    )
    cell = evidence.cell(workers=2, jobs=numbers[-1], **key)
    first, later = evidence.jobs_of(cell, first=True), evidence.jobs_of(cell, first=False)
    return at_least(
        against(many, few),
        BETTER_SPEEDUP,
        "5 % more gain is better",
        f"two workers are {speed_in_words(many)} with {numbers[-1]} jobs, "
        f"{speed_in_words(few)} with {numbers[0]}; a worker's first job "
        f"{time(first['seconds'].median())} and {mib(first['faults_mib'].median())} of page faults,"
        f" later ones {time(later['seconds'].median())}",
    )


def two_workers_are_nearly_twice_as_fast(evidence: Evidence, interpreter: str) -> Finding:
    key = {"experiment": "closure_scaling", "interpreter": interpreter, "strategy": "closure"}
    key["jobs"] = evidence.cell(**key)["jobs"]
    times = evidence.speedup(2, {"workers": 1}, **key)
    one, two = evidence.cell(workers=1, **key), evidence.cell(workers=2, **key)
    long_enough(two)
    try:
        alone = evidence.speedup(2, {"strategy": "serial", "workers": 1}, **key)
        beside = f"; beside none {speed_in_words(alone)}"
    except Missing:
        beside = ""
    return at_least(
        times,
        NEARLY_TWICE,
        "four fifths of two is nearly twice",
        f"{time(one['total_s'])} → {time(two['total_s'])}, {speed_in_words(times)}" + beside,
    )


def four_workers_gain_little_by_smt(evidence: Evidence, interpreter: str) -> Finding:
    machine = evidence.runs.iloc[-1]
    if str(machine["smt"]) not in ("True", "False"):
        raise Missing("a virtual machine hides whether its cores are threads of one core")
    if str(machine["smt"]) == "False":
        raise Missing("the processor shows no simultaneous multithreading")
    if machine["physical_cores"] != 2:
        raise Missing(f"{machine['physical_cores']} physical cores, the claim speaks of two")
    key = {"experiment": "closure_scaling", "interpreter": interpreter, "strategy": "closure"}
    long_enough(evidence.cell(workers=4, **key))
    gain = evidence.speedup(4, {"workers": 2}, **key)
    return Finding(
        gain.within(*SMALL_GAIN),
        f"four workers are {speed_in_words(gain)} beside two",
        gain,
        SMALL_GAIN,
        "a gain, but not half of what a core would give",
    )


def threads_do_not_help(
    evidence: Evidence, interpreter: str, experiments: Sequence[str], strategy: str = "threads"
) -> Finding:
    """Judge two threads against none, on the data of the first experiment that has them."""
    key = {"interpreter": interpreter}
    key["experiment"] = evidence.first_of(experiments, interpreter)
    gil = bool(select(evidence.runs, **key)["gil"].dropna().iloc[0])
    cell = evidence.cell(strategy=strategy, workers=2, **key)
    long_enough(cell)
    times = evidence.speedup(2, {"strategy": "serial", "workers": 1}, strategy=strategy, **key)
    words = (
        f"{'with' if gil else 'without'} a GIL two threads are {speed_in_words(times)} beside "
        f"none ({cell['workload']})"
    )
    if gil:
        return at_most(times, NO_HELP, "20 % are no help", words)
    # It is because of the GIL if threads do help where there is none.
    return at_least(times, NO_HELP, "without a GIL they must help by more than 20 %", words)


def loading_once_beats_reading_again(evidence: Evidence, interpreter: str) -> Finding:
    """Judge a job that loads the data by one whose worker has it from an earlier job.

    By the time from one job's start to the next one's: loading is no part of the job itself.
    """
    experiment = evidence.first_of(("alternatives", "matrix"), interpreter)
    key = {"experiment": experiment, "interpreter": interpreter, "workers": 2}
    again = evidence.cell(strategy="from_disk", **key)
    key |= {"size": again["size"], "jobs": again["jobs"]}
    once = evidence.cell(strategy="cached_loader", **key)
    loading, loaded = (evidence.turn_by_block(cell) for cell in (again, once))
    times = evidence.compared("total_s", (again, loading), (once, loaded))
    return at_least(
        times,
        SLOWER,
        "10 % more are worse",
        f"{items(again['size'])}: loading them and a job take {time(loading.median())}, a job "
        f"whose worker has loaded them before {time(loaded.median())}: "
        f"{ratio_in_words(times)} times as long",
    )


def long_enough(cell: pd.Series) -> None:
    """Raise `Missing` for a cell whose map is too short to show what workers gain."""
    if cell["map_s"] < SHORT_MAP_S:
        raise Missing(
            f"its jobs are done after {time(cell['map_s'])}, and on a shared machine less than "
            f"{time(SHORT_MAP_S)} say little"
        )
