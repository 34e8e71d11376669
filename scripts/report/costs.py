"""Why a strategy costs what it costs: the terms of the cost model, where strategies break even."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from costs.advice import Program, jobs_to_pay, predict
from costs.cost_model import COMPUTE, WARM_UP
from costs.types import CostFile, Kind
from report.types import Ends, Names

# One a mechanism.
SHOWN_STRATEGIES = ("serial", "argument", "initializer", "immortal", "shared_memory")
MILLION = 1e6
TERM_COLUMNS = {  # the term, and of how many of its unit the table shows it
    "publish an item": MILLION,
    "start a worker": 1,
    "touch an item first": MILLION,
    "ship a job": 1,
    "ship a job's item": MILLION,
    COMPUTE: MILLION,
    WARM_UP: 1,
}
SHORT_JOB_S = 0.010
WORKERS = 2


@dataclass(frozen=True)
class CostLine:
    """What one strategy costs: by term (value, low, high) in seconds, None where runs show none."""

    interpreter: str
    strategy: str
    terms: dict[str, Ends | None]


@dataclass(frozen=True)
class BreakEven:
    """From where on one interpreter's strategies pay, each None if that is not known.

    `items`: (value, low, high) from which on passing them takes longer than a short job of two
    workers; `jobs`: from which on marking `size` items immortal pays.
    """

    interpreter: str
    items: Ends | None
    jobs: float | None
    size: int

    @property
    def at_once(self) -> bool:
        """Return whether marking pays from the first job on."""
        return self.jobs == 1


@dataclass(frozen=True)
class HeldOut:
    """How the costs predict sizes that they have not seen, on one interpreter.

    Of `cells`: the medians of the relative errors, and the shares that lie in the 95 % intervals.
    """

    interpreter: str
    cells: int
    time_off: float
    memory_off: float
    time_covered: float
    memory_covered: float


@dataclass(frozen=True)
class CostsShown:
    """The facts of the section; `columns` are the terms that any line has."""

    workload: str
    columns: list[str]
    lines: list[CostLine]
    points: list[BreakEven]
    held_out: list[HeldOut]
    short_job_s: float


def costs_shown(file: CostFile) -> CostsShown | None:
    """Return the `CostsShown` of a costs.json; None of a study whose data had too few sizes."""
    workload = widest_workload(file)
    kinds = {
        (kind["interpreter"], kind["strategy"]): kind
        for kind in file["kinds"]
        if kind["workload"] == workload
        and kind["start_method"] in ("none", "fork")
        and kind["is"]["least items"] < kind["is"]["most items"]
    }
    names = {name: one["called"] for name, one in file["interpreters"].items()}
    lines = [
        CostLine(names[interpreter], strategy, shown_terms(kinds[interpreter, strategy]))
        for interpreter in sorted({key[0] for key in kinds})
        for strategy in SHOWN_STRATEGIES
        if (interpreter, strategy) in kinds
    ]
    if workload is None or len(lines) < 2:
        return None
    columns = [name for name in TERM_COLUMNS if any(line.terms[name] for line in lines)]
    points = [point_of(file, name, called, kinds) for name, called in names.items()]
    return CostsShown(
        workload, columns, lines, list(filter(None, points)), held_out_shown(file, names),
        SHORT_JOB_S,
    )  # fmt: skip


def held_out_shown(file: CostFile, names: Names) -> list[HeldOut]:
    """Return the `HeldOut` of every interpreter of which sizes could be held out."""
    return [
        HeldOut(names[name], int(one["cells"]), one["time_off"], one["memory_off"], one["time"],
                one["memory"])
        for name, one in file["held_out"].items()
    ]  # fmt: skip


def widest_workload(file: CostFile) -> str | None:
    """Return the workload that was measured over the widest range of sizes; None of nothing."""
    spans: dict[str, float] = {}
    for kind in file["kinds"]:
        width = kind["is"]["most items"] / max(1, kind["is"]["least items"])
        spans[kind["workload"]] = max(width, spans.get(kind["workload"], 0))
    return max(spans, key=lambda workload: spans[workload], default=None)


def shown_terms(kind: Kind) -> dict[str, Ends | None]:
    """Return a kind's terms as the table shows them; None where the interval reaches to nothing."""
    found: dict[str, Ends | None] = {}
    alone = (COMPUTE, WARM_UP)  # all that there is to pay without workers
    for name, factor in TERM_COLUMNS.items():
        value, low, high = kind["fitted"].get(name, (0.0, 0.0, 0.0))
        if kind["is"]["alone"] and name not in alone:
            low = 0.0
        found[name] = (value * factor, low * factor, high * factor) if low > 0 else None
    return found


def point_of(
    file: CostFile, interpreter: str, called: str, kinds: Mapping[tuple[str, str], Kind]
) -> BreakEven | None:
    """Return the `BreakEven` of an interpreter; None where nothing is known of it."""
    passing, inheriting, marking = (
        kinds.get((interpreter, name)) for name in ("argument", "initializer", "immortal")
    )
    many = too_many_items(passing) if passing and inheriting else None
    jobs, size = None, 0
    if marking and inheriting:
        size = int(marking["is"]["most items"])
        jobs = jobs_until_marked(file, marking, inheriting, size)
    return BreakEven(called, many, jobs, size) if many or jobs is not None else None


def too_many_items(kind: Kind) -> Ends | None:
    """Return from how many items on sending takes longer than short jobs; None if unknown."""
    each = kind["fitted"].get("ship a job's item", (0.0, 0.0, 0.0))
    if each[1] <= 0:
        return None
    value, low, high = (SHORT_JOB_S / WORKERS / one for one in each)
    return value, high, low


def jobs_until_marked(file: CostFile, marking: Kind, inheriting: Kind, size: int) -> float | None:
    """Return from how many jobs on marking is faster than inheriting alone; None if never.

    Jobs that walk all items, as the study's do.
    """

    def faster(jobs: int) -> bool:
        program = Program(
            marking["interpreter"], marking["workload"], size, jobs, 0.0, WORKERS, file["cpus"]
        )
        one, other = (predict(file, kind, program) for kind in (marking, inheriting))
        return one.candidate.seconds < other.candidate.seconds

    jobs = jobs_to_pay(faster)
    return None if jobs == inf else jobs
