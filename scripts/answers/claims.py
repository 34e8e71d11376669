"""The claims of the 2016 article, a small function each, judged by what was measured.

A function looks its numbers up in the `Evidence` and returns findings: for every interpreter,
whether the claim holds and the measured numbers in words. judge_claims.py turns them into a
verdict.
"""

from answers.evidence import PAGE_MIB, Finding, Missing, ending, select, unspoilt
from answers.pickling_table import interpreters_fail_differently
from words.units import items, mib, time, workers

# What the article's adjectives are taken to mean.
AT_ONCE_S = 1.0  # "super fast": a pool with nothing to do
FAR_LONGER = 3.0  # times the work itself
EXTREMELY_SLOW = 10.0  # times as long an access as to a plain list
A_COPY = 0.5  # of the data's size, private to a worker
NO_COPY = 0.1
BETTER = 1.05  # times the speed-up
NEARLY_TWICE = 1.7
SMALL_GAIN = (1.05, 1.5)  # four workers against two
NO_HELP = 1.2  # at most that much faster
SLOWER = 1.1
ARTICLE_SIZE = 128_000_000


def idle_pool_is_done_at_once(evidence, interpreter):
    cell = evidence.cell(experiment="empty_workers", interpreter=interpreter, jobs=10)
    seconds = cell["total_s"]
    return Finding(
        seconds < AT_ONCE_S, f"{cell['workers']} workers, {cell['jobs']} jobs: {time(seconds)}"
    )


def argument_takes_far_longer_than_the_work(evidence, interpreter):
    cell = evidence.cell(
        experiment="pass_as_argument", interpreter=interpreter, strategy="argument", workers=1
    )
    job = evidence.jobs_of(cell)["seconds"].median()
    times = cell["map_s"] / (job * cell["jobs"])
    return Finding(
        times >= FAR_LONGER,
        f"{items(cell['size'])}: {time(job)} of work a job, {cell['jobs']} jobs in "
        f"{time(cell['map_s'])}, {times:.1f} times the work",
    )


def argument_is_a_copy_in_each_worker(evidence, interpreter):
    return copied_as_argument(evidence, interpreter, "pass_as_argument", "global")


def shared_objects_are_extremely_slow(evidence, interpreter):
    per_item = {}
    for strategy in ("manager_list", "locked_array", "raw_array", "global"):
        cell = evidence.cell(
            experiment="shared_objects", interpreter=interpreter, strategy=strategy, workers=1
        )
        per_item[strategy] = evidence.jobs_of(cell)["seconds"].median() / cell["size"]
    plain = per_item.pop("global")
    slow = min(per_item["manager_list"], per_item["locked_array"]) / plain
    return Finding(
        slow >= EXTREMELY_SLOW,
        "an item through "
        + ", ".join(f"{name} {time(seconds)}" for name, seconds in per_item.items())
        + f", in a plain list {time(plain)}",
    )


def global_is_inherited_without_a_copy(evidence, interpreter):
    return inherited(evidence, interpreter, "big_global", "global")


def global_works_with_128_million(evidence, interpreter):
    key = {"experiment": "big_global", "interpreter": interpreter, "strategy": "global"}
    planned = select(evidence.summary, **key)
    largest = planned["size"].max()
    if planned.empty or largest < ARTICLE_SIZE:
        raise Missing(f"the largest big_global of this study has {items(largest)}")
    at_scale = unspoilt(planned[planned["size"] >= ARTICLE_SIZE])
    good = at_scale[at_scale["n"] > 0].sort_values("workers")
    memory = [f"{workers(row['workers'])} {mib(row['tree_pss_mib'])}" for _, row in good.iterrows()]
    failed = at_scale[at_scale["n"] == 0]
    memory += [f"{workers(row['workers'])} {row['status']}" for _, row in failed.iterrows()]
    return Finding(not good.empty, "memory of all processes: " + ", ".join(memory))


