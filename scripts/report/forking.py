"""Whether a user's program may fork: what hung in the preflight, and whose threads are there."""

from report.markdown import text
from wording.units import listed

LINE = "write `start_methods: [{}]` below `{}:` in workflow/presets/mine.yaml or your overlay"
WHY = (
    "A forked worker has none of the other threads, and a lock that one of them holds at the fork "
    "stays held in it for ever; Python warns of that from 3.12 on."
)
FORKING = "**Forking"  # how the point begins that the terminal shows, too
BESIDE_THREADS = (
    FORKING + " beside threads can hang** ({}): start the workers before these threads, or by "
    "forkserver or spawn ("
    + LINE.format("forkserver, spawn", "{}")
    + "). {} "
    + WHY
    + " Two forked "
    "workers answered in the preflight, which proves little. A forkserver may preload what starts "
    "no threads (`forkserver_preload`); arrays and frames are shared `out_of_band`."
)
MACOS = (
    "On macOS system libraries start some, so fork is not the default there since Python 3.8: use "
    "forkserver or spawn."
)
BESIDE_NONE = FORKING + " works** ({}): two forked workers answered in the preflight. {}"


def failed_when_forked(preflights, runs, names):
    """Return a sentence on forked workers that hung in preflights, or failed: what answers instead.

    Of those that failed only if others answer: else what fails is not the fork.
    """
    forking = those_that_fork(preflights, runs)
    failed = [one for one in forking if fork_failed(one)]
    return said_once(
        [one for one in forking if fork_hung(one)],
        names,
        lambda one: (
            f"**Forked workers hang** on {{}}: {what_answers(one)}. "
            + " ".join(filter(None, (text(one["threads_in_words"]), WHY)))
        ),
    ) + said_once(
        failed,
        names,
        lambda one: (
            f"**Forked workers fail** on {{}}: {what_answers(one)}. What build() opens or starts "
            f"belongs to the process that did: {text(one['start_methods']['fork'])}."
        ),
    )


def fork_failed(preflight):
    """Return whether in a preflight forked workers failed, and others did not."""
    tried = preflight["start_methods"]
    failed = tried.get("fork", "ok").startswith(("failed", "crashed", "wrong"))
    return failed and "ok" in (tried.get("forkserver"), tried.get("spawn"))


def fork_hung(preflight):
    """Return whether forked workers hung in a preflight."""
    return preflight["start_methods"].get("fork") == "hung"


def what_answers(preflight):
    """Return in words how the workers answered that were started otherwise, and what to do."""
    tried = preflight["start_methods"]
    works = [method for method in ("forkserver", "spawn") if tried.get(method) == "ok"]
    if works:
        line = LINE.format(", ".join(works), preflight["experiment"])
        return f"started by {listed(works)} they answer, so {line}"
    if tried.get("fork with one library thread") == "ok":
        return "with `OMP_NUM_THREADS=1` and its like they answer, so set that before it starts"
    others = listed([f"{method} ({text(tried[method])})" for method in ("forkserver", "spawn")])
    return f"nor do they answer if started by {others}, so use threads or no workers"


def carried_by_fork(preflights, runs, names):
    """Return a sentence on data that cannot be pickled, which only forked workers have as it is."""
    forking = those_that_fork(preflights, runs)
    return said_once(
        [one for one in forking if one.get("unpicklable")],
        names,
        lambda one: (
            "**Only fork carries this data** ({}): it cannot be pickled "
            f"({text(one['unpicklable'])}), so let forked workers inherit it. Started by spawn or "
            "forkserver, each worker has to build it (`module_global`)."
        ),
    )


def threads_at_forks(preflights, runs, names):
    """Return a sentence on threads that are there when workers are forked, and what to do.

    Nothing where there are none, or where forked workers hung or failed (`failed_when_forked`).
    """
    forking = [
        one
        for one in those_that_fork(preflights, runs)
        if not fork_hung(one) and not fork_failed(one)
    ]
    beside = [one for one in forking if one["threads"]]
    harmless = [one for one in forking if one["ended_threads"] and not one["threads"]]
    return said_once(
        beside,
        names,
        lambda one: BESIDE_THREADS.format("{}", one["experiment"], text(one["threads_in_words"])),
    ) + said_once(
        [one for one in harmless if one["start_methods"].get("fork") == "ok"],
        names,
        lambda one: BESIDE_NONE.format("{}", text(one["threads_in_words"])),
    )


def forked_beside_threads(runs):
    """Return which rows of runs.csv had other threads than the main one at their first fork."""
    if "threads_at_fork" not in runs:  # a study before it was counted
        return runs["status"].isna()
    return runs["threads_at_fork"] > 1


def fork_before_threads(runs):
    """Return the advice in a sentence or two, with what hung in a study where that was measured."""
    beside = runs[forked_beside_threads(runs) & runs["start_method"].eq("fork")]
    hung = beside[beside["reason"].fillna("").str.contains("hung")]
    measured = [
        f"{listed([f'`{one}`' for one in sorted(set(own['strategy']))])} of {workload} hung beside "
        f"{own['threads_at_fork'].min() - 1:.0f} and more"
        for workload, own in hung.groupby("workload")
    ]
    found = f" ({'; '.join(measured)})" if measured else ""
    return f"Fork before other threads start, which workers can wait for in vain{found}. {MACOS}"


def those_that_fork(preflights, runs):
    """Return the preflights of the interpreters whose workers the study forks."""
    forking = set(runs.loc[runs["start_method"] == "fork", "interpreter"])
    return [one for one in preflights if one["interpreter"] in forking]


def said_once(preflights, names, sentence):
    """Return ``sentence(preflight)`` once for all interpreters that share it, their names in it."""
    who = {}
    for one in preflights:
        name = names.get(one["interpreter"], one["interpreter"])
        who.setdefault(sentence(one), []).append(name)
    return [said.replace("{}", listed(dict.fromkeys(where)), 1) for said, where in who.items()]
