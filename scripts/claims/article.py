"""The claims of the 2016 article, a small function each, judged by what was measured.

A function looks its numbers up in the `Evidence` and returns a finding: whether the claim holds for
an interpreter, does not, or is undecided, and the measured numbers in words. judge_claims.py turns
them into verdicts. Every threshold stands here with what it means.
"""

from dataclasses import replace

from stats.evidence import Finding, Missing, ending, select, unspoilt
from stats.ratios import against, of_values
from wording.units import items, mib, ratio_in_words, time, workers

# What the article's adjectives are taken to mean.
AT_ONCE_S = 1.0  # "super fast": a pool with nothing to do
FAR_LONGER = 3.0  # times the work itself
EXTREMELY_SLOW = 10.0  # times as long an access as to a plain list
# Of the data's size, received before the first job. Buffers alone are at most 0.65 of it: a pickled
# int takes 5 bytes, one in PyPy's list 8, in CPython's 36 and more.
A_SENT_COPY = 0.8
NO_COPY = 0.1  # of the data's size, private to a worker
A_BUILD = 0.5  # of the time that building takes
BETTER = 1.05  # times the speed-up
NEARLY_TWICE = 1.7
SMALL_GAIN = (1.05, 1.5)  # four workers against two
NO_HELP = 1.2  # at most that much faster
SLOWER = 1.1
ARTICLE_SIZE = 128_000_000
SHORT_MAP_S = 0.05  # a map that takes less says little about parallel gain on a shared machine
# How a worker fails that has not inherited: the name is unknown, the function cannot be pickled.
NOT_INHERITED = {
    "global": ("NameError",),
    "closure": ("PicklingError", "AttributeError", "TypeError", "MaybeEncodingError"),
}


def at_least(ratio, threshold, why, measured):
    """Return the finding that a ratio is over a threshold."""
    return Finding(ratio.above(threshold), measured, ratio, threshold, why)


def at_most(ratio, threshold, why, measured):
    """Return the finding that a ratio is under a threshold."""
    above = ratio.above(threshold)
    return Finding(None if above is None else not above, measured, ratio, threshold, why)


def idle_pool_is_done_at_once(evidence, interpreter):
    key = {"experiment": "empty_workers", "interpreter": interpreter, "jobs": 10}
    cell = evidence.cell(**key)
    return at_most(
        of_values(evidence.series("total_s", **key)),
        AT_ONCE_S,
        "a second is at once",
        f"{cell['workers']} workers, {cell['jobs']} jobs: {time(cell['total_s'])}",
    )


def argument_takes_far_longer_than_the_work(evidence, interpreter):
    key = {"experiment": "pass_as_argument", "interpreter": interpreter}
    key |= {"strategy": "argument", "workers": 1}
    cell = evidence.cell(**key)
    job = evidence.median_by_block(cell, "seconds")
    times = of_values((evidence.series("map_s", **key) / (job * cell["jobs"])).dropna())
    return at_least(
        times,
        FAR_LONGER,
        "three times the work is far longer",
        f"{items(cell['size'])}: {time(job.median())} of work a job, {cell['jobs']} jobs in "
        f"{time(cell['map_s'])}, {ratio_in_words(times)} times the work",
    )


def argument_is_a_copy_in_each_worker(evidence, interpreter):
    """Judge by what workers receive, and by peak memory where that was measured.

    Peak memory alone does not show it: on PyPy, the pickles that the parent and the workers hold
    during the transfer are larger than the data.
    """
    found = copied_as_argument(evidence, interpreter, "pass_as_argument", "global")
    key = {"experiment": "pass_as_argument", "interpreter": interpreter}
    cell = evidence.cell(strategy="argument", **key)
    try:
        alone = evidence.cell(strategy="serial", size=cell["size"], **key)
    except Missing:
        return found
    if not (cell["peak_measured"] and alone["peak_measured"]):
        return found
    each = (cell["memory_mib"] - alone["memory_mib"]) / cell["workers"]
    copied = bool(each >= A_SENT_COPY * cell["data_mib"])
    return replace(
        found,
        holds=found.holds if copied else False,
        measured=f"{found.measured}; peak memory is {mib(cell['memory_mib'])}, "
        f"{mib(alone['memory_mib'])} without workers: {mib(each)} more for each",
    )


def shared_objects_are_extremely_slow(evidence, interpreter):
    key = {"experiment": "shared_objects", "interpreter": interpreter, "workers": 1}
    plain = evidence.cell(strategy="global", **key)
    per_item, times = {}, {}
    for strategy in ("manager_list", "locked_array", "raw_array"):
        cell = evidence.cell(strategy=strategy, **key)
        # A size that both have, so that they share a block.
        beside = evidence.cell(strategy="global", size=cell["size"], **key)
        took = evidence.median_by_block(cell, "seconds")
        per_item[strategy] = took.median() / cell["size"]
        times[strategy] = of_values((took / evidence.median_by_block(beside, "seconds")).dropna())
    times = {name: one for name, one in times.items() if one and name != "raw_array"}
    if not times:
        raise Missing("shared objects and a plain list were measured in different hours")
    slow = min(times.values(), key=lambda one: one.value)
    in_list = evidence.median_by_block(plain, "seconds").median() / plain["size"]
    return at_least(
        slow,
        EXTREMELY_SLOW,
        "ten times a plain list is extremely slow; the faster of the two counts",
        "an item through "
        + ", ".join(f"{name} {time(seconds)}" for name, seconds in per_item.items())
        + f", in a plain list {time(in_list)}",
    )


