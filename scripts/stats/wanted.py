"""Which cells are measured once more after the rounds so far: by how precise their numbers are."""

from dataclasses import dataclass

import pandas as pd

from stats.best import WHICH, answering, with_result
from stats.evidence import counted, times_by_block
from stats.priors import ENOUGH_VARIANCES, cells_measured_once
from stats.ratios import paired
from supervisor.columns import GROUP, IDENTITY

FAR_FROM_BEST = 5.0  # times as long as the best of its group, in every block: nothing more to learn
ENOUGH_FAILURES = 2  # that end alike; `unsupported` needs one
REPLICATES = 36  # cells that are repeated for a prior, beside what they are compared with

# Why a run is wanted, the most urgent first.
TOO_FEW = "fewer runs than min_repeats"
MEMORY_ONCE = "a verdict rests on memory that was measured once"
SPREAD = "how far runs lie apart here is not known"
CLAIM = "a verdict's number is not precise"
BEST = "the answer's numbers are not precise"
NO_QUIET_RUN = "no undisturbed run"
PRECISION = "the precision is not reached"
URGENCY = (TOO_FEW, MEMORY_ONCE, SPREAD, CLAIM, BEST, NO_QUIET_RUN, PRECISION)
NOT_HELD_BACK = (TOO_FEW, MEMORY_ONCE, SPREAD)  # whatever the time budget: few runs, or short ones


@dataclass(frozen=True)
class Settings:
    """How many runs the cells of an experiment get; `precision` 0.05 for an interval of ± 5 %.

    The first rounds, `planned` of them, hold all cells.
    """

    planned: int
    min_repeats: int
    max_repeats: int
    precision: float


def wanted_cells(evidence, number, settings, claimed):
    """Return the cells that want a run in round `number`, as a dict to why.

    `settings` by the name of an experiment; `evidence` of all rounds before; `claimed` the cells on
    which verdicts rest, as `judge_claims.claimed_cells` returns them. A cell is a tuple in the
    order of `IDENTITY`. With every cell that is compared comes what it is compared with.

    What is wanted depends on how precise a number is, never on what it says: an interval that was
    waited for until it excluded something would exclude too much.
    """
    wanted = {}
    good = with_result(evidence.summary)
    first_screen = set() if good.empty else {answering(good)}
    to_repeat = repeated_for_prior(evidence, number, settings)
    runs = evidence.runs[evidence.runs["experiment"].map(lambda name: name in settings)]
    for group, rows in runs.groupby(GROUP, sort=False):
        one = settings[group[0]]
        if not one.planned < number <= one.max_repeats:
            continue
        cells = dict(list(rows.groupby(list(IDENTITY), sort=False)))
        times = times_by_block(counted(rows, evidence.every))
        open_cells = [cell for cell, own in cells.items() if not hopeless(own)]
        if number > 2:
            open_cells = [cell for cell in open_cells if not is_far(times, cell)]
        if number <= one.min_repeats:
            wanted |= dict.fromkeys(open_cells, TOO_FEW)
            continue
        reference = reference_of(times, open_cells)
        prior = evidence.priors.ratios
        imprecise = [
            cell for cell in open_cells if is_imprecise(times, cell, reference, one, prior)
        ]
        whys = {
            MEMORY_ONCE: [cell for cell in open_cells if cell in claimed.memory_once],
            SPREAD: [cell for cell in open_cells if cell in to_repeat],
            CLAIM: [cell for cell in open_cells if claimed.half_width(cell) > one.precision],
            BEST: imprecise if group[0] in first_screen else [],
            NO_QUIET_RUN: [cell for cell in open_cells if never_quiet(cells[cell])],
            PRECISION: imprecise,
        }
        for why, own in whys.items():
            for cell in own:
                wanted.setdefault(cell, why)
            if own and reference is not None:
                wanted.setdefault(reference, why)
    return wanted


def repeated_for_prior(evidence, number, settings):
    """Return the cells that are repeated in round 2 so that the study has a prior of its own.

    None where it has one; else `REPLICATES` cells of one run each, the shortest of every
    interpreter by turns, of groups with something to compare them with.
    """
    if number != 2 or evidence.priors.replicates >= ENOUGH_VARIANCES:
        return set()
    once = cells_measured_once(evidence.counted)
    once = once[[settings[name].max_repeats > 1 for name in once["experiment"]]]
    once = once[once.groupby(GROUP)["runs"].transform("size") > 1].sort_values("wall_s")
    turn = once.groupby("interpreter").cumcount()
    once = once.assign(turn=turn).sort_values(["turn", "wall_s"], kind="stable")
    return set(once[list(IDENTITY)].head(REPLICATES).itertuples(index=False, name=None))


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


def never_quiet(runs):
    """Return whether a cell has results, and all of them from runs that were disturbed."""
    good = runs[runs["status"] == "ok"]
    return len(good) > 0 and bool(good["disturbed"].eq(True).all())


def is_imprecise(times, cell, reference, settings, prior):
    """Return whether a cell's ratio to the reference is less precise than asked for."""
    if reference is None or cell == reference or column_of(cell) not in times:
        return False
    ratio = paired(times[column_of(cell)].dropna(), times[column_of(reference)].dropna(), prior)
    return ratio is None or ratio.half_width > settings.precision


def within_budget(wanted, runs, budget_s):
    """Return the wanted cells that fit into what is left of the budget, the most urgent first.

    What `NOT_HELD_BACK` names is in any case. A group's cells of one urgency go together, since
    a run without what it is compared with says nothing. How long a run takes: as its cell's before.
    """
    left = budget_s - runs["wall_s"].sum()
    took = runs.groupby(list(IDENTITY))["wall_s"].mean()
    kept = {cell: why for cell, why in wanted.items() if why in NOT_HELD_BACK}
    rest = pd.DataFrame(
        [(URGENCY.index(why), why, cell) for cell, why in wanted.items() if cell not in kept],
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
