"""The first screen of the report: what to do under which interpreter, and what it saves."""

import pandas as pd

from answers.best import ALONE, ANY_METHOD, answering_cells, answering_methods, best_cells
from answers.evidence import counted
from answers.gain import loss
from answers.ratios import ENOUGH, TRIAL_FACTOR
from report.markdown import figure, markdown, with_spread, without_empty
from report.trouble import rehearsals_of, troubles, trusted, undecidable, wrong_with_workers
from report.trouble import without_result as lost_with_workers
from supervisor.columns import IDENTITY
from words.labels import names_of, of_libraries
from words.machines import usable_cpus
from words.mechanisms import IMMORTAL, in_groups, inherits, mechanism_of
from words.memory import moment_of
from words.units import amount, is_own, listed, mib, ratio_in_words, time, workers

REFERENCE = "argument"  # what most programs do first
IN_CHUNKS = "argument_chunked"  # the same by an expert
ADVICE = {
    "by fork": "let forked workers inherit {}",
    "flat and shared": "lay {} out flat and share it",
    "threads": "hand {} to threads",
}
NO_WORKERS = "use no workers"
OTHERS = "the fastest is"
NOTHING = "Nothing is recommended before that is mended: whose answers are right is not known."


def answer(study, folder, runs, summary):
    """Return the first screen: what is wrong, the rule, a row for every interpreter, a figure."""
    names = names_of(runs)
    methods = answering_methods(summary)
    groups = {method: answering_cells(summary, method) for method in methods}
    groups = {method: chosen for method, chosen in groups.items() if len(chosen)}
    experiment = next(iter(groups.values()))["experiment"].iloc[0] if groups else None
    rehearsals = rehearsals_of(folder, experiment)
    own = runs if experiment is None else runs[runs["experiment"] == experiment]
    own_data = own["workload"].map(is_own).any()
    lead = troubles(rehearsals, names)
    lead += wrong_with_workers(own, rehearsals, names) if own_data else []
    grave, lost = lost_with_workers(own, rehearsals, names) if own_data else ([], [])
    lead = lead or nobody_answers(runs) or grave
    parts = ["\n".join(f"- {sentence}" for sentence in lead)] if lead else []
    if not groups:
        wrong = own_data and undecidable(rehearsals)
        return [
            *parts,
            NOTHING
            if wrong
            else "No strategy was measured beside another one: there is no answer yet.",
            *([] if lead else without_result(runs)),
        ]
    cells = pd.concat(groups.values()).drop_duplicates(list(IDENTITY))
    cell = cells.iloc[0]
    measured = [measured_on(runs, cells)]  # once, behind the first rule
    points, best = [], {}
    for method, chosen in groups.items():
        safe = trusted(chosen, own, rehearsals) if own_data else chosen
        found = best_cells(safe, counted(runs))
        if not found:
            continue
        best |= found
        named_method = method if len(groups) > 1 or method not in ("fork", None) else None
        parts.append(rule(safe, found, names, named_method))
        parts += measured
        parts.append(markdown(decisions(safe, found, names, of_libraries(runs))))
        points += losses(folder, runs, safe, found, rehearsals, names)
        measured = []
    parts += [] if best else [NOTHING, *measured]
    points = [
        *without_result(runs),
        *([] if lead is grave else grave),
        *lost,
        *trials(best),
        *points,
        *library_threads(own),
        *copies(summary, names),
        *nowhere_immortal(runs),
        *scaling(summary, runs, usable_cpus(runs), names),
    ]
    shown = [
        *figure(folder, cell["experiment"], "comparison", "Time and memory by strategy"),
        *figure(folder, cell["experiment"], "time", "Time by strategy"),
    ]
    return [
        *parts,
        "\n".join(f"- {point}" for point in dict.fromkeys(points)),
        *shown[:1],
        *(answer_table(chosen, names, method if len(groups) > 1 else None)
          for method, chosen in groups.items()),
    ]  # fmt: skip


def measured_on(runs, cells):
    """Return where and at which size was measured, and what the numbers are."""
    cell, number = cells.iloc[0], cells["workers"].max()
    read = f"{cell['jobs']} jobs" + (
        "" if is_own(cell["workload"]) else " that each read all of it"
    )
    usable = usable_cpus(runs)
    few = runs["logical_cores"].max() > usable
    cpus = f", of which {usable:g} can be used" if few else ""
    return (
        f"Measured on {runs['machine'].mode()[0]}{cpus}: "
        f"{amount(cell['size'], cell['workload'])}, "
        f"{read}, {workers(number) if number > 1 else 'no workers'}. Time from handing the data "
        "over to the end of the last worker, building left out; memory of all processes together "
        f"{moment_of(cells)}, shared pages counted once (PSS). In brackets: 95 % interval of a "
        "ratio, its runs paired by block."
    )