def imported_global_is_built_again(evidence, interpreter):
    begins = {}
    for method in ("fork", "spawn"):
        cell = evidence.cell(
            experiment="start_methods",
            interpreter=interpreter,
            strategy="module_global",
            start_method=method,
        )
        begins[method] = evidence.jobs_of(cell, first=True)["started_s"].median()
    build = evidence.value(
        "build_s", experiment="start_methods", interpreter=interpreter, strategy="argument"
    )
    return Finding(
        begins["spawn"] - begins["fork"] >= A_COPY * build,
        f"a spawned worker's first job begins after {time(begins['spawn'])}, a forked one's after "
        f"{time(begins['fork'])}; building the data takes {time(build)}",
    )


def passed_data_is_copied(evidence, interpreter):
    return copied_as_argument(evidence, interpreter, "start_methods", "closure")


def closure_is_inherited_without_a_copy(evidence, interpreter):
    return inherited(evidence, interpreter, "closure_scaling", "closure")


def many_jobs_scale_better(evidence, interpreter):
    few = evidence.speedup(2, experiment="big_global", interpreter=interpreter, strategy="global")
    key = {
        "experiment": "closure_scaling",
        "interpreter": interpreter,
        "strategy": "closure",
    }
    many = evidence.speedup(2, **key)
    cell = evidence.cell(workers=2, **key)
    first, later = evidence.jobs_of(cell, first=True), evidence.jobs_of(cell, first=False)
    return Finding(
        many >= BETTER * few,
        f"two workers {many:.2f} times as fast with {cell['jobs']} jobs, {few:.2f} times with few; "
        f"a worker's first job {time(first['seconds'].median())} and "
        f"{mib(first['minor_faults'].median() * PAGE_MIB)} of page faults, later ones "
        f"{time(later['seconds'].median())}",
    )


def two_workers_are_nearly_twice_as_fast(evidence, interpreter):
    key = {
        "experiment": "closure_scaling",
        "interpreter": interpreter,
        "strategy": "closure",
    }
    times = evidence.speedup(2, **key)
    one, two = evidence.cell(workers=1, **key), evidence.cell(workers=2, **key)
    return Finding(
        times >= NEARLY_TWICE,
        f"{time(one['total_s'])} → {time(two['total_s'])}, {times:.2f} times as fast",
    )


def four_workers_gain_little_by_smt(evidence, interpreter):
    machine = evidence.runs.iloc[0]
    if str(machine["smt"]) == "unknown":
        raise Missing("a virtual machine hides whether its cores are threads of one core")
    if str(machine["smt"]) == "False":
        raise Missing("the processor shows no simultaneous multithreading")
    if machine["physical_cores"] != 2:
        raise Missing(f"{machine['physical_cores']} physical cores, the claim speaks of two")
    key = {
        "experiment": "closure_scaling",
        "interpreter": interpreter,
        "strategy": "closure",
    }
    gain = evidence.speedup(4, **key) / evidence.speedup(2, **key)
    low, high = SMALL_GAIN
    return Finding(low <= gain <= high, f"four workers {gain:.2f} times as fast as two")


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
            found = select(evidence.summary, **key)
            if found.empty:
                raise Missing("global and closure were not tried under fork and spawn")
            outcomes.append((strategy, method, unspoilt(found).iloc[0]))
    fork = all(row["status"] == "ok" for _, method, row in outcomes if method == "fork")
    other = [(s, m, row) for s, m, row in outcomes if m != "fork"]
    return Finding(
        fork and all(row["status"] != "ok" for _, _, row in other),
        "; ".join(f"{s} under {m}: {ending(row['status'], row['reason'])}" for s, m, row in other),
    )


def threads_do_not_help(evidence, interpreter):
    key = {"interpreter": interpreter}
    key["experiment"] = evidence.first_of(("threads_without_gil", "matrix"), interpreter)
    times = evidence.speedup(2, strategy="threads", **key)
    gil = select(evidence.runs, **key)["gil"].dropna().iloc[0]
    return Finding(
        times < NO_HELP,
        f"{'with' if gil else 'without'} a GIL, two threads {times:.2f} times as fast as one",
    )


