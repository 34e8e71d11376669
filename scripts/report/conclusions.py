"""What an experiment answers to its question, in a few sentences computed from its cells.

The sentences depend on what the experiment varies: nothing but workers, start methods under which
some strategies fail, numbers of workers, or strategies. What no interval shows is called undecided.
"""

from report.markdown import with_spread
from stats.best import ANY_METHOD, SERIAL_STRATEGIES, best_cells
from stats.evidence import counted, ending
from stats.private_memory import private_mib
from wording.machines import most_workers
from wording.mechanisms import has_data, mechanism_of
from wording.units import MOST_NAMES, amount, listed, mib, ratio_in_words, workers

NOTHING_DECIDED = "Not decided: no two strategies have a result in the same block of runs."


def conclusions(experiment, cells, runs, names, cpus):
    """Return the sentences that answer an experiment's question.

    `experiment` is what was asked for, `cells` its rows of the summary, `runs` all runs, `names`
    what the interpreters are called, `cpus` how many could be used.
    """
    good = cells[cells["n"] > 0]
    if good.empty:
        return ["No answer: no run has a result."]
    if not good["strategy"].map(has_data).any():
        return [idle(good, names)]
    figures = experiment["figures"]
    found = []
    if len(methods_of(cells)) > 1:
        found += failing(cells)
    if figures[:1] == ["memory"]:
        found += copies(good, names)
    if "speedup" in figures:
        found += gain_by_more_workers(good, runs, names)
    for method in methods_of(good) or [None]:
        found += fastest(good, runs, names, cpus, method)
    return found or [NOTHING_DECIDED]


def methods_of(cells):
    """Return the start methods of cells, fork first; not what libraries and threads have."""
    methods = set(cells["start_method"]) - set(ANY_METHOD)
    return sorted(methods, key=lambda name: (name != "fork", name))


def idle(cells, names):
    """Return what workers cost that have nothing to do."""
    parts = []
    for interpreter, own in cells.groupby("interpreter"):
        several = sorted(set(own["workers"]))
        number = 2 if 2 in several else several[-1]
        own = own[own["workers"] == number].sort_values("jobs").drop_duplicates("jobs")
        times = [
            f"{with_spread(cell, 'total_s')} for {cell['jobs']} jobs" for _, cell in own.iterrows()
        ]
        parts.append(f"{names[interpreter]} {listed(times)}")
    return f"With {workers(number)} that have nothing to do: {'; '.join(parts)}."


def failing(cells):
    """Return which strategies have no result under which start methods, and which have all."""
    real = cells[~cells["start_method"].isin(ANY_METHOD) & (cells["status"] != "unsupported")]
    bad = real[real["n"] == 0]
    said = {}
    for strategy, own in bad.groupby("strategy"):
        kinds = {ending(*pair) for pair in zip(own["status"], own["reason"], strict=True)}
        end = f"under {listed(methods_of(own))} ({' or '.join(sorted(kinds))})"
        said.setdefault(end, []).append(f"`{strategy}`")
    if not said:
        return []
    survive = [f"`{name}`" for name in sorted(set(real["strategy"]) - set(bad["strategy"]))]
    text = "; ".join(f"no result {end}: {listed(which)}" for end, which in said.items())
    text = text[0].upper() + text[1:]
    return [f"{text}; under all of them: {listed(survive)}." if survive else f"{text}."]


def copies(cells, names):
    """Return the least and the most private memory of a forked worker, for each interpreter."""
    parts = []
    own = cells[(cells["start_method"] == "fork") & cells["workers_uss_mib"].notna()]
    own = own[(own["size"] > 1) & own["strategy"].map(by_fork)]
    own = own[own["size"] == own["size"].max()]
    for interpreter, group in own.groupby("interpreter"):
        sizes = {
            cell["strategy"]: copy if (copy := private_mib(cell, cells)) == copy
            else cell["workers_uss_mib"]
            for _, cell in group.sort_values("workers").iterrows()
        }  # fmt: skip
        least, most = min(sizes, key=sizes.get), max(sizes, key=sizes.get)
        ends = {least: sizes[least], most: sizes[most]}
        span = " to ".join(f"`{name}` {mib(size)}" for name, size in ends.items())
        parts.append(f"{names[interpreter]} {span} of {mib(group['data_mib'].max())}")
    return [f"A forked worker's private memory: {'; '.join(parts)}."] if parts else []


