"""What is wrong with a user's workload, or with workers for it: said before any recommendation."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from preflight.trouble import WITHOUT_ANSWERS
from report.foreign import guarded
from report.types import NamedNumbers, Names, Numbers, Preflight
from stats.evidence import ending, select
from supervisor.foreseen import FORKED_RUNS
from wording.machine_faults import fault_of
from wording.mechanisms import MECHANISMS, mechanism_of

UNUSUAL_BUILD = {"no PGO", "no LTO", "debug"}  # none that a distribution or python.org hands out
# A recipe's global, or its function in a function, in a worker that was not forked.
FORK_WOULD_HAVE_IT = re.compile(r"name 'DATA' is not defined|\bshare\..locals")
SHARED = ("an open file", "a database connection", "a connection", "a lock", "a generator")


@dataclass(frozen=True)
class Remark:
    """What is said of `cases`, each (names of interpreters, numbers and names by their name).

    `kind` is the sentence in templates/remarks.j2.
    """

    kind: str
    cases: tuple[tuple[tuple[str, ...], Numbers], ...]


def remarks(kind: str, cases: Iterable[NamedNumbers]) -> list[Remark]:
    """Return a `Remark` in a list, the same of several interpreters once; none without a case."""
    who: dict[str, tuple[Numbers, list[str]]] = {}
    for name, facts in cases:
        who.setdefault(json.dumps(facts, default=str), (facts, []))[1].append(name)
    found = tuple((tuple(dict.fromkeys(names)), facts) for facts, names in who.values())
    return [Remark(kind, found)] if found else []


def preflights_of(folder: Path, names: Names, experiment: str | None = None) -> list[Preflight]:
    """Return the preflights of a study's users' workloads, as dicts, with `called`."""
    found = [
        guarded(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*/preflight/*.json"))
    ]
    return [
        one | {"called": names.get(one["interpreter"], one["interpreter"])}
        for one in found
        if experiment in (None, one["experiment"])
    ]


def troubles(preflights: Sequence[Preflight]) -> list[Remark]:
    """Return a remark for everything that the preflights found."""
    found: list[NamedNumbers] = [(one["called"], {"text": trouble["text"]})
             for one in preflights for trouble in one["troubles"]]  # fmt: skip
    return remarks("trouble", found) or disagreements(preflights)


def disagreements(preflights: Sequence[Preflight]) -> list[Remark]:
    """Return a remark if two interpreters give the same job different answers."""
    for position, one in enumerate(preflights):
        for other in preflights[:position]:
            same = (one["experiment"], one["size"]) == (other["experiment"], other["size"])
            jobs = [job for job, digest in one["answers"].items()
                    if same and other["answers"].get(job, digest) != digest]  # fmt: skip
            if jobs:
                return [Remark("disagree", (((other["called"], one["called"]), {"job": jobs[0]}),))]
    return []


def not_optimised(runs: pd.DataFrame, names: Names) -> list[Remark]:
    """Return a remark on the CPythons that were built without what makes a usual one fast."""
    last = runs[runs["build"].notna()].groupby("interpreter")["build"].last()
    return remarks(
        "not_optimised",
        [
            (names.get(str(interpreter), str(interpreter)), {"build": build})
            for interpreter, build in last.items()
            if UNUSUAL_BUILD & set(str(build).split(", "))
        ],
    )


def undecidable(preflights: Sequence[Preflight]) -> set[str]:
    """Return the interpreters of which nobody knows whether the answers are right."""
    return {interpreter for _, interpreter in without_answers(preflights)}


def without_answers(preflights: Sequence[Preflight]) -> set[tuple[str, str]]:
    """Return (experiment, interpreter) of those."""
    return {
        (one["experiment"], one["interpreter"])
        for one in preflights
        if any(trouble["kind"] in WITHOUT_ANSWERS for trouble in one["troubles"])
    }


def trusted(
    cells: pd.DataFrame, runs: pd.DataFrame, preflights: Sequence[Preflight]
) -> pd.DataFrame:
    """Return the cells that may be recommended: none of which workers' answers were wrong.

    One wrong strategy of a mechanism is enough: the others share the data alike, and were lucky.
    """
    bad = {*shared_alike(answered_wrongly(runs))}
    lost = without_answers(preflights)
    good = [place not in bad and place[:2] not in lost for place in shared_alike(cells)]
    return cells[pd.Series(good, cells.index, dtype=bool)]


def answered_wrongly(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs in which several workers answered wrongly."""
    return runs[(runs["status"] == "wrong") & (runs["workers"] > 1)]


