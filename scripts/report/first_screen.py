"""The first screen of a full study: the answers to what people ask, in the order in which they ask.

Every number is computed and has its interval, or its range and the word "trial" where there are too
few runs. A point whose experiment was not measured is left out, and so are its sentences.
"""

import pandas as pd

from answers.claims import NO_COPY
from answers.evidence import Missing, select
from answers.ratios import of_values
from report.kinds_of_data import less_nothing
from report.markdown import markdown, with_spread, without_empty
from words.labels import names_of, of_libraries
from words.machines import usable_cpus
from words.mechanisms import inherits
from words.units import items, listed, mib, time
from words.workloads import sentence_of

FEWEST_POINTS = 4  # below that it is no study of everything
EXAMPLE_JOBS = (20, 1000)  # how many short jobs people ask about
EXAMPLE_SIZE, EXAMPLE_WORKERS = 10_000_000, 8  # of whom people ask whether it fits
COMPARED = "alternatives"  # the experiment in which everything is compared
UNMEASURED = "macOS and Windows, several machines, GPUs, and data that is written to"


def first_screen(evidence):
    """Return the numbered answers as Markdown blocks; none if too little of them was measured."""
    names = names_of(evidence.runs)
    found = [
        number_of(evidence, names)
        for number_of in (workers_pay, never_send, inherit, without_fork, numbers, libraries)
    ]
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
    told = [f"`{name}`: {sentence_of(name)}" for name in ("scan", "records", "index")
            if name in done and sentence_of(name)]  # fmt: skip
    return (
        f"Measured on Linux: {machine}, {usable_cpus(evidence.runs):g} CPUs used. What a job does: "
        f"{' '.join(told)} In brackets: 95 % interval, or the range of fewer than 4 runs."
    )


def each(evidence, names, say):
    """Return what `say(interpreter)` says of every interpreter of which it knows something."""
    parts = []
    for interpreter, called in names.items():
        try:
            parts.append(f"{called} {say(interpreter)}")
        except Missing:
            continue
    return parts


def side_by_side(names, columns_of):
    """Return a table with a row for each interpreter of which `columns_of(interpreter)` knows.

    Fewer than two columns say nothing beside each other.
    """
    known = {}
    for interpreter, called in names.items():
        try:
            known[called] = columns_of(interpreter)
        except Missing:
            continue
    heads = list(dict.fromkeys(head for columns in known.values() for head in columns))
    rows = [
        {"": called} | {head: columns.get(head, "–") for head in heads}
        for called, columns in known.items()
        if columns
    ]
    return [markdown(rows)] if rows else []


def workers_pay(evidence, names):
    """From which job length on two workers pay: what a pool costs to start, and a job of it."""

    def pool(interpreter):
        key = {"experiment": "empty_workers", "interpreter": interpreter, "workers": 2}
        jobs = sorted(set(select(evidence.summary, **key)["jobs"]))
        if len(jobs) < 2:
            raise Missing("one number of jobs says nothing of a job's cost")
        # Groups with other numbers of jobs share no block: a job's cost is that of the long map.
        a_job = evidence.series("map_s", jobs=jobs[-1], **key) / jobs[-1]
        start = evidence.series("total_s", jobs=jobs[0], **key) - jobs[0] * a_job.median()
        start = start.clip(lower=1e-6)
        # Two workers save half of the work.
        return {
            "a pool of two starts and ends": interval_of(start),
            "each job of it": interval_of(a_job),
        } | {
            f"{number} jobs pay, if one takes at least": interval_of(
                (start + number * a_job.median()) / (number / 2)
            )
            for number in EXAMPLE_JOBS
        }

    table = side_by_side(names, pool)
    if not table:
        return None
    return [
        "**Few or short jobs: no workers.** What starting two costs, and how long a job must "
        "take for them to pay, if they halve the work and have no data to receive:",
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
                ("inherited", "initializer"),
                ("without workers", "serial"),
            )
        }

    table = side_by_side(names, costs)
    if not table:
        return None
    cell = select(evidence.summary, experiment=COMPARED, strategy="argument").iloc[0]
    slower = [dear(evidence, interpreter) for interpreter in names]
    known = [one for one in slower if one is not None]
    rule = "Never send" if known and all(known) else "Sending"
    return [
        f"**{rule} the data with each job**: it is pickled, sent and unpickled every time. "
        f"{items(cell['size'])}, {cell['jobs']} jobs, two workers:",
        *table,
    ]


def dear(evidence, interpreter):
    """Return whether one by one takes longer than inheriting; None where that is not known."""
    key = {"experiment": COMPARED, "interpreter": interpreter}
    try:
        sent, inherited = (
            evidence.cell(strategy=name, **key) for name in ("argument", "initializer")
        )
        same = {"size": sent["size"], "jobs": sent["jobs"], "workers": sent["workers"], **key}
        ratio = evidence.ratio(
            "total_s",
            {"strategy": "argument", **same},
            {"strategy": inherited["strategy"], **same},
        )
    except Missing:
        return None
    return ratio.above(1.0) is True


