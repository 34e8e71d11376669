"""What is best for the cells that answer the question, by interpreter, and what to know of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from costs.decision import Candidate, Decision, decide
from report.compared import ratio_of
from report.losses import reason_of
from report.trouble import Remark, remarks
from report.types import NamedNumbers, Names, Preflight
from stats.best import SERIAL_STRATEGIES, answering_cells, answering_methods
from stats.evidence import Evidence, select
from stats.private_memory import copying
from stats.ratios import Ratio
from supervisor.columns import GROUP, IDENTITY
from wording.mechanisms import (
    IMMORTAL_STRATEGIES,
    NO_METHOD,
    OWN_METHOD,
    inherits,
    mechanism_of,
)  # fmt: skip
from wording.memory import moment_of

SENT = ("argument", "argument_chunked")  # what most programs do first
Groups = dict[str | None, pd.DataFrame]  # cells by start method
OTHER_WORKERS = (1, 2, 4, 8, 16)
DOES = ("alone", "inherit", "immortal", "flat", "copy", "threads", "immortal threads", "use")


@dataclass(frozen=True)
class Answer:
    """The decision for one interpreter, among workers started by `method`, of measured cells.

    `method` is None where there is only one; `does` is one of `DOES`. `gain`: how many times as
    long the program takes without workers, or by `rival`, the fastest with workers, if none are
    chosen; `sent`: with the data sent with the jobs. Each a `Ratio`, None if unknown. `memory` are
    (workers, MiB of all processes, whether measured).
    """

    interpreter: str
    called: str
    method: str | None
    decision: Decision
    does: str
    rival: str
    gain: Ratio | None
    sent: Ratio | None
    memory: tuple[tuple[int, float, bool], ...]

    @property
    def is_open(self) -> bool:
        """Return whether runs side by side speak for workers, though medians spoke for none."""
        return self.does == "alone" and self.gain is not None and self.gain.value < 1


@dataclass(frozen=True)
class Measured:
    """What the answers were measured with, and where."""

    experiment: str
    workload: str
    size: int
    jobs: int
    workers: int
    memory_moment: str


def groups_of(summary: pd.DataFrame) -> Groups:
    """Return the cells that answer, by start method: what is compared with each other."""
    groups = {method: answering_cells(summary, method) for method in answering_methods(summary)}
    return {method: cells for method, cells in groups.items() if len(cells)}


def measured_with(groups: Groups) -> Measured:
    """Return the `Measured` of the groups' cells."""
    cells = pd.concat(groups.values()).drop_duplicates(list(IDENTITY))
    cell = cells.iloc[0]
    return Measured(
        cell["experiment"], cell["workload"], int(cell["size"]), int(cell["jobs"]),
        int(cells["workers"].max()), moment_of(cells),
    )  # fmt: skip


def answers(evidence: Evidence, groups: Groups, names: Names) -> list[Answer]:
    """Return the `Answer` of every start method and interpreter that has one."""
    found = []
    for method, cells in groups.items():
        shown = method if len(groups) > 1 or method not in ("fork", None) else None
        for interpreter in names:
            own = cells[cells["interpreter"] == interpreter]
            if len(own):
                found.append(answer_of(evidence, own, interpreter, names[interpreter], shown))
    return [one for one in found if one is not None]


def answer_of(
    evidence: Evidence, cells: pd.DataFrame, interpreter: str, called: str, method: str | None
) -> Answer | None:
    """Return the `Answer` of the cells of one interpreter; None where nothing can be chosen."""
    decision = decide([candidate_of(cell) for _, cell in cells.iterrows()])
    if decision.chosen is None:
        return None
    rows = {cell["strategy"]: cell for _, cell in cells[::-1].iterrows()}
    chosen = rows[decision.chosen.strategy]
    does = what_to_do(decision.chosen, chosen["strategy"] in copying(cells))
    rivals = [name for name in rows if (name in SERIAL_STRATEGIES) == (does != "alone")]
    rival = min(rivals, key=lambda name: rows[name]["total_s"], default="")
    tried = select(evidence.runs, **{name: chosen[name] for name in GROUP})
    tried = tried[tried["start_method"].isin(cells["start_method"])]
    usual = next((name for name in SENT if name in set(tried["strategy"])), "")
    sent = rows.get(usual)  # none if it did not end: in chunks it costs much less
    gain, slow = (ratio_of(evidence, one, chosen) for one in (rows.get(rival), sent))
    return Answer(
        interpreter, called, method, decision, does, rival, gain, slow, memory_by_workers(chosen)
    )


