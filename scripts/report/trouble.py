"""What is wrong with a user's workload, or with workers for it: said before any recommendation."""

import json
from collections import Counter

from preflight.trouble import WITHOUT_ANSWERS
from report.foreign import guarded
from report.forking import fork_hung
from report.markdown import text
from stats.evidence import ending
from wording.machine_faults import fault_of
from wording.mechanisms import MECHANISMS, mechanism_of
from wording.units import listed
from wording.units import runs as number_of_runs

SHARED = {
    "an open file": "forked workers and threads share its place in the file; open it in process()",
    "a database connection": "no process may use one that another has opened; connect in process()",
    "a connection": "forked workers read and write the same one; connect in process()",
    "a lock": "one that is held when workers are forked stays held in them for ever",
    "a generator": "every worker goes on with one of its own",
}


def preflights_of(folder, experiment=None):
    """Return the preflights of a study's users' workloads, as dicts."""
    found = [
        guarded(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*/preflight/*.json"))
    ]
    return [one for one in found if experiment in (None, one["experiment"])]


def troubles(preflights, names):
    """Return a sentence for everything that the preflights found, with who found it."""
    who = {}
    for one in preflights:
        for trouble in one["troubles"]:
            name = names.get(one["interpreter"], one["interpreter"])
            who.setdefault(trouble["text"], []).append(name)
    said = [
        f"**{text(sentence)}** ({listed(dict.fromkeys(where))})" for sentence, where in who.items()
    ]
    return said + disagreements(preflights, names)


def disagreements(preflights, names):
    """Return a sentence if two interpreters give the same job different answers."""
    if any(one["troubles"] for one in preflights):
        return []
    for position, one in enumerate(preflights):
        for other in preflights[:position]:
            same = one["experiment"] == other["experiment"] and one["size"] == other["size"]
            jobs = [job for job, digest in one["answers"].items()
                    if same and other["answers"].get(job, digest) != digest]  # fmt: skip
            if jobs:
                both = [names.get(o["interpreter"], o["interpreter"]) for o in (other, one)]
                return [
                    f"**{listed(both)} do not answer job {jobs[0]} alike.** If the answers are "
                    "sums of floats, round them or use `math.fsum`: `sum` is more exact from "
                    "Python 3.12 on."
                ]
    return []


def undecidable(preflights):
    """Return the interpreters of which nobody knows whether the answers are right."""
    return {
        one["interpreter"]
        for one in preflights
        if any(trouble["kind"] in WITHOUT_ANSWERS for trouble in one["troubles"])
    }


def distrusted(runs):
    """Return (interpreter, start method, mechanism) of all that answered wrongly with workers.

    One strategy of a mechanism is enough: the others share the data by the same mechanism, and may
    have been lucky.
    """
    wrong = runs[(runs["status"] == "wrong") & (runs["workers"] > 1)]
    return {
        (row.interpreter, row.start_method, mechanism_of(row.strategy))
        for row in wrong.itertuples()
    }


def trusted(cells, runs, preflights):
    """Return the cells that may be recommended: none of which workers' answers were wrong."""
    bad, lost = distrusted(runs), undecidable(preflights)
    keep = [
        row.interpreter not in lost
        and (row.interpreter, row.start_method, mechanism_of(row.strategy)) not in bad
        for row in cells.itertuples()
    ]
    return cells[keep]


def wrong_with_workers(runs, preflights, names):
    """Return a sentence for every interpreter whose workers answered wrongly, with the cause."""
    said = []
    lost = undecidable(preflights)
    for interpreter, rows in runs[runs["workers"] > 1].groupby("interpreter"):
        wrong = rows[rows["status"] == "wrong"]
        if wrong.empty or interpreter in lost:
            continue
        found = strategies_by_mechanism(wrong)
        all_wrong = f"{len(wrong)} of {number_of_runs(len(rows))}"
        said.append(
            f"**With workers the answers are wrong** on {names.get(interpreter, interpreter)}: "
            f"{all_wrong} with several, {found}. {likely_cause(preflights, interpreter)}"
        )
    return said


def likely_cause(preflights, interpreter):
    """Return what probably makes workers answer wrongly, from what the data hold."""
    own = [one for one in preflights if one["interpreter"] == interpreter]
    holds = [what for one in own for what in one["holds"] if what in SHARED]
    if holds:
        return "Likely cause: " + "; ".join(
            f"the data hold {what}: {SHARED[what]}" for what in dict.fromkeys(holds)
        ) + "."  # fmt: skip
    return (
        "Likely cause: process() changes the data, or reads something that the workers share: a "
        "file, a connection, a random generator."
    )


def strategies_by_mechanism(rows):
    """Return the strategies of rows as a text, each mechanism with its own."""
    found = {}
    for strategy in rows["strategy"].unique():
        found.setdefault(mechanism_of(strategy), []).append(f"`{strategy}`")
    order = [kind for kind in MECHANISMS if kind in found]
    return "; ".join(f"{kind}: {', '.join(sorted(found[kind]))}" for kind in order)


def workers_without_result(runs, preflights, names):
    """Return two lists of sentences on why strategies with workers have no result at all.

    The first has the grave reasons: most strategies hang or need something that is missing on the
    machine, or nothing is left that has a result. The second has all others. What is unsupported is
    no reason.
    """
    grave, others = [], []
    rows = runs[runs["start_method"].ne("none") | runs["workers"].gt(1)]
    several = rows["workers"].gt(1)
    rows = rows[several] if several.any() else rows
    for interpreter, own in rows.groupby("interpreter"):
        nothing = not own.loc[own["start_method"] != "none", "status"].eq("ok").any()
        key = ["strategy", "start_method"]
        good = own.groupby(key)["status"].transform(lambda column: column.eq("ok").any())
        lost = own[~good & ~own["status"].isin(["unsupported", "wrong"])]
        name = names.get(interpreter, interpreter)
        for reason, group in by_reason(lost):
            count = group.groupby(key).ngroups
            hung = reason.startswith("timeout, hung")
            most = 2 * count > own.groupby(key).ngroups
            is_grave = nothing or (most and (hung or reason.startswith("the machine")))
            what = "**Workers hang**" if hung else "**No result**" if is_grave else "No result"
            (grave if is_grave else others).append(
                f"{what} on {name} with {count} of {own.groupby(key).ngroups} strategies "
                f"({strategies_by_mechanism(group)}): {reason}"
                f"{cause_of_hanging(reason, preflights, interpreter)}"
            )
    return grave, others


def by_reason(rows):
    """Yield (reason in words, rows) of rows without a result, the most frequent first."""
    if rows.empty:
        return
    faults = [fault_of(*pair) for pair in zip(rows["status"], rows["reason"], strict=True)]
    words = [
        f"the machine: {fault.what}; {fault.remedy}."
        if fault
        else f"{row.status}, {reason_in_words(row)}"
        for fault, row in zip(faults, rows.itertuples(), strict=True)
    ]
    rows = rows.assign(words=words, fault=[bool(fault) for fault in faults])
    kinds = [
        row.words if row.fault else f"{row.status} {ending(row.status, row.reason)}"
        for row in rows.itertuples()
    ]
    for kind, _ in Counter(kinds).most_common():
        group = rows[[one == kind for one in kinds]]
        yield group["words"].mode()[0], group


def reason_in_words(row):
    """Return a reason without the note that a run was not begun for it."""
    reason = str(row.reason)
    if "hung" in reason:
        return "hung; nothing computed any more when the time was up."
    return f"{text(reason)}."


def cause_of_hanging(reason, preflights, interpreter):
    """Return why forked workers hang, if they do and a thread is what explains it."""
    if "hung" not in reason:
        return ""
    own = [one for one in preflights if one["interpreter"] == interpreter]
    if any(map(fork_hung, own)):
        return ""  # the report begins with it
    threads = [name for one in own for name in one["threads"]]
    if threads:
        return (
            f" Likely cause: build() leaves threads running ({listed(dict.fromkeys(threads))}); a "
            "lock that one holds at the fork stays held in the worker for ever. Start "
            "them after the workers, or use threads, or the start method spawn or forkserver."
        )
    return (
        " Likely cause: a lock that was held at the moment of the fork stays held in the worker; "
        "try the start method spawn or forkserver."
    )
