"""Which cells another run would decide something about, after the rounds so far."""

from dataclasses import dataclass

import pandas as pd

from stats.best import WHICH, answering, with_result
from stats.evidence import counted, times_by_block
from stats.ratios import EQUAL, best_set, paired
from supervisor.columns import GROUP, IDENTITY

FAR_FROM_BEST = 5.0  # times as long as the best of its group, in every block: nothing more to learn
ENOUGH_FAILURES = 2  # that end alike; `unsupported` needs one

# Why a run is wanted, the most urgent first.
TOO_FEW = "fewer runs than min_repeats"
CLAIM = "a claim is undecided"
BEST = "strategies are tied for the best"
NO_QUIET_RUN = "no undisturbed run"
PRECISION = "the precision is not reached"
URGENCY = (TOO_FEW, CLAIM, BEST, NO_QUIET_RUN, PRECISION)


@dataclass(frozen=True)
class Settings:
    """How many runs the cells of an experiment get; `precision` 0.05 for an interval of ± 5 %."""

    min_repeats: int
    max_repeats: int
    precision: float


def wanted_cells(evidence, number, settings, undecided):
    """Return the cells that want a run in round `number`, as a dict to why.

    `settings` by the name of an experiment; `evidence` of all rounds before; `undecided` the cells
    on which an undecided claim rests. A cell is a tuple in the
    order of `IDENTITY`. With every cell that is compared comes what it is compared with.
    """
    wanted = {}
    good = with_result(evidence.summary)
    first_screen = set() if good.empty else {answering(good)}
    runs = evidence.runs[evidence.runs["experiment"].map(lambda name: name in settings)]
    for group, rows in runs.groupby(GROUP, sort=False):
        one = settings[group[0]]
        if number > one.max_repeats:
            continue
        cells = dict(list(rows.groupby(list(IDENTITY), sort=False)))
        over = {cell for cell, own in cells.items() if hopeless(own)}
        times = times_by_block(counted(rows, evidence.every))
        far = {} if number <= 2 else {cell for cell in cells if is_far(times, cell)}
        open_cells = [cell for cell in cells if cell not in over and cell not in far]
        if number <= one.min_repeats:
            wanted |= dict.fromkeys(open_cells, TOO_FEW)
            continue
        reference = reference_of(times, open_cells)
        whys = {CLAIM: [cell for cell in open_cells if cell in undecided]}
        whys[BEST] = undecided_best(times, open_cells) if group[0] in first_screen else []
        whys[NO_QUIET_RUN] = [cell for cell in open_cells if never_quiet(cells[cell])]
        whys[PRECISION] = [cell for cell in open_cells if is_imprecise(times, cell, reference, one)]
        for why in (CLAIM, BEST, NO_QUIET_RUN, PRECISION):
            for cell in whys[why]:
                wanted.setdefault(cell, why)
            if whys[why] and reference is not None:
                wanted.setdefault(reference, why)
    return wanted


def hopeless(runs):
    """Return whether a cell will not get a result: unsupported, or it failed alike before."""
    bad = runs[runs["status"] != "ok"]
    if bad.empty:
        return False
    return bad["status"].eq("unsupported").any() or (
        len(bad) == len(runs) >= ENOUGH_FAILURES and bad["status"].nunique() == 1
    )


def column_of(cell):
    """Return the column of `times_by_block` that belongs to a cell."""
    return tuple(cell[IDENTITY.index(name)] for name in WHICH)


def is_far(times, cell):
    """Return whether a cell took `FAR_FROM_BEST` times as long as the fastest in every block."""
    if column_of(cell) not in times or not len(times.columns):
        return False
    ratios = (times[column_of(cell)] / times.min(axis=1)).dropna()
    return len(ratios) >= 2 and bool((ratios > FAR_FROM_BEST).all())


def reference_of(times, cells):
    """Return the cell that the others are compared with: without workers, else the fastest."""
    there = [cell for cell in cells if column_of(cell) in times]
    if not there:
        return None
    alone = [cell for cell in there if cell[IDENTITY.index("strategy")] == "serial"]
    return alone[0] if alone else min(there, key=lambda cell: times[column_of(cell)].median())


def undecided_best(times, cells):
    """Return the cells tied with the fastest that are not shown to be equal to it."""
    there = {column_of(cell): cell for cell in cells if column_of(cell) in times}
    if len(there) < 2:
        return []
    best = best_set(times[list(there)])
    fastest = times[best[0]].dropna()
    open_names = []
    for name in best[1:]:
        ratio = paired(times[name].dropna(), fastest)
        if ratio is None or ratio.within(1 / (1 + EQUAL), 1 + EQUAL) is not True:
            open_names.append(name)
    return [there[name] for name in [best[0], *open_names]] if open_names else []


def never_quiet(runs):
    """Return whether a cell has results, and all of them from runs that were disturbed."""
    good = runs[runs["status"] == "ok"]
    return len(good) > 0 and bool(good["disturbed"].eq(True).all())


def is_imprecise(times, cell, reference, settings):
    """Return whether a cell's ratio to the reference is less precise than asked for."""
    if reference is None or cell == reference or column_of(cell) not in times:
        return False
    ratio = paired(times[column_of(cell)].dropna(), times[column_of(reference)].dropna())
    return ratio is None or ratio.half_width > settings.precision


def within_budget(wanted, runs, budget_s):
    """Return the wanted cells that fit into what is left of the budget, the most urgent first.

    What `min_repeats` asks for is not held back. A group's cells of one urgency go together, since
    a run without what it is compared with says nothing. How long a run takes: as its cell's before.
    """
    left = budget_s - runs["wall_s"].sum()
    took = runs.groupby(list(IDENTITY))["wall_s"].mean()
    kept = {cell: why for cell, why in wanted.items() if why == TOO_FEW}
    rest = pd.DataFrame(
        [(URGENCY.index(why), why, cell) for cell, why in wanted.items() if why != TOO_FEW],
        columns=["urgency", "why", "cell"],
    )
    group = [IDENTITY.index(name) for name in GROUP]
    rest["group"] = [tuple(cell[place] for place in group) for cell in rest["cell"]]
    for (_, why, _), rows in rest.groupby(["urgency", "why", "group"], sort=True):
        needs = sum(took[cell] for cell in rows["cell"])
        if needs <= left:
            left -= needs
            kept |= dict.fromkeys(rows["cell"], why)
    return kept
