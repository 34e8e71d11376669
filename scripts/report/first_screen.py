"""The first screen of a full study: the answers to what people ask, in the order in which they ask.

Every number is computed and has its 95 % interval. A point whose experiment was not measured is
left out, and so are its sentences.
"""

from contextlib import suppress

import pandas as pd

from report.by_interpreter import each, interval_of, side_by_side, time_with_interval
from report.inheriting import DATA, inherit
from report.lifetimes import over_a_life
from report.links import EMPTY_JOBS, to_paste
from report.markdown import markdown, with_spread, without_empty
from stats.evidence import Missing, select
from stats.paying import shortest_job_to_pay
from stats.private_memory import private_mib
from stats.ratios import of_values, scaled
from wording.labels import names_of, of_libraries
from wording.machines import usable_cpus_of
from wording.units import items, listed, mib, ratio_in_words
from wording.workloads import sentence_of

FEWEST_POINTS = 4  # below that it is no study of everything
EXAMPLE_JOBS = (20, 1000)  # how many short jobs people ask about
INHERITED = "initializer"  # the strategy by fork that stands for all
COMPARED = "alternatives"  # the experiment in which everything is compared
CALLS = {  # the best recipe of a library, then the call that most people make
    "mpire": "WorkerPool(n, shared_objects=data, start_method='fork').imap_unordered(f, jobs)",
    "joblib_initializer": "Parallel(n, initializer=keep, initargs=(data,))(delayed(f)(job) …)",
    "joblib_batched": "Parallel(n, batch_size=b, pre_dispatch='all')(delayed(f)(data, job) …)",
    "joblib": "Parallel(n)(delayed(f)(data, job) …)",
    "ray_actors": "ref = ray.put(data); ActorPool([Keeper.remote(ref) …]).map_unordered(…, jobs)",
    "ray": "ref = ray.put(data); [f.remote(ref, job) …]",
    "dask": "ref = client.scatter(SimpleNamespace(data=data), broadcast=True); "
    "client.submit(f, ref, job) …",
    "dask_threads": "ref = delayed(data, traverse=False); "
    "compute(*[delayed(f)(ref, job) …], scheduler='threads')",
}
UNMEASURED = "macOS and Windows, several machines, GPUs, and data that is written to"


def first_screen(evidence, lifetimes, folder):
    """Return the numbered answers as Markdown blocks; none if too little of them was measured.

    `folder` is only asked which figures exist.
    """
    names = names_of(evidence.runs)
    found = [
        number_of(evidence, names)
        for number_of in (workers_pay, never_send, inherit, without_fork, flat_numbers, libraries)
    ]
    found.insert(3, over_a_life(lifetimes, names, folder))
    found = [point for point in found if point]
    if len(found) < FEWEST_POINTS:
        return []
    found.append([f"**Not measured here:** {UNMEASURED}. Your own data: `make mine`."])
    blocks = []
    for number, (first, *rest) in enumerate(found, 1):
        blocks += [f"{number}. {first}", *rest]
    return [about(evidence), *blocks]


def about(evidence):
    """Return what a job does and where it was measured."""
    machine = evidence.runs["machine"].mode()[0]
    done = sorted(set(evidence.summary.loc[evidence.summary["n"] > 0, "workload"]))
    does = [f"`{name}`: {sentence_of(name)}" for name in ("scan", "records", "index")
            if name in done and sentence_of(name)]  # fmt: skip
    return (
        f"Measured on Linux: {machine}, {usable_cpus_of(evidence.runs):g} CPUs used. What a job "
        f"does: {' '.join(does)} In brackets: 95 % interval."
    )


def workers_pay(evidence, names):
    """From which job length on two workers pay: what a pool costs to start, and a job of it."""

    def pool(interpreter):
        key = {"experiment": "empty_workers", "interpreter": interpreter, "workers": 2}
        jobs = sorted(set(select(evidence.summary, **key)["jobs"]))
        if len(jobs) < 2:
            raise Missing("one number of jobs says nothing of a job's cost")
        # Groups with other numbers of jobs share no block: a job's cost is that of the long map.
        times = evidence.priors.times
        long = evidence.series("map_s", jobs=jobs[-1], **key)
        few = of_values(evidence.series("total_s", jobs=jobs[0], **key), times)
        a_job = scaled(of_values(long, times), 1 / jobs[-1])
        start = evidence.series("total_s", jobs=jobs[0], **key) - jobs[0] * a_job.value
        return {
            "a pool of two starts and ends": interval_of(start.clip(lower=1e-6), times),
            "each job of it": time_with_interval(a_job),
        } | {
            f"{number} jobs pay, if one takes at least": time_with_interval(
                shortest_job_to_pay(few, jobs[0], a_job, number)
            )
            for number in EXAMPLE_JOBS
        }

    table = side_by_side(names, pool)
    if not table:
        return None
    return [
        "**Jobs shorter than these, or one alone: no workers.** What starting two costs, and how "
        "long a job must take for them to pay, if they halve the work and have no data to receive:",
        *table,
    ]


