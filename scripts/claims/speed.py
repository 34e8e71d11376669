"""The 2016 article's claims on what workers gain, a function each, as in article.py."""

from stats.evidence import Finding, Missing, at_least, at_most, select
from stats.ratios import against
from wording.units import items, mib, ratio_in_words, time

BETTER_SPEEDUP = 1.05  # times the speed-up
NEARLY_TWICE = 1.7
SMALL_GAIN = (1.05, 1.5)  # four workers against two
NO_HELP = 1.2  # at most that much faster
SLOWER = 1.1
SHORT_MAP_S = 0.05  # a map that takes less says little about parallel gain on a shared machine


def many_jobs_scale_better(evidence, interpreter):
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
        f"two workers {ratio_in_words(many)} times as fast with {numbers[-1]} jobs, "
        f"{ratio_in_words(few)} times with {numbers[0]}; a worker's first job "
        f"{time(first['seconds'].median())} and {mib(first['faults_mib'].median())} of page faults,"
        f" later ones {time(later['seconds'].median())}",
    )


def two_workers_are_nearly_twice_as_fast(evidence, interpreter):
    key = {"experiment": "closure_scaling", "interpreter": interpreter, "strategy": "closure"}
    key["jobs"] = evidence.cell(**key)["jobs"]
    times = evidence.speedup(2, {"workers": 1}, **key)
    one, two = evidence.cell(workers=1, **key), evidence.cell(workers=2, **key)
    long_enough(two)
    try:
        alone = evidence.speedup(2, {"strategy": "serial", "workers": 1}, **key)
        beside = f"; {ratio_in_words(alone)} times as fast as without workers"
    except Missing:
        beside = ""
    return at_least(
        times,
        NEARLY_TWICE,
        "1.7 of 2 is nearly twice",
        f"{time(one['total_s'])} → {time(two['total_s'])}, {ratio_in_words(times)} times as fast"
        + beside,
    )


def four_workers_gain_little_by_smt(evidence, interpreter):
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
        f"four workers {ratio_in_words(gain)} times as fast as two",
        gain,
        SMALL_GAIN,
        "a gain, but not half of what a core would give",
    )


def threads_do_not_help(evidence, interpreter):
    key = {"interpreter": interpreter}
    key["experiment"] = evidence.first_of(("threads_without_gil", "matrix"), interpreter)
    gil = bool(select(evidence.runs, **key)["gil"].dropna().iloc[0])
    long_enough(evidence.cell(strategy="threads", workers=2, **key))
    times = evidence.speedup(2, {"strategy": "serial", "workers": 1}, strategy="threads", **key)
    words = (
        f"{'with' if gil else 'without'} a GIL two threads are {ratio_in_words(times)} times as "
        "fast as none"
    )
    if gil:
        return at_most(times, NO_HELP, "20 % are no help", words)
    # It is because of the GIL if threads do help where there is none.
    return at_least(times, NO_HELP, "without a GIL they must help by more than 20 %", words)


def loading_once_beats_reading_again(evidence, interpreter):
    key = {"experiment": "matrix", "interpreter": interpreter, "workers": 2}
    disk = evidence.cell(strategy="from_disk", **key)
    key["size"] = disk["size"]
    times = evidence.ratio("total_s", key | {"strategy": "from_disk"}, key | {"strategy": "global"})
    text = (
        f"{items(disk['size'])}: a job that unpickles them from the page cache takes "
        f"{ratio_in_words(times)} times as long"
    )
    try:
        cold = evidence.ratio(
            "total_s", key | {"strategy": "from_disk_cold"}, key | {"strategy": "global"}
        )
        text += f", from the disk itself {ratio_in_words(cold)} times"
    except Missing:
        pass
    return at_least(times, SLOWER, "10 % more are worse", text)


def long_enough(cell):
    """Raise `Missing` for a cell whose map is too short to show what workers gain."""
    if cell["map_s"] < SHORT_MAP_S:
        raise Missing(
            f"its jobs are done after {time(cell['map_s'])}, and on a shared machine less than "
            f"{time(SHORT_MAP_S)} say little"
        )