def global_is_inherited_without_a_copy(evidence, interpreter):
    return inherited(evidence, interpreter, "big_global", "global")


def global_works_with_128_million(evidence, interpreter):
    key = {"experiment": "big_global", "interpreter": interpreter, "strategy": "global"}
    planned = select(evidence.summary, **key)
    largest = planned["size"].max()
    if planned.empty or largest < ARTICLE_SIZE:
        raise Missing(f"the largest big_global of this study has {items(largest)}")
    at_scale = unspoilt(planned[planned["size"] >= ARTICLE_SIZE]).sort_values("workers")
    memory = [
        f"{workers(row['workers'])} {mib(row['memory_mib'])}"
        if row["n"] == row["runs"]
        else f"{workers(row['workers'])} {row['n']} of {row['runs']} runs, else {row['status']}"
        for _, row in at_scale.iterrows()
    ]
    # As many workers as the article's machine had cores; more of them may need more memory.
    few = at_scale[at_scale["workers"] <= max(2, at_scale["workers"].min())]
    every = bool((few["n"] == few["runs"]).all())
    holds = every if every or (few["n"] == 0).all() else None
    return Finding(holds, "memory of all processes: " + ", ".join(memory))


def imported_global_is_built_again(evidence, interpreter):
    key = {"experiment": "start_methods", "interpreter": interpreter}
    key |= {"strategy": "module_global", "start_method": "spawn"}
    large = evidence.cell(**key)
    small = evidence.cell(size=1, **key)
    begins = {
        cell["size"]: evidence.median_by_block(cell, "started_s", first=True)
        for cell in (large, small)
    }
    if large["size"] == 1:
        raise Missing("only a list of one item was measured")
    build = evidence.series(
        "build_s", **key | {"strategy": "argument", "size": large["size"]}
    ).median()
    # What a spawned worker imports besides, it imports for one item as well.
    extra = (begins[large["size"]] - begins[1].median()).clip(lower=1e-6)
    return at_least(
        of_values(extra / build),
        A_BUILD,
        "half the time of building is a second building",
        f"{items(large['size'])}: a spawned worker's first job begins {time(extra.median())} later "
        f"than with one item; building the data takes {time(build)}",
    )


def passed_data_is_copied(evidence, interpreter):
    return copied_as_argument(evidence, interpreter, "start_methods", "closure")


def closure_is_inherited_without_a_copy(evidence, interpreter):
    return inherited(evidence, interpreter, "closure_scaling", "closure")


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
        BETTER,
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


def inheriting_needs_fork(evidence, interpreter):
    outcomes = []
    for strategy in ("global", "closure"):
        for method in ("fork", "spawn", "forkserver"):
            key = {
                "experiment": "start_methods",
                "interpreter": interpreter,
                "strategy": strategy,
                "start_method": method,
            }
            found = select(evidence.summary, **key).sort_values("size")
            if found.empty:
                raise Missing("global and closure were not tried under fork and spawn")
            outcomes.append((strategy, method, unspoilt(found).iloc[-1]))
    fork = all(row["status"] == "ok" for _, method, row in outcomes if method == "fork")
    others = [(s, m, row, ending(row["status"], row["reason"])) for s, m, row in outcomes]
    others = [one for one in others if one[1] != "fork"]
    lost = [end in NOT_INHERITED[strategy] for strategy, _, _, end in others]
    works = [row["n"] > 0 for _, _, row, _ in others]
    holds = True if fork and all(lost) else False if fork and any(works) else None
    return Finding(holds, "; ".join(f"{s} under {m}: {end}" for s, m, _, end in others))


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


def inherited(evidence, interpreter, experiment, strategy):
    """Say how much of the data becomes private to a worker that inherited it.

    The private memory of a worker without data does not count, where that was measured.
    """
    key = {"experiment": experiment, "interpreter": interpreter, "strategy": strategy}
    cell = evidence.cell(**key)
    try:
        idle = evidence.value(
            "workers_uss_mib", experiment="empty_workers", interpreter=interpreter, jobs=10
        )
    except Missing:
        idle = 0.0
    key |= {name: cell[name] for name in ("size", "workers", "jobs")}
    private = (evidence.series("workers_uss_mib", **key) - idle).clip(lower=0.01)
    share = of_values(private / evidence.series("data_mib", **key))
    return at_most(
        share,
        NO_COPY,
        "a tenth of the data is no copy of it",
        f"{items(cell['size'])}, {workers(cell['workers'])}: {mib(cell['workers_uss_mib'])} private"
        f" to each worker ({mib(idle)} without data), the data is {mib(cell['data_mib'])}",
    )


def copied_as_argument(evidence, interpreter, experiment, inheriting):
    """Say how much memory a forked worker took up to receive the data as an argument."""
    key = {"experiment": experiment, "interpreter": interpreter, "start_method": "fork"}
    cell = evidence.cell(strategy="argument", **key)
    same = {"size": cell["size"], "workers": cell["workers"]}
    base = evidence.received_mib(evidence.cell(strategy=inheriting, **same, **key))
    received = evidence.received_mib(cell) - base.median()
    return at_least(
        of_values(received.clip(lower=0.01) / cell["data_mib"]),
        A_SENT_COPY,
        "more than buffers for the transfer can be",
        f"{items(cell['size'])}: a worker takes up {mib(received.median())} more than one that "
        f"inherits, before its first job; the data is {mib(cell['data_mib'])}",
    )