def never_send(evidence, names):
    """What it costs to pass the data with the jobs: one by one, in chunks, inherited, or not."""

    def costs(interpreter):
        key = {"experiment": COMPARED, "interpreter": interpreter}
        return {
            word: with_spread(evidence.cell(strategy=strategy, **key), "total_s")
            for word, strategy in (
                ("sent one by one", "argument"),
                ("in chunks (`Pool.map`)", "argument_chunked"),
                ("inherited", INHERITED),
                ("without workers", "serial"),
            )
        }

    table = side_by_side(names, costs)
    if not table:
        return None
    cell = select(evidence.summary, experiment=COMPARED, strategy="argument").iloc[0]
    known = {}
    for interpreter, called in names.items():
        with suppress(Missing):
            known[called] = cost_of_sending(evidence, interpreter, experiment=COMPARED)[1]
    slower = [ratio.above(1.0) is True for ratio in known.values()]
    rule = "Never send" if slower and all(slower) else "Sending"
    times = [f"{ratio_in_words(ratio)} on {called}" for called, ratio in known.items()]
    return [
        f"**{rule} the data with each job**: it is pickled, sent and unpickled every time. "
        + (f"Times as long as inherited: {listed(times)}. " if times else "")
        + f"{items(cell['size'])}, {cell['jobs']} jobs, two workers:",
        *table,
        *other_data(evidence, names),
    ]


def cost_of_sending(evidence, interpreter, **key):
    """Return (the cell of one by one, how many times as long it takes as inheriting)."""
    key |= {"interpreter": interpreter, "start_method": "fork"}
    sent = evidence.cell(strategy="argument", **key)
    key |= {name: sent[name] for name in ("experiment", "size", "jobs", "workers")}
    return sent, evidence.ratio(
        "total_s", {"strategy": "argument"} | key, {"strategy": INHERITED} | key
    )


def other_data(evidence, names):
    """What one by one costs for other data than ints, as blocks; empty if none was measured."""
    jobs = set()

    def ratios(interpreter):
        found = {}
        for workload, called in DATA.items():
            with suppress(Missing):
                if workload != "scan":
                    cell, ratio = cost_of_sending(evidence, interpreter, workload=workload)
                    found[f"{called}, {items(cell['size'])}"] = ratio_in_words(ratio)
                    jobs.add(int(cell["jobs"]))
        if not found:
            raise Missing("nothing but ints")
        return found

    table = side_by_side(names, ratios)
    if not table:
        return []
    return [
        f"Other data sent with each of {listed(sorted(jobs))} jobs: times as long as inherited.",
        *table,
    ]


def without_fork(evidence, names):
    """What breaks without fork, and what to use."""
    key = {"experiment": "start_methods", "start_method": "spawn"}
    broken = []
    for strategy, what in (("global", "a global"), ("closure", "a closure")):
        cells = select(evidence.summary, strategy=strategy, **key)
        bad = cells[(cells["n"] == 0) & cells["reason"].notna()]
        kinds = sorted({str(reason).split(":")[0] for reason in bad["reason"]})
        if kinds:
            broken.append(f"{what} ends in {' or '.join(kinds)}")
    if not broken:
        return None

    def own(interpreter):
        sizes = []
        for strategy, method in (
            ("forkserver_preload", "forkserver"),
            ("forkserver_preload_frozen", "forkserver"),
            ("forkserver_preload_immortal", "forkserver"),
            ("initializer", "spawn"),
        ):
            try:
                cell = evidence.cell(
                    interpreter=interpreter, workload="records", strategy=strategy,
                    start_method=method,
                )  # fmt: skip
            except Missing:
                continue
            copy = private_mib(cell, evidence.summary)
            if not pd.isna(copy):
                sizes.append(f"`{strategy}` {mib(copy)}")
        if not sizes:
            raise Missing("no records without fork")
        return ", ".join(sizes)

    parts = each(evidence, names, own)
    copies = f" Private memory of a worker, a list of tuples: {'; '.join(parts)}." if parts else ""
    return [
        "**No fork** (spawn; forkserver, the default from Python 3.14 on; macOS, Windows): "
        f'{" and ".join(broken)}. On Linux ask for `get_context("fork")`; else let a '
        f"forkserver build the data ({to_paste('forkserver_preload')}), share arrays and frames "
        f"{to_paste('out_of_band')} (pickle protocol 5, the buffers in one shared block), or give "
        f"each worker a copy by an initializer.{copies}"
    ]