def nobody_answers(runs):
    """Return a sentence for every interpreter none of whose runs has a result."""
    return without_result(runs) if not runs["status"].eq("ok").any() else []


def library_threads(runs):
    """Return a sentence on the threads of numerical libraries, where that was measured."""
    if "serial_library_threads" not in set(runs.loc[runs["status"] == "ok", "strategy"]):
        return []
    return [
        "Numerical libraries were held to one thread (`OMP_NUM_THREADS=1` and its like), but in "
        "`serial_library_threads`, where they take as many as they choose: a program without "
        "workers as it is."
    ]


def losses(folder, runs, cells, best, rehearsals, names):
    """Return a sentence for every interpreter on which processes are no faster than no workers."""
    said = {}
    for interpreter, found in best.items():
        own = cells[cells["interpreter"] == interpreter].sort_values("total_s")
        alone = own[own["strategy"].isin(ALONE)]
        processes = own[own["start_method"] != "none"]
        if alone.empty or processes.empty:
            continue
        ratio = found.against(alone.iloc[0], processes.iloc[0])
        gain = ratio is None or ratio.above(1.0) is True or ratio.value > 1
        if gain and usable_cpus(runs) > 1:
            continue
        jobs = pd.read_csv(folder / "jobs.csv") if (folder / "jobs.csv").exists() else None
        if jobs is None:
            continue
        sizes = [one["answer_bytes"] for one in rehearsals if one["interpreter"] == interpreter]
        why = loss(
            counted(runs), jobs, processes.iloc[0], alone.iloc[0], usable_cpus(runs), *sizes[:1]
        )
        sentence = reason_of(why, processes.iloc[0], sizes[0] if sizes else None)
        said.setdefault(sentence, []).append(names[interpreter])
    return [f"{listed(where)}: {sentence}" for sentence, where in said.items()]


def reason_of(why, cell, answer_bytes=None):
    """Return in words why processes gain nothing; `why` is a `Loss`."""
    usual = cell["start_method"] in ("fork", *ANY_METHOD)
    method = "" if usual else f" and {cell['start_method']}"
    text = (
        f"processes gain nothing ({time(why.total_s)} with {workers(cell['workers'])} by "
        f"`{cell['strategy']}`{method}, {time(why.alone_s)} without)"
    )
    if why.kind == "one CPU":
        return f"{text}, since only one CPU can be used here."
    if why.kind == "start":
        return (
            f"{text}: starting and ending them takes {time(why.spent_s)}, and all the work "
            f"{time(why.alone_s)}."
        )
    if why.kind == "answers":
        return (
            f"{text}: the answers are large ({mib((answer_bytes or 0) / 2**20)} each), and their "
            f"way back takes {time(why.spent_s)}. Let a job return less, write it to a file or to "
            "shared memory, or use threads if it is C code that lets go of the GIL."
        )
    if why.kind == "handing over":
        return (
            f"{text}: handing jobs out and answers back takes {time(why.spent_s)}, a job itself "
            f"{time(why.job_s)}. Give every job more to do."
        )
    if why.kind == "slower jobs":
        return (
            f"{text}: a job takes {time(why.job_s)} in a worker and {time(why.alone_job_s)} "
            "without, for the copying that it causes or for memory that all of them wait for."
        )
    return f"{text}: there is not more work than that."


def rule(cells, best, names, method=None):
    """Return the answer in a sentence: what to do under which interpreter, against REFERENCE.

    Of a trial only what is twice as fast is said. `method` names the start method, if that is to
    be told.
    """
    if not best:
        return "No strategy was measured here."
    advice, slower = {}, []
    for interpreter, found in best.items():
        advice.setdefault(what_to_do(found, method), []).append(names[interpreter])
        for ratio in ratios_of(cells, found, REFERENCE):
            if REFERENCE not in found.strategies and tells(ratio):
                slower.append(f"{ratio_in_words(ratio)} times on {names[interpreter]}")
                slower[-1] += in_chunks(cells, found)
    where = f"Workers started by {method}, " if method else ""
    text = where + "; ".join(f"{listed(where)}: {does}" for does, where in advice.items())
    if slower:
        text += ". Do not pass it with the jobs"
    return f"**{text}**" + (f": that takes {listed(slower)} as long." if slower else ".")


def in_chunks(cells, found):
    """Return in brackets what it takes where a chunk of jobs shares one pickle, if known."""
    if IN_CHUNKS in found.strategies:
        return ""
    told = [ratio for ratio in ratios_of(cells, found, IN_CHUNKS) if tells(ratio)]
    return "".join(f" (mapped in chunks: {ratio_in_words(ratio)})" for ratio in told)


