"""The 2016 article's claims on what is copied and what it costs, a small function each.

A function looks its numbers up in the `Evidence` and returns a finding: whether the claim holds for
an interpreter, does not, or is undecided, and the measured numbers in words. judge_claims.py turns
them into verdicts. Every threshold stands here with what it means.
"""

from dataclasses import replace

from stats.evidence import (
    Evidence,
    Finding,
    Missing,
    at_least,
    at_most,
    ending,
    found_together,
    select,
    unspoilt,
)
from stats.ratios import Ratio, of_values
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
ARTICLE_SIZE = 128_000_000
# How a worker fails that has not inherited: the name is unknown, the function cannot be pickled.
NOT_INHERITED = {
    "global": ("NameError",),
    "closure": ("PicklingError", "AttributeError", "TypeError", "MaybeEncodingError"),
}


def idle_pool_is_done_at_once(evidence: Evidence, interpreter: str) -> Finding:
    key = {"experiment": "empty_workers", "interpreter": interpreter, "jobs": 10}
    cell = evidence.cell(**key)
    return at_most(
        evidence.of_cell("total_s", **key),
        AT_ONCE_S,
        "a second is at once",
        f"{cell['workers']} workers, {cell['jobs']} jobs: {time(cell['total_s'])}",
    )


def argument_takes_far_longer_than_the_work(evidence: Evidence, interpreter: str) -> Finding:
    key: dict[str, object] = {"experiment": "pass_as_argument", "interpreter": interpreter}
    key |= {"strategy": "argument", "workers": 1}
    cell = evidence.cell(**key)
    job = evidence.median_by_block(cell, "seconds")
    whole = evidence.series("map_s", **key)
    shares = (whole / (job * cell["jobs"])).dropna()
    times = found_together(of_values(shares, evidence.priors.ratios, whole.median()))
    return at_least(
        times,
        FAR_LONGER,
        "three times the work is far longer",
        f"{items(cell['size'])}: {time(job.median())} of work a job, {cell['jobs']} jobs in "
        f"{time(cell['map_s'])}, {ratio_in_words(times)} times the work",
    )


def argument_is_a_copy_in_each_worker(evidence: Evidence, interpreter: str) -> Finding:
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


def shared_objects_are_extremely_slow(evidence: Evidence, interpreter: str) -> Finding:
    key = {"experiment": "shared_objects", "interpreter": interpreter, "workers": 1}
    plain = evidence.cell(strategy="global", **key)
    per_item: dict[str, float] = {}
    times: dict[str, Ratio] = {}
    for strategy in ("manager_list", "locked_array", "raw_array"):
        cell = evidence.cell(strategy=strategy, **key)
        # A size that both have, so that they share a block.
        beside = evidence.cell(strategy="global", size=cell["size"], **key)
        took = evidence.median_by_block(cell, "seconds")
        per_item[strategy] = took.median() / cell["size"]
        if strategy != "raw_array":
            in_a_list = evidence.median_by_block(beside, "seconds")
            times[strategy] = evidence.compared("total_s", (cell, took), (beside, in_a_list))
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


def global_is_inherited_without_a_copy(evidence: Evidence, interpreter: str) -> Finding:
    return inherited(evidence, interpreter, "big_global", "global")


def global_works_with_128_million(evidence: Evidence, interpreter: str) -> Finding:
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


def imported_global_is_built_again(evidence: Evidence, interpreter: str) -> Finding:
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
        found_together(
            of_values(extra / build, evidence.priors.of("total_s", large, small), build)
        ),
        A_BUILD,
        "half the time of building is a second building",
        f"{items(large['size'])}: a spawned worker's first job begins {time(extra.median())} later "
        f"than with one item; building the data takes {time(build)}",
    )


def passed_data_is_copied(evidence: Evidence, interpreter: str) -> Finding:
    return copied_as_argument(evidence, interpreter, "start_methods", "closure")


def closure_is_inherited_without_a_copy(evidence: Evidence, interpreter: str) -> Finding:
    return inherited(evidence, interpreter, "closure_scaling", "closure")


def inheriting_needs_fork(evidence: Evidence, interpreter: str) -> Finding:
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


def inherited(evidence: Evidence, interpreter: str, experiment: str, strategy: str) -> Finding:
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
    share = private / evidence.series("data_mib", **key)
    return at_most(
        found_together(of_values(share, evidence.priors.memory)),
        NO_COPY,
        "a tenth of the data is no copy of it",
        f"{items(cell['size'])}, {workers(cell['workers'])}: {mib(cell['workers_uss_mib'])} private"
        f" to each worker ({mib(idle)} without data), the data is {mib(cell['data_mib'])}",
        of_memory=True,
    )


def copied_as_argument(
    evidence: Evidence, interpreter: str, experiment: str, inheriting: str
) -> Finding:
    """Say how much memory a forked worker took up to receive the data as an argument."""
    key = {"experiment": experiment, "interpreter": interpreter, "start_method": "fork"}
    cell = evidence.cell(strategy="argument", **key)
    same = {"size": cell["size"], "workers": cell["workers"]}
    base = evidence.received_mib(evidence.cell(strategy=inheriting, **same, **key))
    received = evidence.received_mib(cell) - base.median()
    return at_least(
        found_together(
            of_values(received.clip(lower=0.01) / cell["data_mib"], evidence.priors.memory)
        ),
        A_SENT_COPY,
        "more than buffers for the transfer can be",
        f"{items(cell['size'])}: a worker takes up {mib(received.median())} more than one that "
        f"inherits, before its first job; the data is {mib(cell['data_mib'])}",
        of_memory=True,
    )