def what_to_do(chosen: Candidate, copied: bool) -> str:
    """Return which of `DOES` a `Candidate` is; `copied`: its workers hold most of the data."""
    immortal, mechanism = chosen.strategy in IMMORTAL_STRATEGIES, mechanism_of(chosen.strategy)
    if chosen.strategy in SERIAL_STRATEGIES:
        return "alone"
    if mechanism == "threads":
        return "immortal threads" if immortal else "threads"
    if mechanism == "flat and shared":
        return "copy" if copied else "flat"
    if mechanism == "by fork" and chosen.start_method in ("fork", OWN_METHOD):
        return "immortal" if immortal else "inherit"
    return "use"


def candidate_of(cell: pd.Series) -> Candidate:
    """Return a row of the summary as a `Candidate`."""
    low, high = (cell.get(f"total_s_{end}", float("nan")) for end in ("low", "high"))
    mib, least, most = (cell.get(f"memory_mib{end}", float("nan")) for end in ("", "_min", "_max"))
    return Candidate(
        cell["strategy"], cell["start_method"], int(cell["workers"]), cell["total_s"], low, high,
        mib, least, most, measured=True,
    )  # fmt: skip


def memory_by_workers(cell: pd.Series) -> tuple[tuple[int, float, bool], ...]:
    """Return (workers, MiB of all, whether measured): each further worker takes its private memory.

    Empty without workers of which that is known.
    """
    private = cell["workers_uss_mib"]
    if cell["start_method"] == NO_METHOD or pd.isna(private) or pd.isna(cell["memory_mib"]):
        return ()
    own = int(cell["workers"])
    return tuple(
        (workers, float(cell["memory_mib"] + (workers - own) * private), workers == own)
        for workers in sorted({*OTHER_WORKERS, own})
    )


def about_workers(
    evidence: Evidence, groups: Groups, found: Sequence[Answer], preflights: Sequence[Preflight]
) -> list[Remark]:
    """Return remarks on what workers gain and copy, the weightiest first."""
    less: list[NamedNumbers] = []
    sent: list[NamedNumbers] = []
    immortal: list[NamedNumbers] = []
    for answer in found:
        cells = groups[answer.method] if answer.method else next(iter(groups.values()))
        own = cells[cells["interpreter"] == answer.interpreter].sort_values("total_s")
        if reason := reason_of(evidence, own, answer.called, preflights):
            less.append((answer.called, {"reason": reason}))
        if answer.sent is not None and answer.sent.above(1.0) is True:
            sent.append((answer.called, {"times": answer.sent.value, "method": answer.method}))
        private = dict(zip(own["strategy"], own["workers_uss_mib"], strict=True))
        copies = own.loc[own["strategy"].map(inherits), "workers_uss_mib"].dropna()
        if len(copies) and private.get("immortal", float("nan")) < copies.median() / 2:
            facts = {"plain": copies.median(), "immortal": private["immortal"]}
            immortal.append((answer.called, facts))
    return remarks("loss", less) + remarks("immortal", immortal) + remarks("sent", sent)


def about_study(runs: pd.DataFrame) -> list[Remark]:
    """Return remarks on what this study could not show: no object immortal, libraries' threads."""
    found = []
    tried = runs[runs["strategy"] == "immortal"]
    if len(tried) and tried["status"].eq("unsupported").all():
        found.append(Remark("nowhere_immortal", ()))
    if "serial_library_threads" in set(runs.loc[runs["status"] == "ok", "strategy"]):
        found.append(Remark("library_threads", ()))
    return found
