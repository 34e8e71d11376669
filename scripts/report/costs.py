"""Why a strategy costs what it costs: the terms of the cost model, where strategies break even."""

from math import inf, isfinite

from costs.break_even import jobs_to_pay, with_interval
from costs.cost_model import KIND
from costs.fit_costs import fit, runs_with_memory
from report.markdown import markdown, without_empty
from wording.labels import names_of
from wording.units import items, number, time

# One a mechanism.
SHOWN_STRATEGIES = ("serial", "argument", "initializer", "immortal", "shared_memory")
FEWEST_SIZES = 2  # one size cannot separate costs by item from costs whatever the size
MILLION = 1e6
TERM_COLUMNS = {  # heading: the term, and of how many of its unit
    "publish 1 M items": ("publish an item", MILLION),
    "start a worker": ("start a worker", 1),
    "first touch, 1 M items, a worker": ("touch an item first", MILLION),
    "send a job": ("ship a job", 1),
    "send 1 M items with a job": ("ship a job's item", MILLION),
    "compute, 1 M items, a job": ("compute an item", MILLION),
    "warm up, without workers": ("warm up", 1),
}
SHORT_JOB_S = 0.010
WORKERS = 2


def costs_section(evidence):
    """Return the section; nothing of a study whose data had too few sizes."""
    models = models_shown(evidence)
    names = names_of(evidence.runs)
    rows = [
        {"interpreter": names[interpreter], "strategy": f"`{strategy}`"}
        | {
            head: coefficient(models[interpreter, strategy], *term)
            for head, term in TERM_COLUMNS.items()
        }
        for interpreter in sorted({key[0] for key in models})
        for strategy in SHOWN_STRATEGIES
        if (interpreter, strategy) in models
    ]
    if len(rows) < 2:
        return []
    workload = evidence_workload(evidence)
    points = break_even(models, names)
    return [
        "## Why it costs what it costs",
        f"What costs what, fitted to all runs of `{workload}`: non-negative least squares of "
        "relative errors; in brackets 95 %, the runs resampled. With n items, J jobs and w workers "
        "of which p compute at a time: publish n, start w, touch n w / p, send J and n J, "
        "compute n J / p. Warming up, as PyPy's compiler does, is paid once; with workers it is "
        "part of what sending costs.",
        markdown(without_empty(rows)),
        *(["\n".join(f"- {point}" for point in points)] if points else []),
        "Any other size, number of jobs, length of a job: `give_advice`, or the form of the page.",
    ]


def evidence_workload(evidence):
    """Return the workload with most sizes, of those with most runs."""
    good = evidence.counted[evidence.counted["size"] > 1]
    sizes = good.groupby("workload")["size"].nunique()
    return sizes.idxmax() if len(sizes) else None


def models_shown(evidence):
    """Return the costs of the strategies shown, by (interpreter, strategy), started by fork."""
    workload = evidence_workload(evidence)
    if workload is None:
        return {}
    runs = runs_with_memory(evidence)
    own = runs["workload"].eq(workload) & runs["strategy"].isin((*SHOWN_STRATEGIES, "empty"))
    found = {}
    for key, model in fit(runs[own & runs["start_method"].isin(("none", "fork"))]).items():
        named = dict(zip(KIND, key, strict=True))
        least, most = model.span["size"]
        if named["strategy"] in SHOWN_STRATEGIES and most > least:
            found[named["interpreter"], named["strategy"]] = model
    return found


def coefficient(model, term, factor):
    """Return a term with its interval, in seconds of so many of its unit."""
    value, low, high = (one[term] * factor for one in (model.values, model.low, model.high))
    if value < 1e-9:
        return "–"
    return f"{time(value)} ({time(low)} – {time(high)})"


def break_even(models, names):
    """Return sentences: from where on one strategy is better than another."""
    said = []
    for interpreter, called in names.items():
        own = {name: models.get((interpreter, name)) for name in SHOWN_STRATEGIES}
        if own["initializer"] and own["argument"]:
            passing = with_interval(items_too_many_to_send, own["argument"])
            if isfinite(passing[0]):
                said.append(
                    f"{called}: passing the data takes longer than jobs of {time(SHORT_JOB_S)} on "
                    f"two workers from {between(passing, items_about)} on."
                )
        if own["immortal"] and own["initializer"]:
            size = own["immortal"].span["size"][1]
            jobs = with_interval(
                lambda one, other, size=size: jobs_to_pay(one, other, size, WORKERS),
                own["immortal"],
                own["initializer"],
            )
            if isfinite(jobs[0]):
                when = "at once" if jobs[0] == 0 else f"from {between(jobs, number)} jobs on"
                said.append(
                    f"{called}: with {items(int(size))} `immortal` pays for its marking, in time, "
                    f"{when}; in memory at once."
                )
    return said


def items_too_many_to_send(model):
    """Return from how many items on sending takes longer than short jobs compute."""
    each = model.values["ship a job's item"]
    return SHORT_JOB_S / WORKERS / each if each > 0 else inf


def between(found, say):
    """Return a number with its interval, in words."""
    value, low, high = found
    ends = [say(one) if isfinite(one) else "never" for one in (low, high)]
    return f"{say(value)} ({ends[0]} – {ends[1]})"


def items_about(size):
    """Return a number of items in words, to three digits."""
    return items(int(float(f"{size:.3g}")))