def what_to_do(found, method=None):
    """Return what to do with the data, in words: of what cannot be told apart, all of it."""
    if found.trial and len(found.strategies) > 1:
        return f"a trial, in which the first {len(found.strategies)} cannot be told apart"
    alone = [name for name in found.strategies if name in ALONE]
    if alone:
        others = [name for name in found.strategies if name not in ALONE]
        own = " (`serial_library_threads`)" if alone == ["serial_library_threads"] else ""
        return f"{NO_WORKERS}{own}" + (
            f"; {named(others)} can not be told from that" if others else ""
        )
    does = {}
    for name in found.strategies:
        does.setdefault(advice_on(name, method), []).append(name)
    parts = [f"{what} ({named(which)})" if what != OTHERS else f"{what} {named(which)}"
             for what, which in does.items()]  # fmt: skip
    return " or ".join(parts)


def named(strategies):
    """Return strategies as a list in a sentence."""
    return listed([f"`{name}`" for name in strategies])


def tells(ratio):
    """Return whether a ratio may be said: its interval lies above 1, or a trial's range above 2."""
    return ratio is not None and ratio.above(1.0) is True


def ratios_of(cells, found, strategy):
    """Return how many times as long a strategy takes as the recommended one; none if not there."""
    own = cells[(cells["interpreter"] == found.interpreter) & (cells["strategy"] == strategy)]
    return [found.against(own.iloc[0])] if len(own) else []


def trials(best):
    """Return a sentence if there are too few blocks to tell small differences."""
    if not any(found.trial for found in best.values()):
        return []
    return [
        f"This is a trial: with fewer than {ENOUGH} blocks of runs nothing is told apart that "
        f"differs by less than {TRIAL_FACTOR} times."
    ]


def advice_on(strategy, method=None):
    """Return what to do with the data, by the strategy's mechanism and the start method."""
    mechanism = mechanism_of(strategy)
    inherited = mechanism != "by fork" or method in (None, "fork")
    does = ADVICE.get(mechanism, OTHERS) if inherited else OTHERS
    if strategy in IMMORTAL:
        return f"make the data immortal and {does.format('it')}"
    return does.format("the data")


def decisions(cells, best, names, libraries):
    """Return one row for every interpreter: the best, and what people do instead."""
    rows = []
    for interpreter, found in best.items():
        own = cells[cells["interpreter"] == interpreter]
        library = own[own["strategy"].isin(libraries)].sort_values("total_s")
        rows.append(
            {
                "interpreter": names[interpreter],
                "best, least memory first": named(found.strategies),
                "time": with_spread(found.first, "total_s"),
                "memory": mib(found.first["memory_mib"]),
                "the fastest with workers": with_workers(found, own),
                "without workers": beside(found, own[own["strategy"].isin(ALONE)]),
                "as an argument": beside(found, own[own["strategy"] == REFERENCE]),
                "the same in chunks": beside(found, own[own["strategy"] == IN_CHUNKS]),
                "the fastest library": beside(found, library, say_name=True),
            }
        )
    return without_empty(rows)


def with_workers(found, cells):
    """Return the fastest cell that has workers, where what is best has none."""
    if found.first["strategy"] not in ALONE:
        return "–"
    return beside(
        found, cells[~cells["strategy"].isin(ALONE)].sort_values("total_s"), say_name=True
    )


def beside(found, cells, say_name=False):
    """Return time and memory of the first cell, and how many times as long it takes as the best."""
    if cells.empty:
        return "–"
    cell = cells.iloc[0]
    text = f"`{cell['strategy']}` " if say_name else ""
    text += f"{time(cell['total_s'])}, {mib(cell['memory_mib'])}"
    ratio = found.against(cell)
    if ratio is None or cell["strategy"] == found.first["strategy"]:
        return text
    if ratio.above(1.0) is None:
        return f"{text}: not told apart"
    return f"{text}: {ratio_in_words(ratio)} times as long"


def without_result(runs):
    """Return a sentence for every interpreter that has no result at all: why not."""
    points = []
    for interpreter, group in runs.groupby("interpreter"):
        if not group["status"].eq("ok").any():
            status, reason = group[["status", "reason"]].fillna("").value_counts().index[0]
            points.append(
                f"**{interpreter}**: no run has a result; most ended as {status}: {reason}."
            )
    return points