def shared_alike(rows: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Return (experiment, interpreter, start method, mechanism) of rows: how they share data."""
    columns = [rows[name] for name in ("experiment", "interpreter", "start_method")]
    return list(zip(*columns, map(mechanism_of, rows["strategy"]), strict=True))


def wrong_with_workers(
    runs: pd.DataFrame, preflights: Sequence[Preflight], names: Names
) -> list[Remark]:
    """Return a remark on interpreters whose workers answered wrongly, with what the data hold."""
    found, lost = [], undecidable(preflights)
    for interpreter, rows in runs[runs["workers"] > 1].groupby("interpreter"):
        wrong = answered_wrongly(rows)
        if wrong.empty or interpreter in lost:
            continue
        own = [one for one in preflights if one["interpreter"] == interpreter]
        holds = dict.fromkeys(what for one in own for what in one["holds"] if what in SHARED)
        facts = {"wrong": len(wrong), "runs": len(rows), "holds": list(holds)}
        facts["strategies"] = strategies_by_mechanism(wrong)
        found.append((names.get(str(interpreter), str(interpreter)), facts))
    return remarks("wrong", found)


def strategies_by_mechanism(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Return {mechanism: its strategies} of rows."""
    found: dict[str, list[str]] = {kind: [] for kind in MECHANISMS}
    for strategy in sorted(set(rows["strategy"])):
        found[mechanism_of(strategy)].append(strategy)
    return {kind: strategies for kind, strategies in found.items() if strategies}


def forked_beside_threads(runs: pd.DataFrame) -> pd.Series:
    """Return which rows of runs.csv had other threads than the main one at their first fork."""
    if "threads_at_fork" not in runs:  # a study before it was counted
        return runs["status"].isna()
    return runs["threads_at_fork"] > 1


def forking(
    preflights: Sequence[Preflight], runs: pd.DataFrame
) -> tuple[list[Remark], list[Remark]]:
    """Return remarks on forks: those that hung or failed in a preflight, and all others.

    What fails by every start method is not the fork's fault.
    """
    forked = set(runs.loc[runs["start_method"] == "fork", "interpreter"])
    wrongly = set(select(answered_wrongly(runs), start_method="fork")["interpreter"])
    found: dict[str, list[NamedNumbers]] = {}
    for one in (one for one in preflights if one["interpreter"] in forked):
        tried = one["start_methods"]
        works = [method for method in ("forkserver", "spawn") if tried.get(method) == "ok"]
        facts: Numbers = {"experiment": one["experiment"], "threads": one["threads_in_words"]}
        failed = tried.get("fork", "").startswith(("failed", "crashed", "wrong")) and works
        if tried.get("fork") == "hung" or failed:
            one_thread = tried.get(FORKED_RUNS[1]) == "ok"  # libraries held to one thread
            facts |= {"works": works, "one_thread": one_thread, "tried": tried}
            found.setdefault("forks_fail" if failed else "forks_hang", []).append(
                (one["called"], facts)
            )
        elif one["threads"]:
            found.setdefault("beside_threads", []).append((one["called"], facts))
        elif one["ended_threads"] and tried.get("fork") == "ok":
            found.setdefault("forking_works", []).append((one["called"], facts))
        if one.get("unpicklable"):
            facts = {"unpicklable": one["unpicklable"], "wrong": one["interpreter"] in wrongly}
            found.setdefault("only_fork", []).append((one["called"], facts))
    bad, others = (
        [remark for kind in kinds for remark in remarks(kind, found.get(kind, ()))]
        for kinds in (
            ("forks_hang", "forks_fail"),
            ("beside_threads", "forking_works", "only_fork"),
        )
    )
    return bad, others


def lost_with_workers(
    runs: pd.DataFrame, preflights: Sequence[Preflight], names: Names
) -> tuple[list[Remark], list[Remark]]:
    """Return two lists of remarks on strategies with workers that have no result at all.

    The first has the grave ones: most strategies hang or need what is missing on the machine, or
    nothing is left that has a result. What is unsupported is no reason.
    """
    grave: list[NamedNumbers] = []
    others: list[NamedNumbers] = []
    rows = runs[runs["start_method"].ne("none") | runs["workers"].gt(1)]
    several = rows["workers"].gt(1)
    rows = rows[several] if several.any() else rows
    key = ["strategy", "start_method"]
    for interpreter, own in rows.groupby("interpreter"):
        nothing = not own.loc[own["start_method"] != "none", "status"].eq("ok").any()
        good = own.groupby(key)["status"].transform(lambda column: column.eq("ok").any())
        lost = own[~good & ~own["status"].isin(["unsupported", "wrong"])]
        for group, facts in by_reason(lost):
            count, of = group.groupby(key).ngroups, own.groupby(key).ngroups
            most = 2 * count > of and (facts["hung"] or facts["fault"])
            facts |= {"lost": count, "of": of, "strategies": strategies_by_mechanism(group)}
            seen = [one["threads"] for one in preflights if one["interpreter"] == interpreter]
            facts["threads"] = sorted({name for one in seen for name in one if facts["hung"]})
            facts["grave"] = bool(nothing or most)
            named = names.get(str(interpreter), str(interpreter))
            (grave if facts["grave"] else others).append((named, facts))
    return remarks("no_result", grave), remarks("no_result", others)


def by_reason(rows: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, Numbers]]:
    """Yield (rows, what is known of their reason), the most frequent first."""
    kinds = [ending(*pair) for pair in zip(rows["status"], rows["reason"], strict=True)]
    kinds = [f"{status} {kind}" for status, kind in zip(rows["status"], kinds, strict=True)]
    for kind, _ in Counter(kinds).most_common():
        group = rows[[one == kind for one in kinds]]
        status, reason = group[["status", "reason"]].fillna("").value_counts().index[0]
        fault = fault_of(status, reason)
        facts = {"status": status, "reason": reason, "hung": "hung" in reason}
        facts["not_inherited"] = FORK_WOULD_HAVE_IT.search(reason) is not None
        yield group, facts | {"fault": fault and fault._asdict()}


def nothing_at_all(runs: pd.DataFrame, names: Names) -> list[Remark]:
    """Return a remark on interpreters of which no run has a result: how most ended."""
    none = [(names.get(str(interpreter), str(interpreter)), next(by_reason(own))[1])
            for interpreter, own in runs.groupby("interpreter")
            if not own["status"].eq("ok").any()]  # fmt: skip
    return remarks("nothing", none)