def loading_once_beats_reading_again(evidence, interpreter):
    key = {"experiment": "matrix", "interpreter": interpreter, "workers": 2}
    disk = evidence.cell(strategy="from_disk", **key)
    once = evidence.value("total_s", strategy="global", size=disk["size"], **key)
    times = disk["total_s"] / once
    return Finding(
        times >= SLOWER,
        f"{items(disk['size'])}: reading for every job takes {times:.1f} times as long",
    )


def inherited(evidence, interpreter, experiment, strategy):
    """Say how much of the data becomes private to a worker that inherited it.

    What a worker without data has for itself does not count, where that was measured.
    """
    cell = evidence.cell(experiment=experiment, interpreter=interpreter, strategy=strategy)
    private, data = cell["workers_uss_mib"], cell["data_mib"]
    try:
        idle = evidence.value(
            "workers_uss_mib", experiment="empty_workers", interpreter=interpreter, jobs=10
        )
    except Missing:
        idle = 0.0
    return Finding(
        private - idle <= NO_COPY * data,
        f"{items(cell['size'])}, {workers(cell['workers'])}: {mib(private)} private to each "
        f"worker ({mib(idle)} without data), the data is {mib(data)}",
    )


def copied_as_argument(evidence, interpreter, experiment, inheriting):
    """Say how much memory a forked worker took up to receive the data as an argument."""
    key = {"experiment": experiment, "interpreter": interpreter, "start_method": "fork"}
    cell = evidence.cell(strategy="argument", **key)
    same = {"size": cell["size"], "workers": cell["workers"]}
    base = evidence.received_mib(evidence.cell(strategy=inheriting, **same, **key))
    copied = evidence.received_mib(cell) - base
    return Finding(
        copied >= A_COPY * cell["data_mib"],
        f"{items(cell['size'])}: a worker takes up {mib(copied)} more than one that inherits, "
        f"before its first job; the data is {mib(cell['data_mib'])}",
    )


CLAIMS = {
    "S1": (
        "A pool of workers with nothing to do is done almost at once",
        "empty_workers",
        idle_pool_is_done_at_once,
    ),
    "S2": (
        "Data passed as a job's parameter: the jobs are quick, the whole is slow",
        "pass_as_argument",
        argument_takes_far_longer_than_the_work,
    ),
    "S3": (
        "… and each worker gets a copy of it in memory",
        "pass_as_argument",
        argument_is_a_copy_in_each_worker,
    ),
    "S4": (
        "multiprocessing's managed and shared objects are extremely slow",
        "shared_objects",
        shared_objects_are_extremely_slow,
    ),
    "S5": (
        "A module global is inherited by fork and not copied",
        "big_global",
        global_is_inherited_without_a_copy,
    ),
    "S6": ("That works with 128 million ints", "big_global", global_works_with_128_million),
    "S7": (
        "A big global is built again wherever its module is imported",
        "start_methods",
        imported_global_is_built_again,
    ),
    "S8": (
        "Data made under __main__ and passed to the workers is copied",
        "start_methods",
        passed_data_is_copied,
    ),
    "S9": (
        "A worker function in the scope of the data (a closure) inherits it without a copy",
        "closure_scaling",
        closure_is_inherited_without_a_copy,
    ),
    "S10": (
        "Parallelism warms up: 100 jobs show it better than 10",
        "closure_scaling",
        many_jobs_scale_better,
    ),
    "S11": (
        "Two workers give nearly twice the speed",
        "closure_scaling",
        two_workers_are_nearly_twice_as_fast,
    ),
    "S12": (
        "Four workers on two cores with SMT gain a little more",
        "closure_scaling",
        four_workers_gain_little_by_smt,
    ),
    "S13": (
        "PyPy and CPython fail in different places when pickling",
        "pickling",
        interpreters_fail_differently,
    ),
    "S14": (
        "It does not work where there is no fork (Windows)",
        "start_methods",
        inheriting_needs_fork,
    ),
    "S15": (
        "Threads do not help, because of the GIL",
        "matrix, threads_without_gil",
        threads_do_not_help,
    ),
    "S16": (
        "Data that fits in memory is better loaded once than read again",
        "matrix",
        loading_once_beats_reading_again,
    ),
}