def inherit(evidence, names):
    """What forked workers copy of which data, with `immortal` and without; what it costs."""
    rows, ints, fitting = [], {}, []
    counts = largest_sizes(evidence)
    for interpreter, called in names.items():
        for strategy, word in (("initializer", ""), ("immortal", " with `immortal`")):
            own = {
                name: copied(evidence, interpreter, name, strategy, counts.get(name))
                for name in DATA
            }
            if any(own.values()):
                ints[f"{called}{word}"] = own["scan"]
                texts = {
                    f"{DATA[name]}, {items(counts[name])}": in_words(sizes)
                    for name, sizes in own.items()
                    if name in counts
                }
                rows.append({"data → own copy": f"{called}{word}"} | texts)
                if own["records"]:
                    fitting.append(f"{called}{word} {mib(projected(*own['records'], counts))}")
    if not rows:
        return None
    rows = without_empty(rows)
    parts = [
        "**Inherit it by fork** (a global, an initializer, a closure, ProcessPoolExecutor, MPIRE: "
        f"one mechanism). {who_copies(ints)}{first_jobs(evidence, names)}. "
        "What each worker has for itself in the end, beside what it would have without the data:",
        markdown(rows),
    ]
    fits = (
        "**Memory ≈ without workers + workers × own copy.** If that does not fit: fewer workers, "
        "flat numbers or Arrow, PyPy"
    )
    costs = each(evidence, names, lambda interpreter: marking(evidence, interpreter))
    if costs:
        fits += (
            ", or `immortal`: a recipe that keeps CPython from 3.12 on from counting references to "
            f"the data, which takes {listed(costs)}"
        )
    fits += "."
    if fitting:
        fits += (
            f" Projected by it, {EXAMPLE_SIZE / 1e6:g} M tuples with {EXAMPLE_WORKERS} workers: "
            f"{listed(fitting)}."
        )
    return [*parts, fits]


def projected(data_mib, copy_mib, counts):
    """Return the MiB of the example: its data once, and a copy of each worker's own."""
    return (data_mib + EXAMPLE_WORKERS * copy_mib) * EXAMPLE_SIZE / counts["records"]


def largest_sizes(evidence):
    """Return the most items of each workload that forked workers shared on every interpreter."""
    good = evidence.summary[evidence.summary["n"] > 0]
    good = good[(good["start_method"] == "fork") & good["workers_uss_mib"].notna()]
    found = {}
    for workload, cells in good[good["size"] > 1].groupby("workload"):
        sizes = [set(own["size"]) for _, own in cells.groupby("interpreter")]
        found[workload] = max(set.intersection(*sizes) or set.union(*sizes))
    return found


DATA = {
    "scan": "list of ints",
    "records": "tuples",
    "instances": "objects",
    "index": "dict",
    "documents": "JSON",
    "array2d": "array",
    "frame": "frame, object strings",
    "frame_arrow": "frame, Arrow",
}


def copied(evidence, interpreter, workload, strategy, size):
    """Return (data, a forked worker's own copy) in MiB of so many items; empty if unknown."""
    key = {"interpreter": interpreter, "workload": workload, "start_method": "fork", "size": size}
    good = select(evidence.summary, **key)
    good = good[(good["n"] > 0) & good["workers_uss_mib"].notna()]
    good = good[good["data_mib"] > 0]
    own = good[[wanted(one, strategy) for one in good["strategy"]]]
    if own.empty:
        return ()
    # Every job touched all of it; the strategy's own where that was measured.
    own = own.assign(order=own["strategy"] == strategy).sort_values(["order", "workers"])
    cell = own.iloc[-1]
    copy = less_nothing(cell, evidence.summary)
    copy = cell["workers_uss_mib"] if pd.isna(copy) else max(0.0, copy)
    return cell["data_mib"], copy


def in_words(sizes):
    """Return what `copied` returned in words."""
    return " → ".join(map(mib, sizes)) or "–"


def who_copies(ints):
    """Return who copies a list of ints that is only read, and who does not; `copied` of each."""
    known = {called: sizes[1] / sizes[0] for called, sizes in ints.items() if sizes}
    copies = [called for called, share in known.items() if share > NO_COPY]
    shares = [called for called in known if called not in copies]
    parts = [f"workers of {listed(copies)} copy the ints that they read"] if copies else []
    parts += [f"those of {listed(shares)} do not"] if shares else []
    return f"**{'; '.join(parts)}**".replace("**w", "**W").replace("**those", "**Those")


def wanted(name, strategy):
    """Return whether a strategy is asked for: itself if immortal, else all that inherit alike."""
    return name == strategy if strategy == "immortal" else inherits(name)


