"""What people see, and what was measured of its cause and its cure: the rows of the first screen.

Each function looks at one interpreter: it returns a `Case`, None where it was measured and is not
so, or raises `Missing`, also where that is open. Times in seconds, memory in MiB, of one worker its
private memory.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from report.compared import MOST_COPIED, is_slower, measured_together, shares, slower
from report.types import Names, Numbers
from stats.evidence import Evidence, Missing, ending, select
from stats.lifetimes import medians_by_mark, most_compared, place_of_mark
from stats.paying import shortest_job_to_pay
from stats.private_memory import private_mib
from stats.ratios import scaled
from wording.machine_faults import MORE_SHARED_MEMORY, fault_of

INHERITING = ("initializer", "global", "closure")  # one mechanism: whichever was measured
OBJECTS = ("documents", "annotations:64", "records", "scan")  # the first that was measured
FLAT = {"array2d": "NumPy", "annotations_numpy": "NumPy", "frame_arrow": "Arrow"}
LIBRARIES = {  # the usual call, and the recipes in which a worker unpickles the data once
    "joblib": ("joblib", "joblib_initializer", "joblib_batched"),
    "Ray": ("ray", "ray_actors"),
    "Dask": ("dask", "dask_threads"),
}
IN_SHARED_MEMORY = ("shared_memory", "numpy_shared_memory", "out_of_band", "ray")
TOO_LITTLE_MIB = 10.0  # of less data, what a worker's memory grows by is mostly its own
EXAMPLE_JOBS, MANY_JOBS = 20, 1000  # how many short jobs people ask about
# The experiment, the data, private memory by strategy, the share read at which half is copied.
PrivateMemory = tuple[str, float, dict[str, float], float | None]


@dataclass(frozen=True)
class Case:
    """What was measured on one interpreter: `numbers` by name, from `experiment`.

    `because`: whether the study bears out the reason that is given; None if it cannot say.
    """

    experiment: str
    because: bool | None
    numbers: Numbers
    interpreter: str = ""


@dataclass(frozen=True)
class Symptom:
    """A row: the cases that are shown, whether its reason holds, and where it is not so."""

    cases: tuple[Case, ...]
    because: bool
    not_on: tuple[str, ...]


def symptoms(
    evidence: Evidence, lifetimes: pd.DataFrame, names: Names
) -> dict[str, Symptom | None]:
    """Return {name: `Symptom`} of all rows in their order, None of those that the study has not.

    Of the first CPython on which a row is so (`first_to_show`), and of PyPy; `names` by `names_of`.
    """
    found: dict[str, Symptom | None] = dict.fromkeys(SYMPTOMS)
    for name, case_of in SYMPTOMS.items():
        cases, not_on = [], []
        for interpreter in first_to_show(evidence, names):
            try:
                case = case_of(evidence, interpreter, lifetimes)
            except Missing:
                continue
            if case is None:
                not_on.append(names[interpreter])
            else:
                cases.append(replace(case, interpreter=names[interpreter]))
        first = {case.interpreter.split()[0]: case for case in reversed(cases)}
        shown = tuple(case for case in cases if case in first.values())
        if shown:
            reasons = {case.because for case in cases}
            found[name] = Symptom(shown, True in reasons and False not in reasons, tuple(not_on))
    return found


def first_to_show(evidence: Evidence, names: Names) -> list[str]:
    """Return the interpreters: CPython with a GIL first, what measured most, then the newest.

    One that a few experiments have measured has not all that a row compares.
    """
    experiments = evidence.summary.groupby("interpreter")["experiment"].nunique()

    def rank(interpreter: str) -> tuple[bool, bool, int, tuple[int, ...]]:
        implementation, version, *rest = names[interpreter].split()
        numbers = tuple(int(one) for one in version.split(".") if one.isdigit())
        measured = int(experiments.get(interpreter, 0))
        return implementation == "CPython", not rest, measured, numbers

    return sorted(names, key=rank, reverse=True)


def sent(evidence: Evidence, interpreter: str, lifetimes: pd.DataFrame) -> Case | None:
    """Sending the data with each job is slow, since it is pickled: in chunks it is not so slow."""
    group = measured_together(
        evidence, interpreter, ["argument"], (*INHERITING, "argument_chunked", "serial"),
        workload="scan",
    )  # fmt: skip
    cell, chunked = group["argument"], group.get("argument_chunked")
    inherited = next((group[name] for name in INHERITING if name in group), None)
    if inherited is None:
        raise Missing("nothing was inherited beside it")
    if not is_slower(evidence, cell, inherited):
        return None
    numbers: Numbers = {"sent_s": cell["total_s"], "inherited_s": inherited["total_s"]}
    numbers["chunked_s"] = None if chunked is None else chunked["total_s"]
    alone = group.get("serial")
    numbers["alone_s"] = None if alone is None else alone["total_s"]
    numbers["pays"] = slower(evidence, alone, inherited) is True
    return Case(cell["experiment"], slower(evidence, cell, chunked), numbers)


def private_over_life(
    lifetimes: pd.DataFrame, interpreter: str, plain: str, others: Sequence[str]
) -> PrivateMemory:
    """Return (experiment, data, {strategy: private memory}, share read at which half is copied).

    The share is infinite if only a collection copies so much, None if nothing does.
    """
    rows = lifetimes[lifetimes["strategy"].isin((plain, *others)) & lifetimes["uss_mib"].notna()]
    rows = select(rows, interpreter=interpreter, start_method="fork", status="ok")
    rows = rows[rows["experiment"].isin(rows.loc[rows["strategy"] == plain, "experiment"])]
    if rows.empty:
        raise Missing(f"no life of a worker by {plain}")
    name = str(rows.groupby("experiment")["strategy"].nunique().idxmax())
    found = medians_by_mark(most_compared(rows[rows["experiment"] == name]))
    copies = found["uss_mib"] - found.groupby("strategy")["uss_mib"].transform("first")
    own, data = found["strategy"] == plain, float(found["data_mib"].median())
    half = found.loc[own & (copies > data / 2), "mark"].map(place_of_mark).min()
    last = copies.clip(lower=0).groupby(found["strategy"]).last()
    private = {str(strategy): mib for strategy, mib in last.items()}
    return name, data, private, None if half != half else half


def private_of_cells(
    evidence: Evidence, interpreter: str, plain: str, others: Sequence[str]
) -> PrivateMemory:
    """Return the same of the cells that were timed, which do not say at which share."""
    for workload in OBJECTS:
        with suppress(Missing):
            group = measured_together(
                evidence, interpreter, [plain], others, least_mib=TOO_LITTLE_MIB, workload=workload
            )
            private = {name: private_mib(cell, evidence.summary) for name, cell in group.items()}
            private = {name: mib for name, mib in private.items() if mib == mib}
            if plain in private:
                return group[plain]["experiment"], group[plain]["data_mib"], private, None
    raise Missing(f"no private memory by {plain}")


def grows(
    evidence: Evidence,
    interpreter: str,
    lifetimes: pd.DataFrame,
    plain: str,
    proof: str,
    others: Sequence[str] = (),
) -> Case | None:
    """Workers copy the objects that they read, by `plain`; by `proof` they do not."""
    others = (proof, *others)
    try:
        experiment, data, private, half = private_over_life(lifetimes, interpreter, plain, others)
    except Missing:
        experiment, data, private, half = private_of_cells(evidence, interpreter, plain, others)
    helps = {name: bool(mib <= MOST_COPIED * data) for name, mib in private.items()}
    if helps.pop(plain):
        return None
    key = {"interpreter": interpreter, "start_method": "fork"}
    flat = [library for workload, library in FLAT.items() for strategy in INHERITING
            if shares(evidence, workload=workload, strategy=strategy, **key)[0]]  # fmt: skip
    numbers: Numbers = {
        "data": data,
        "copied": private[plain],
        "half": half,
        "flat": sorted({*flat}),
    }
    numbers["numpy"] = "NumPy" in flat
    numbers |= {"frozen_helps": helps.pop("gc_freeze", None), "by_collection": half == float("inf")}
    numbers["cures"] = {name: private[name] for name, does in helps.items() if does}
    return Case(experiment, helps.get(proof), numbers)


def not_forked(evidence: Evidence, interpreter: str, lifetimes: pd.DataFrame) -> Case | None:
    """Globals and closures do not reach workers that are not forked; by fork they do."""
    tried = select(evidence.summary, interpreter=interpreter)
    tried = tried[tried["strategy"].isin(("global", "closure"))]
    without = tried[tried["start_method"].isin(("spawn", "forkserver", "default"))]
    if without.empty:
        raise Missing("nothing was measured without fork")
    bad = select(without, n=0, status="failed")
    if bad.empty:
        return None
    errors = {ending(*pair) for pair in zip(bad["status"], bad["reason"], strict=True)}
    by_fork = select(tried, start_method="fork", experiment=bad["experiment"].iloc[0])["n"] > 0
    key = {"interpreter": interpreter, "workload": "records"}
    numbers: Numbers = {"errors": sorted(errors)}
    numbers["arrays"] = any(
        shares(evidence, interpreter=interpreter, workload=workload, strategy="out_of_band",
               start_method="spawn")[0] for workload in FLAT
    )  # fmt: skip
    shared, numbers["a_copy"] = shares(
        evidence, strategy="initializer", start_method="spawn", **key
    )
    numbers["copies"] = shared is False
    key["start_method"] = "forkserver"
    _, numbers["preloaded"] = shares(evidence, strategy="forkserver_preload", **key)
    _, numbers["immortal"] = shares(evidence, strategy="forkserver_preload_immortal", **key)
    return Case(bad["experiment"].iloc[0], bool(by_fork.all()) if len(by_fork) else None, numbers)


def hung(evidence: Evidence, interpreter: str, lifetimes: pd.DataFrame) -> Case | None:
    """Forked workers hang where other threads were there; started otherwise they answer."""
    every = select(evidence.runs, start_method="fork")
    hanging = every[every["reason"].fillna("").str.contains("hung")]
    runs = select(evidence.runs, interpreter=interpreter)
    forked = select(runs, start_method="fork")
    if len(hanging):  # what never hangs says nothing of what does
        forked = forked[forked["workload"].isin(hanging["workload"])]
    if forked.empty:
        raise Missing("nothing of the kind was forked")
    bad = select(hanging, interpreter=interpreter)
    if bad.empty:
        return None
    threads = bad["threads_at_fork"].min() - 1 if "threads_at_fork" in bad else 0
    good = runs[runs["workload"].isin(bad["workload"]) & (runs["status"] == "ok")]
    works = [one for one in ("forkserver", "spawn") if (good["start_method"] == one).any()]
    numbers = {"threads": threads, "works": works}
    return Case(bad["experiment"].iloc[0], bool(threads > 0), numbers)


def slow_libraries(evidence: Evidence, interpreter: str, lifetimes: pd.DataFrame) -> Case | None:
    """A library is slow with a list, since each task unpickles it: once a worker is not so slow."""
    every = [name for names in LIBRARIES.values() for name in names]
    others = [*every, "serial"]
    group = measured_together(evidence, interpreter, ["initializer"], others, workload="scan")
    usual, better, recipes, fine = {}, {}, {}, []
    compared = [slower(evidence, group.get(names[0]), group["initializer"])
                for names in LIBRARIES.values()]  # fmt: skip
    for (library, (first, *others)), is_slow in zip(LIBRARIES.items(), compared, strict=True):
        if not is_slow:
            continue
        usual[library] = group[first]["total_s"]
        helping = [name for name in others if slower(evidence, group[first], group.get(name))]
        if helping:
            recipes[library], better[library] = helping[0], group[helping[0]]["total_s"]
        with suppress(Missing):
            own = measured_together(evidence, interpreter, [first, others[0]], workload="array2d")
            fine += [library] * (not slower(evidence, own[first], own[others[0]]))
    if not usual and False not in compared:
        raise Missing("no library was shown to be slower or not")
    numbers: Numbers = {"usual": usual, "better": better, "recipes": recipes, "arrays": fine}
    numbers["only_some"] = len(recipes) < len(usual)
    numbers["inherited_s"] = group["initializer"]["total_s"]
    numbers["alone_s"] = group["serial"]["total_s"] if "serial" in group else None
    return Case(group["initializer"]["experiment"], bool(recipes), numbers) if usual else None


def slow_threads(evidence: Evidence, interpreter: str, lifetimes: pd.DataFrame) -> Case | None:
    """Without a GIL threads that read the same objects gain less than immortal ones, or nothing.

    `lose`: whether they are slower than none.
    """
    if select(evidence.runs, interpreter=interpreter)["gil"].dropna().ne(False).any():
        raise Missing("there is a GIL")
    group = measured_together(
        evidence, interpreter, ["serial", "threads"], ["threads_immortal"], workload="scan"
    )
    threads, immortal = group["threads"], group.get("threads_immortal")
    lose, fight = is_slower(evidence, threads, group["serial"]), slower(evidence, threads, immortal)
    if not (lose or fight):
        return None
    numbers = {"alone_s": group["serial"]["total_s"], "threads_s": threads["total_s"]}
    numbers["immortal_s"] = None if immortal is None else immortal["total_s"]
    return Case(threads["experiment"], fight, numbers | {"lose": lose})


def full(evidence: Evidence, interpreter: str, lifetimes: pd.DataFrame) -> Case | None:
    """/dev/shm is too small: `ended` runs say so."""
    runs = select(evidence.runs, interpreter=interpreter)
    faults = [fault_of(*pair) for pair in zip(runs["status"], runs["reason"], strict=True)]
    bad = runs[[one is not None and MORE_SHARED_MEMORY in one.remedy for one in faults]]
    own = runs[runs["strategy"].isin(IN_SHARED_MEMORY) & (runs["status"] == "ok")]
    if bad.empty and own.empty:
        raise Missing("nothing was laid there")
    return Case((own if bad.empty else bad)["experiment"].iloc[0], True, {"ended": len(bad)})


def no_gain(evidence: Evidence, interpreter: str, lifetimes: pd.DataFrame) -> Case | None:
    """What a pool of two costs to start and end, and a job of it: shorter work gains nothing.

    `pays_s`: how long each of `jobs` must take, if two workers halve the work and receive no data;
    `many_pay_s`: each of `many_jobs`.
    """
    key = {"strategy": "empty", "interpreter": interpreter, "workers": 2, "start_method": "fork"}
    jobs = sorted(set(select(evidence.summary, **key)["jobs"]))
    if len(jobs) < 2:
        raise Missing("one number of jobs says nothing of a job's cost")
    few, many = evidence.cell(jobs=jobs[0], **key), evidence.cell(jobs=jobs[-1], **key)
    job_s = many["map_s"] / jobs[-1]
    start_s = max(0.0, few["total_s"] - jobs[0] * job_s)
    try:
        group = measured_together(evidence, interpreter, ["serial", "threads"], workload="array2d")
    except Missing:
        group = {}
    numbers = {"start_s": start_s, "job_s": job_s, "jobs": EXAMPLE_JOBS}
    start, map_s = (
        evidence.of_cell(column, jobs=number, **key)
        for column, number in (("total_s", jobs[0]), ("map_s", jobs[-1]))
    )
    each = scaled(map_s, 1 / jobs[-1])
    pays, many_pay = (
        shortest_job_to_pay(start, jobs[0], each, number) for number in (EXAMPLE_JOBS, MANY_JOBS)
    )
    numbers |= {"pays_s": pays.value, "many_jobs": MANY_JOBS, "many_pay_s": many_pay.value}
    numbers["threads_gain"] = slower(evidence, group.get("serial"), group.get("threads")) is True
    return Case(many["experiment"], True, numbers)


ALWAYS_SHOWN = ("full", "no_gain")  # where they were measured: no study can turn them round
SYMPTOMS: dict[str, Callable[[Evidence, str, pd.DataFrame], Case | None]] = {
    "sent": sent,
    "copied": partial(grows, plain="global", proof="immortal", others=("gc_freeze", "packed")),
    "not_forked": not_forked,
    "hung": hung,
    "slow_libraries": slow_libraries,
    "data_loader": partial(grows, plain="torch_dataloader", proof="torch_serialized"),
    "slow_threads": slow_threads,
    "full": full,
    "no_gain": no_gain,
}
