"""The point of the first screen on fork: who copies which data, what that takes, does it fit."""

import pandas as pd

from claims.article import NO_COPY
from report.by_interpreter import each, interval_of
from report.forking import fork_before_threads
from report.links import to_paste
from report.markdown import markdown, without_empty
from stats.evidence import Missing, select
from stats.private_memory import private_mib
from wording.mechanisms import inherits
from wording.units import items, listed, mib

MOST_COPIED = 0.25  # of the data, above which a copy is mentioned
EXAMPLE_SIZE, EXAMPLE_WORKERS = 10_000_000, 8  # of whom people ask whether it fits
DATA = {
    "scan": "list of ints",
    "records": "tuples",
    "instances": "objects",
    "index": "dict",
    "documents": "JSON",
    "array2d": "array",
    "frame": "frame, object strings",
    "frame_arrow": "frame, Arrow",
    "frame_polars": "frame, polars",
}
MANY = {  # where the word in a sentence is another
    "index": "dicts",
    "documents": "JSON documents",
    "array2d": "arrays",
    "frame": "frames of object strings",
    "frame_arrow": "frames in Arrow",
    "frame_polars": "frames in polars",
}


def inherit(evidence, names):
    """What forked workers copy of which data, with `immortal` and without; what it costs."""
    rows, ints, fitting, yet = [], {}, [], []
    counts = largest_sizes(evidence)
    for interpreter, called in names.items():
        for strategy, word in (("initializer", ""), ("immortal", " with `immortal`")):
            own = {
                name: copied(evidence, interpreter, name, strategy, counts.get(name))
                for name in DATA
            }
            if any(own.values()):
                ints[f"{called}{word}"] = own["scan"]
                yet += copied_all_the_same(f"{called}{word}", own)
                texts = {
                    f"{DATA[name]}, {items(counts[name])}": sizes_in_words(sizes)
                    for name, sizes in own.items()
                    if name in counts
                }
                rows.append({"data → private memory": f"{called}{word}"} | texts)
                if own["records"]:
                    fitting.append(f"{called}{word} {mib(projected(*own['records'], counts))}")
    if not rows:
        return None
    rows = without_empty(rows)
    parts = [
        "**Inherit it by fork** (a global, an initializer, a closure, ProcessPoolExecutor, MPIRE: "
        f"one mechanism). {who_copies(ints)}{first_jobs(evidence, names)}. "
        f"{fork_before_threads(evidence.runs)} "
        f"{'; '.join(['Other data differ', *yet])}. Private memory of each worker after the last "
        "job, less that of a worker without data:",
        markdown(rows),
    ]
    fits = (
        "**Memory ≈ without workers + workers × private memory.** If that does not fit: fewer "
        "workers, flat numbers or Arrow, PyPy"
    )
    costs = each(evidence, names, lambda interpreter: marking(evidence, interpreter))
    if costs:
        fits += (
            f", or {to_paste('immortal')}, a recipe that keeps CPython from 3.12 on from counting "
            f"references to the data; marking it takes time once ({listed(costs)})"
        )
    fits += "."
    if fitting:
        fits += (
            f" Projected by it, {EXAMPLE_SIZE / 1e6:g} M tuples with {EXAMPLE_WORKERS} workers: "
            f"{listed(fitting)}."
        )
    return [*parts, fits]


def projected(data_mib, copy_mib, counts):
    """Return the MiB of the example: its data once, and the private memory of each worker."""
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


def copied(evidence, interpreter, workload, strategy, size):
    """Return (data, a forked worker's private memory) in MiB; empty if unknown."""
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
    copy = private_mib(cell, evidence.summary)
    return cell["data_mib"], cell["workers_uss_mib"] if pd.isna(copy) else copy


def copied_all_the_same(called, own):
    """Return in a clause what is copied where ints are not; none where there is no such data."""
    shares = {name: sizes[1] / sizes[0] for name, sizes in own.items() if sizes}
    if shares.get("scan", 1.0) > NO_COPY:
        return []
    copies = [MANY.get(name, DATA[name]) for name, share in shares.items() if share > MOST_COPIED]
    return [f"{called} copies {listed(copies)} all the same"] if copies else []


def sizes_in_words(sizes):
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
        took = [interval_of(one, evidence.priors.times) for one in (first, later)]
        return f"{took[0]}, later ones {took[1]} ({items(cell['size'])})"

    parts = each(evidence, names, jobs)
    return f"; a worker's first job pays for it: {'; '.join(parts)}" if parts else ""


def marking(evidence, interpreter):
    """Return what it takes to make a million objects immortal."""
    cell = evidence.cell(interpreter=interpreter, strategy="immortal", workload="scan")
    key = {name: cell[name] for name in ("experiment", "size", "workers", "jobs", "start_method")}
    took = evidence.series("publish_s", interpreter=interpreter, strategy="immortal", **key)
    marked = interval_of(took / cell["size"] * 1e6, evidence.priors.times)
    return f"{marked} for a million objects"