def first_jobs(evidence, names):
    """Return in a clause what the first job of a worker takes, and later ones."""

    def jobs(interpreter):
        key = {"experiment": "closure_scaling", "interpreter": interpreter, "workers": 2}
        cell = evidence.cell(strategy="closure", **key)
        first, later = (
            evidence.median_by_block(cell, "seconds", first=one) for one in (True, False)
        )
        if first.median() <= later.median():
            raise Missing("the first job is no slower")
        return f"{interval_of(first)}, later ones {interval_of(later)} ({items(cell['size'])})"

    parts = each(evidence, names, jobs)
    return f"; a worker's first job pays for it: {'; '.join(parts)}" if parts else ""


def marking(evidence, interpreter):
    """Return what it takes to make a million objects immortal."""
    cell = evidence.cell(interpreter=interpreter, strategy="immortal", workload="scan")
    key = {name: cell[name] for name in ("experiment", "size", "workers", "jobs", "start_method")}
    took = evidence.series("publish_s", interpreter=interpreter, strategy="immortal", **key)
    return f"{interval_of(took / cell['size'] * 1e6)} for a million objects once"


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
        told = []
        for strategy, method in (
            ("forkserver_preload", "forkserver"),
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
            copy = less_nothing(cell, evidence.summary)
            if not pd.isna(copy):
                told.append(f"`{strategy}` {mib(max(0.0, copy))}")
        if not told:
            raise Missing("no records without fork")
        return ", ".join(told)

    parts = each(evidence, names, own)
    copies = f" A worker's own copy of a list of tuples: {'; '.join(parts)}." if parts else ""
    return [
        "**No fork** (spawn; forkserver, the default from Python 3.14 on; macOS, Windows): "
        f'{" and ".join(broken)}. Ask for `get_context("fork")` where it exists; else let a '
        "forkserver build the data (`forkserver_preload`), share arrays and frames `out_of_band` "
        "(pickle protocol 5, the buffers in one shared block), or give each worker a copy by an "
        f"initializer.{copies}"
    ]


BY_ITEM = {
    "shared_memory": "`shared_memory`",
    "shared_memory_cffi": "by cffi",
    "initializer": "a list, inherited",
}
IN_PLACE = {  # under spawn
    ("array2d", "shared_memory"): "a matrix, own copy, `shared_memory`",
    ("array2d", "out_of_band"): "a matrix, own copy, `out_of_band`",
    ("array2d", "initializer"): "a matrix, own copy, sent to each",
    ("frame_arrow", "out_of_band"): "a frame in Arrow, own copy, `out_of_band`",
    ("frame_arrow", "initializer"): "a frame in Arrow, own copy, sent to each",
}


def numbers(evidence, names):
    """Flat numbers: by item from shared memory, and a matrix read as one, without fork."""

    def both(interpreter):
        found = {}
        key = {"experiment": COMPARED, "interpreter": interpreter}
        for strategy, way in BY_ITEM.items():
            try:
                cell = evidence.cell(strategy=strategy, **key)
            except Missing:
                continue
            found[f"by item, {way}"] = with_spread(cell, "total_s")
        key = {"interpreter": interpreter, "start_method": "spawn"}
        for (workload, strategy), head in IN_PLACE.items():
            try:
                cell = evidence.cell(workload=workload, strategy=strategy, **key)
            except Missing:
                continue
            copy = less_nothing(cell, evidence.summary)
            copy = 0.0 if pd.isna(copy) else max(0.0, copy)
            found[head] = f"{mib(copy)} of {mib(cell['data_mib'])}"
        return found

    table = side_by_side(names, both)
    if not table:
        return None
    return [
        "**Numbers and arrays, frames too**: flat memory is shared whatever the start method, and "
        "a matrix is read in place. Read item by item it makes an object of each number, which a "
        "list has already:",
        *table,
    ]


def libraries(evidence, names):
    """Every library, by its best recipe and by the call that most people make."""
    theirs = of_libraries(evidence.runs)

    def times(interpreter):
        key = {"experiment": COMPARED, "interpreter": interpreter}
        told = {}
        for strategy in ("mpire", "joblib_batched", "joblib", "ray_actors", "ray", "dask"):
            if strategy in theirs:
                try:
                    cell = evidence.cell(strategy=strategy, **key)
                except Missing:
                    continue
                told[f"`{strategy}`"] = with_spread(cell, "total_s")
        return told

    table = side_by_side(names, times)
    if not table:
        return None
    cell = select(evidence.summary, experiment=COMPARED).iloc[0]
    return [
        f"**Libraries** ({items(cell['size'])}, {cell['jobs']} jobs). Of joblib and Ray first the "
        "recipe that their maintainers advise, then the usual call; a program of each to paste: "
        "`examples/use_<name>.py`:",
        *table,
    ]


def interval_of(series):
    """Return values by block as a time with its interval."""
    ratio = of_values(series.dropna())
    if ratio is None:
        raise Missing("no value")
    if ratio.blocks == 1:
        return f"{time(ratio.value)} (one block)"
    trial = "trial, " if ratio.trial else ""
    return f"{time(ratio.value)} ({trial}{time(ratio.low)} – {time(ratio.high)})"
