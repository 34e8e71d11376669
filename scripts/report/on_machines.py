"""A report of several machines: what is so on all of them, and on which it is not."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from claims.judge_claims import CLAIMS, FAILS, HOLDS, judge
from report.answer import groups_of
from report.symptoms import ALWAYS_SHOWN, SYMPTOMS
from stats.best import best_cells
from stats.evidence import Evidence, Missing
from wording.labels import names_of
from wording.machines import usable_cpus_of

SO = {HOLDS: True, FAILS: False}  # any other verdict: not known
AGREEMENTS = ("all", "none", "differ", "unknown")
StatementKey = tuple[str, str, str, str]  # claim, row, text, interpreter: as in `Statement`
BestKey = tuple[str, str | None]  # an interpreter, a start method
# experiment, size, workload, jobs, workers, strategies
BestCell = tuple[str, int, str, int, int, tuple[str, ...]]


@dataclass(frozen=True)
class Machine:
    """What a machine is called, its processor, and how many CPUs the runs could use."""

    name: str
    cpu_model: str
    cpus: float


@dataclass(frozen=True)
class Statement:
    """A claim of the article, or a row of the first screen, on an interpreter: by machine.

    `claim` is its number, `row` its name in `SYMPTOMS`; the other one is empty. `so`, `not_so` and
    `unknown` are names of machines; `alike` is one of `AGREEMENTS`: "unknown" if there is one on
    which it is not known, and none that differs from another.
    """

    claim: str
    row: str
    text: str
    interpreter: str
    so: tuple[str, ...]
    not_so: tuple[str, ...]
    unknown: tuple[str, ...]
    alike: str


@dataclass(frozen=True)
class BestOn:
    """The fastest strategies, and all that are tied with them, by machine.

    `everywhere` are those that are among them on each; of `cells` every machine has its own:
    (machine, experiment, size, workload, jobs, workers, strategies).
    """

    interpreter: str
    method: str | None
    everywhere: tuple[str, ...]
    cells: tuple[tuple[str, str, int, str, int, int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class OnMachines:
    """All of it, without what is known on no machine or was asked on one alone."""

    machines: tuple[Machine, ...]
    statements: dict[str, list[Statement]]  # by `AGREEMENTS`
    best: tuple[BestOn, ...]


def on_machines(
    evidence: Evidence, lifetimes: pd.DataFrame, machines: Mapping[str, Sequence[str]]
) -> OnMachines:
    """Return `OnMachines` of a merged study; `machines` are the interpreters of each by name.

    Each is judged by its own runs, as in its own report.
    """
    facts: list[Machine] = []
    known: dict[StatementKey, dict[str, bool | None]] = {}
    best: dict[BestKey, dict[str, BestCell]] = {}
    for machine, interpreters in machines.items():
        own = of_interpreters(evidence, interpreters)
        lives = lifetimes[lifetimes["interpreter"].isin(interpreters)]
        last = own.runs.iloc[-1]
        facts.append(Machine(machine, str(last["cpu_model"]), usable_cpus_of(own.runs)))
        for key, so in (statements_of(own) | rows_of_screen(own, lives)).items():
            known.setdefault(key, {})[machine] = so
        for place, cell in best_there(own).items():
            best.setdefault(place, {})[machine] = cell
    found = [
        statement(*key, by, machines)
        for key, by in known.items()
        if len(by) > 1 and {*by.values()} != {None}
    ]
    return OnMachines(
        tuple(facts),
        {kind: [one for one in found if one.alike == kind] for kind in AGREEMENTS},
        tuple(best_on(*key, by) for key, by in best.items() if len(by) > 1),
    )


def of_interpreters(evidence: Evidence, interpreters: Sequence[str]) -> Evidence:
    """Return the `Evidence` of some interpreters alone."""
    runs, jobs, summary, pickling = (
        one[one["interpreter"].isin(interpreters)]
        for one in (evidence.runs, evidence.jobs, evidence.summary, evidence.pickling)
    )
    return Evidence(runs, jobs, summary, pickling)


def statements_of(evidence: Evidence) -> dict[StatementKey, bool | None]:
    """Return {(claim, row, text, interpreter): whether it holds, None if unknown} of all claims."""
    return {
        (one.claim, "", CLAIMS[one.claim][0], one.interpreter): SO.get(one.verdict)
        for one in judge(evidence)
    }


def rows_of_screen(evidence: Evidence, lifetimes: pd.DataFrame) -> dict[StatementKey, bool | None]:
    """Return the same of the first screen's rows that a study can turn round, as far as known."""
    found: dict[StatementKey, bool | None] = {}
    rows = {row: case_of for row, case_of in SYMPTOMS.items() if row not in ALWAYS_SHOWN}
    for interpreter, called in names_of(evidence.runs).items():
        for row, case_of in rows.items():
            with suppress(Missing):
                case = case_of(evidence, interpreter, lifetimes)
                found["", row, "", called] = case is not None
    return found


def statement(
    claim: str,
    row: str,
    text: str,
    interpreter: str,
    known: Mapping[str, bool | None],
    machines: Iterable[str],
) -> Statement:
    """Return the `Statement` of what is `known` on each machine, of which there are `machines`."""
    so, not_so, unknown = (
        tuple(one for one in machines if known.get(one) is value) for value in (True, False, None)
    )
    alike = "differ" if so and not_so else "unknown" if unknown else "all" if so else "none"
    return Statement(claim, row, text, interpreter, so, not_so, unknown, alike)


def best_there(evidence: Evidence) -> dict[BestKey, BestCell]:
    """Return {(interpreter, start method): what `BestOn` has of a machine} of the best there."""
    found: dict[BestKey, BestCell] = {}
    names = names_of(evidence.runs)
    for method, cells in groups_of(evidence.summary).items():
        best = best_cells(cells, evidence.counted, evidence.priors)
        for interpreter, one in best.items():
            cell = one.first
            found[names[interpreter], method] = (
                cell["experiment"], int(cell["size"]), cell["workload"], int(cell["jobs"]),
                int(cells["workers"].max()), tuple(one.by_speed),
            )  # fmt: skip
    return found


def best_on(interpreter: str, method: str | None, by_machine: Mapping[str, BestCell]) -> BestOn:
    """Return the `BestOn` of what `best_there` found on several machines."""
    cells = tuple((machine, *cell) for machine, cell in by_machine.items())
    first, *others = (cell[-1] for cell in by_machine.values())
    everywhere = tuple(name for name in first if all(name in other for other in others))
    return BestOn(interpreter, method, everywhere, cells)