def by_fork(strategy):
    """Return whether workers inherit a strategy's data by fork."""
    return mechanism_of(strategy) == "by fork"


def gain_by_more_workers(cells, runs, names):
    """Return how many times as fast more workers are, where there is most to do."""
    parts = []
    rows = counted(runs)
    for interpreter, own in cells[cells["strategy"].map(by_fork)].groupby("interpreter"):
        own = own[own["size"] * own["jobs"] == (own["size"] * own["jobs"]).max()]
        if own["workers"].nunique() < 2:
            continue
        # Of the strategy that is fastest with most workers.
        strategy = own.sort_values(["workers", "total_s"]).groupby("workers").first()
        own = own[own["strategy"] == strategy["strategy"].iloc[-1]].sort_values("workers")
        found = best_cells(own, rows).get(interpreter)
        steps = []
        for (_, fewer), (_, more) in zip(
            own.iloc[:-1].iterrows(), own.iloc[1:].iterrows(), strict=True
        ):
            ratio = found.against(fewer, more) if found else None
            if ratio is None:
                continue
            words = f"{workers(more['workers'])} against {fewer['workers']}"
            steps.append(f"{words}: {ratio_in_words(ratio)}"
                         + ("" if ratio.above(1.0) is not None else ", not decided"))  # fmt: skip
        if steps:
            parts.append(f"{names[interpreter]}, `{own['strategy'].iloc[0]}`, {'; '.join(steps)}")
    return [f"How many times as fast: {'. '.join(parts)}."] if parts else []


def compared(cells, method, cpus):
    """Return the cells that are laid side by side: largest data, most jobs, a CPU for each worker.

    Of one start method, and what has none.
    """
    own = cells[cells["start_method"].isin([*ANY_METHOD, method]) & cells["strategy"].map(has_data)]
    own = own[own["size"] == own["size"].max()]
    own = own[own["jobs"] == own["jobs"].max()]
    alone = own["strategy"].isin(SERIAL_STRATEGIES)
    numbers = set(own.loc[~alone, "workers"])
    most = most_workers(numbers, cpus)
    return own[alone | (own["workers"] == most)]


def fastest(cells, runs, names, cpus, method):
    """Return who is fastest under a start method, and how many times as long the slowest takes."""
    own = compared(cells, method, cpus)
    if own["strategy"].nunique() < 2:
        return []
    parts = []
    for interpreter, best in best_cells(own, counted(runs)).items():
        group = own[own["interpreter"] == interpreter]
        if len(group) < 2:
            continue
        which = best.strategies
        winners = listed([f"`{name}`" for name in which[:MOST_NAMES]])
        if len(which) > MOST_NAMES:
            winners = f"{len(which)} of {len(group)} are tied, `{which[0]}` with least memory"
        elif len(which) > 1:
            winners += ", tied"
        text = f"{names[interpreter]} {winners}, {with_spread(best.first, 'total_s')}"
        last = group.sort_values("total_s").iloc[-1]
        ratio = best.against(last)
        if ratio is not None and last["strategy"] not in which and ratio.above(1.0) is True:
            text += f" (`{last['strategy']}`: {ratio_in_words(ratio)} times as long)"
        parts.append(text)
    if not parts:
        return []
    first = own.iloc[0]
    several = len(methods_of(cells)) > 1
    where = f"by {method}, " if several and method else ""
    size = amount(own["size"].max(), first["workload"])
    return [f"Fastest, {where}{size}, {own['jobs'].max()} jobs: {'; '.join(parts)}."]