BY_ITEM = {
    "shared_memory": "`shared_memory`",
    "shared_memory_cffi": "by cffi",
    "initializer": "a list, inherited",
}
IN_PLACE = {  # under spawn
    ("array2d", "shared_memory"): "a matrix, private memory, `shared_memory`",
    ("array2d", "out_of_band"): "a matrix, private memory, `out_of_band`",
    ("array2d", "initializer"): "a matrix, private memory, sent to each",
    ("frame_arrow", "out_of_band"): "a frame in Arrow, private memory, `out_of_band`",
    ("frame_arrow", "initializer"): "a frame in Arrow, private memory, sent to each",
}


def flat_numbers(evidence, names):
    """Flat numbers: by item from shared memory, and a matrix read as one, without fork."""

    def both(interpreter):
        found = {}
        key = {"experiment": COMPARED, "interpreter": interpreter}
        for strategy, called in BY_ITEM.items():
            try:
                cell = evidence.cell(strategy=strategy, **key)
            except Missing:
                continue
            found[f"by item, {called}"] = with_spread(cell, "total_s")
        key = {"interpreter": interpreter, "start_method": "spawn"}
        for (workload, strategy), head in IN_PLACE.items():
            try:
                cell = evidence.cell(workload=workload, strategy=strategy, **key)
            except Missing:
                continue
            copy = private_mib(cell, evidence.summary)
            if not pd.isna(copy):
                found[head] = f"{mib(copy)} of {mib(cell['data_mib'])}"
        return found

    table = side_by_side(names, both)
    if not table:
        return None
    parts = each(evidence, names, lambda interpreter: by_threads(evidence, interpreter))
    threads = f"Threads, times as fast as without workers: {'; '.join(parts)}." if parts else ""
    return [
        "**Numbers and arrays, frames too**: flat memory is shared whatever the start method, and "
        "a matrix is read in place. Read item by item it makes an object of each number, which a "
        "list has already:",
        *table,
        *filter(None, [threads]),
    ]


def by_threads(evidence, interpreter):
    """Return what threads gain for data that libraries read without the GIL."""
    gains = []
    for workload in ("array2d", "frame_arrow"):
        key = {"interpreter": interpreter, "workload": workload}
        with suppress(Missing):
            cell = evidence.cell(strategy="threads", **key)
            key |= {name: cell[name] for name in ("experiment", "size", "jobs")}
            ratio = evidence.ratio(
                "total_s", {"strategy": "serial"} | key, {"strategy": "threads"} | key
            )
            gains.append(f"{DATA[workload]} {ratio_in_words(ratio)}")
    if not gains:
        raise Missing("no threads over arrays")
    return ", ".join(gains)


def libraries(evidence, names):
    """Every library, by its best recipe and by the call that most people make."""
    rows, theirs = [], of_libraries(evidence.runs)
    for strategy, call in CALLS.items():
        if strategy not in theirs:
            continue
        times = dict.fromkeys(names.values(), "–")
        for interpreter, called in names.items():
            with suppress(Missing):
                cell = evidence.cell(
                    experiment=COMPARED, interpreter=interpreter, strategy=strategy
                )
                times[called] = with_spread(cell, "total_s")
        if set(times.values()) != {"–"}:
            rows.append({"": to_paste(strategy), "the call": f"`{call}`"} | times)
    if not rows:
        return None
    cell = select(evidence.summary, experiment=COMPARED).iloc[0]
    return [
        f"**Libraries** ({items(cell['size'])}, {cell['jobs']} jobs). Of joblib and Ray, the first "
        "recipe is what their maintainers made for data that is no array (the program links the "
        "place), the last the usual call; `joblib_batched` is our own choice of joblib's "
        "parameters. Start and stop are "
        "[part of these times](#libraries-start-and-stop-apart-from-the-jobs). Jobs of "
        "microseconds go several at a time: by `chunksize`, or by joblib and MPIRE, which do so "
        "themselves "
        f"({EMPTY_JOBS}):",
        markdown(without_empty(rows)),
    ]
