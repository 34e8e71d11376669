"""Which cells are measured once more after the rounds so far: by how precise their numbers are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from stats.best import answering, with_result
from stats.evidence import WHICH, Evidence, counted, disturbed_columns, times_by_block
from stats.priors import (
    ENOUGH_VARIANCES,
    Disturbance,
    Priors,
    cells_measured_once,
    never_quiet_cells,
)
from stats.ratios import paired
from supervisor.columns import GROUP, IDENTITY
from tables.types import CellKey

FAR_FROM_BEST = 5.0  # times as long as the best of its group, in every block: nothing more to learn
ENOUGH_FAILURES = 2  # that end alike; `unsupported` needs one
REPLICATES = 36  # cells that are repeated for a prior, beside what they are compared with

# Why a run is wanted, the most urgent first.
TOO_FEW = "fewer runs than min_repeats"
MEMORY_ONCE = "a verdict rests on memory that was measured once"
ONLY_DISTURBED = "its only run was disturbed"
SPREAD = "how far runs lie apart here is not known"
CLAIM = "a verdict's number is not precise"
BEST = "the answer's numbers are not precise"
NO_QUIET_RUN = "no undisturbed run"
PRECISION = "the precision is not reached"
URGENCY = (TOO_FEW, MEMORY_ONCE, ONLY_DISTURBED, SPREAD, CLAIM, BEST, NO_QUIET_RUN, PRECISION)
NOT_HELD_BACK = URGENCY[:4]  # whatever the time budget: once, or short runs
# Why a run stays that is wanted no more.
MEASURED_BEFORE = "an earlier sitting measured it"


@dataclass(frozen=True)
class Settings:
    """How many runs the cells of an experiment get; `precision` 0.05 for an interval of ± 5 %.

    The first rounds, `planned` of them, hold all cells.
    """

    planned: int
    min_repeats: int
    max_repeats: int
    precision: float


@dataclass(frozen=True)
class Claimed:
    """The cells on which verdicts rest.

    `widths` has of each the half-width of the widest interval of a verdict's ratio; `memory_once`
    those of which a verdict takes the memory, and one run alone.
    """

    widths: dict[CellKey, float]
    memory_once: set[CellKey]

    def half_width(self, cell: CellKey) -> float:
        """Return the half-width of the widest interval that rests on a cell; 0.0 if none does."""
        return self.widths.get(cell, 0.0)


def wanted_cells(
    evidence: Evidence, number: int, settings: Mapping[str, Settings], claimed: Claimed
) -> dict[CellKey, str]:
    """Return the cells that want a run in round `number`, as a dict to why.

    `settings` by the name of an experiment; `evidence` of all rounds before; `claimed` the cells on
    which verdicts rest, as `judge_claims.claimed_cells` returns them. A cell is a tuple in the
    order of `IDENTITY`. With every cell that is compared comes what it is compared with.

    What is wanted depends on how precise a number is, never on what it says: an interval that was
    waited for until it excluded something would exclude too much.
    """
    wanted: dict[CellKey, str] = {}
    good = with_result(evidence.summary)
    first_screen = set() if good.empty else {answering(good)}
    to_repeat = repeated_for_prior(evidence, number, settings)
    runs = evidence.runs[evidence.runs["experiment"].map(lambda name: name in settings)]
    over, disturbed = hopeless_cells(runs), never_quiet_cells(runs[runs["status"] == "ok"])
    for group, rows in runs.groupby(GROUP, sort=False):
        experiment = str(group[0])
        one = settings[experiment]
        if not one.planned < number <= one.max_repeats:
            continue
        cells = rows[list(IDENTITY)].drop_duplicates().itertuples(index=False, name=None)
        open_cells = [cell for cell in cells if cell not in over]
        measured = counted(rows, evidence.every)
        times = times_by_block(measured)
        far = far_columns(times)
        near = [cell for cell in open_cells if column_of(cell) not in far]
        if number <= one.min_repeats:
            wanted |= dict.fromkeys(near if number > 2 else open_cells, TOO_FEW)
            continue
        reference = reference_of(times, near)
        by = disturbed_columns(measured, evidence.priors)
        wide = imprecise_columns(times, reference, one.precision, evidence.priors, by)
        imprecise = [cell for cell in near if column_of(cell) in wide]
        whys = {
            MEMORY_ONCE: [cell for cell in open_cells if cell in claimed.memory_once],
            ONLY_DISTURBED: [cell for cell in near if number == 2 and cell in disturbed],
            SPREAD: [cell for cell in near if cell in to_repeat],
            CLAIM: [cell for cell in near if claimed.half_width(cell) > one.precision],
            BEST: imprecise if experiment in first_screen else [],
            NO_QUIET_RUN: [cell for cell in near if cell in disturbed],
            PRECISION: imprecise,
        }
        for why, own in whys.items():
            for cell in own:
                wanted.setdefault(cell, why)
            if own and reference is not None:
                wanted.setdefault(reference, why)
    return wanted


def repeated_for_prior(
    evidence: Evidence, number: int, settings: Mapping[str, Settings]
) -> set[CellKey]:
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


def hopeless_cells(runs: pd.DataFrame) -> set[CellKey]:
    """Return the cells that will not get a result: unsupported, or they failed alike before."""
    status = runs["status"]
    cells = runs.assign(bad=status != "ok", unsupported=status == "unsupported").groupby(
        list(IDENTITY), sort=False
    )
    found = cells.agg(
        runs=("bad", "size"), bad=("bad", "sum"), unsupported=("unsupported", "any"),
        endings=("status", "nunique"),
    )  # fmt: skip
    alike = (found["bad"] == found["runs"]) & (found["endings"] == 1)
    return set(found.index[found["unsupported"] | alike & (found["runs"] >= ENOUGH_FAILURES)])


def column_of(cell: CellKey) -> CellKey:
    """Return the column of `times_by_block` that belongs to a cell."""
    return tuple(cell[IDENTITY.index(name)] for name in WHICH)


def far_columns(times: pd.DataFrame) -> set[CellKey]:
    """Return the columns that took `FAR_FROM_BEST` times as long as the fastest in every block."""
    ratios = times.div(times.min(axis=1), axis=0)
    far = (ratios.isna() | (ratios > FAR_FROM_BEST)).all() & ratios.notna().any()
    return set(far.index[far])


def reference_of(times: pd.DataFrame, cells: Iterable[CellKey]) -> CellKey | None:
    """Return the cell that the others are compared with: without workers, else the fastest."""
    there = [cell for cell in cells if column_of(cell) in times]
    if not there:
        return None
    alone = [cell for cell in there if cell[IDENTITY.index("strategy")] == "serial"]
    return alone[0] if alone else min(there, key=lambda cell: times[column_of(cell)].median())


def imprecise_columns(
    times: pd.DataFrame,
    reference: CellKey | None,
    precision: float,
    priors: Priors,
    disturbed: Mapping[CellKey, Disturbance],
) -> set[CellKey]:
    """Return the columns whose ratio to the reference, a cell, is less precise than asked for.

    One that shares no block with it is so, too. `disturbed` as `disturbed_columns` returns it.
    """
    if reference is None:
        return set()
    first = column_of(reference)
    base = times[first].dropna()
    ratios = {
        name: paired(times[name].dropna(), base, priors.of_pair(disturbed[name], disturbed[first]))
        for name in map(tuple, times.columns)
        if name != first
    }
    return {name for name, one in ratios.items() if one is None or one.half_width > precision}


def within_budget(
    wanted: Mapping[CellKey, str], runs: pd.DataFrame, budget_s: float
) -> dict[CellKey, str]:
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