def copies(summary, names):
    """Return sentences on what a worker has for itself alone, from the largest inherited data.

    Where data was also made immortal, both are compared at the same size.
    """
    own = summary[
        (summary["strategy"].map(inherits) | (summary["strategy"] == "immortal"))
        & (summary["start_method"] == "fork")
        & (summary["n"] > 0)
        & (summary["data_mib"] > 0)
        & summary["workers_uss_mib"].notna()
    ]
    found = []
    for interpreter, cells in own.groupby("interpreter"):
        cells = cells.sort_values(["size", "workers"])
        inherited = cells[cells["strategy"].map(inherits)]
        immortal = cells[cells["strategy"] == "immortal"]
        if len(immortal):
            cell = immortal.iloc[-1]
            same = ["experiment", "size", "workers", "jobs"]
            inherited = inherited[(inherited[same] == cell[same]).all(axis=1)]
        if inherited.empty:
            continue
        cell = inherited.iloc[-1]
        text = f"{names[interpreter]} {mib(cell['workers_uss_mib'])}"
        if len(immortal):
            text += f", immortal {mib(immortal.iloc[-1]['workers_uss_mib'])}"
        found.append(
            f"{text} beside {mib(cell['data_mib'])} of data "
            f"({amount(cell['size'], cell['workload'])})"
        )
    if not found:
        return []
    return [f"What each worker that inherits the data has for itself alone: {'; '.join(found)}."]


def nowhere_immortal(runs):
    """Return a sentence if immortal objects were to be measured and no interpreter has them."""
    tried = runs[runs["strategy"] == "immortal"]
    if tried.empty or tried["status"].ne("unsupported").any():
        return []
    return [
        "Objects that are not copied because they are immortal were measured nowhere: no "
        "interpreter of this study is a CPython from 3.12 on. `make interpreters` installs one."
    ]


def scaling(summary, runs, cpus, names):
    """Return a sentence on what workers gain, against none, where there is most work for them."""
    parts = []
    rows = counted(runs)
    for interpreter, cells in inheriting_cells(summary).groupby("interpreter"):
        work = cells["size"] * cells["jobs"]
        cells = cells[(work == work.max()) & (cells["workers"] <= max(cpus, 2))]
        several = cells.sort_values(["workers", "total_s"]).iloc[-1:]
        group = summary[
            (summary[["experiment", "interpreter", "size", "jobs"]]
             == several.iloc[0][["experiment", "interpreter", "size", "jobs"]]).all(axis=1)
            & (summary["n"] > 0)
        ]  # fmt: skip
        alone = group[group["strategy"] == ALONE[0]]
        if alone.empty or several.iloc[0]["workers"] < 2:
            continue
        found = best_cells(pd.concat([several, alone]), rows).get(interpreter)
        ratio = found.against(alone.iloc[0], several.iloc[0]) if found else None
        if ratio is not None and ratio.blocks > 1:
            cell = several.iloc[0]
            known = ratio.above(1.0) is not None
            gain = f"{ratio_in_words(ratio)} times as fast" if known else "not told apart"
            parts.append(
                f"{names[interpreter]} with {workers(cell['workers'])} {gain} "
                f"{'as' if known else 'from'} without ({amount(cell['size'], cell['workload'])}, "
                f"{cell['jobs']} jobs)"
            )
    return [f"Where there is most work: {'; '.join(parts)}."] if parts else []


def inheriting_cells(summary):
    """Return the cells with a result in which forked workers inherit the data."""
    return summary[
        summary["strategy"].map(inherits)
        & (summary["start_method"] == "fork")
        & (summary["n"] > 0)
        & summary["workers_uss_mib"].notna()
    ]


def answer_table(cells, names, method=None):
    """Return all strategies side by side, mechanism by mechanism, folded away."""
    interpreters = sorted(set(cells["interpreter"]))
    rows = []
    for strategy in in_groups(cells.groupby("strategy")["total_s"].min().to_dict()):
        own = cells[cells["strategy"] == strategy].drop_duplicates("interpreter")
        own = own.set_index("interpreter")
        row = {"mechanism": mechanism_of(strategy), "strategy": f"`{strategy}`"}
        for name in interpreters:
            row[names[name]] = in_full(own.loc[name]) if name in own.index else "–"
        rows.append(row)
    table = markdown(rows)
    return (
        f"<details><summary>All {len(rows)} strategies with a result"
        f"{f', workers started by {method}' if method else ''}</summary>\n\n{table}\n\n"
        "Time, median (95 % interval, or range with fewer than 4 runs) · memory of all processes "
        f"together {moment_of(cells)} · memory of one worker that it shares with nobody, then"
        "\n\n</details>"
    )


def in_full(cell):
    """Return a cell's time, the memory of all processes, and what a worker has for itself."""
    parts = [with_spread(cell, "total_s"), mib(cell["memory_mib"])]
    if not pd.isna(cell["workers_uss_mib"]):
        parts.append(mib(cell["workers_uss_mib"]))
    return " · ".join(parts)
