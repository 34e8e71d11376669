"""The first screen of the report, as facts: what to do, why, and what was measured.

A study of this project's data has the table of what people see; a study of a user's own data the
answer for it. The words stand in templates/first_screen.md.j2 and own_screen.md.j2.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from report.answer import (
    Answer,
    Measured,
    about_study,
    about_workers,
    answers,
    groups_of,
    measured_with,
)  # fmt: skip
from report.compared import shares
from report.foreign import as_itself
from report.render import render
from report.symptoms import Case, Symptom, first_to_show, symptoms
from report.trouble import (
    Remark,
    forking,
    lost_with_workers,
    not_optimised,
    nothing_at_all,
    preflights_of,
    troubles,
    trusted,
    undecidable,
    wrong_with_workers,
)  # fmt: skip
from report.types import Names, StudyReported
from sharing.workloads import is_own
from stats.evidence import Evidence
from wording.labels import names_of
from wording.machines import usable_cpus_of

MOST_REMARKS = 3
MOST_LINES, MOST_OF_REASON = 6, 120  # answers, and characters, on the terminal
EXAMPLE_SIZE, EXAMPLE_WORKERS = 10_000_000, 8  # of whom people ask whether it fits


@dataclass(frozen=True)
class Fit:
    """Whether `size` tuples and their workers fit into memory, by the formula: MiB by strategy."""

    interpreter: str
    size: int
    workers: int
    mib: dict[str, float]


@dataclass(frozen=True)
class FirstScreen:
    """All that the first screen says; a part that was not measured is empty or None.

    `lead` and `remarks` are `Remark`s, `lead` what is wrong; `undecided`: nobody knows whose
    answers are right; `pictures`: paths by kind. `inherit`: inheriting is faster than sending and
    than no workers; `immortal_helps`: workers do not copy immortal objects.
    """

    own: bool
    workloads: tuple[str, ...]
    machine: str
    cpus: float
    interpreters: tuple[str, ...]
    lead: tuple[Remark, ...]
    undecided: bool
    symptoms: dict[str, Symptom | None]
    inherit: bool
    immortal_helps: bool
    answers: tuple[Answer, ...]
    measured: Measured | None
    pictures: dict[str, str]
    fit: Fit | None
    remarks: tuple[Remark, ...]


def first_screen(evidence: Evidence, lifetimes: pd.DataFrame, folder: Path) -> FirstScreen:
    """Return the `FirstScreen` of a study. `folder` is asked for figures and preflights."""
    runs, summary = evidence.runs, evidence.summary
    names, groups = names_of(runs), groups_of(summary)
    measured = measured_with(groups) if groups else None
    compared = runs if measured is None else runs[runs["experiment"] == measured.experiment]
    own = bool(compared["workload"].map(is_own).any())
    preflights = preflights_of(folder, names, measured.experiment if measured else None)
    hung, beside = forking(preflights, compared)
    grave, lost = lost_with_workers(compared, preflights, names) if own else ([], [])
    wrong = wrong_with_workers(compared, preflights, names) if own else []
    silent = nothing_at_all(runs, names)
    lead = troubles(preflights) + wrong + hung
    lead = lead or (silent if not runs["status"].eq("ok").any() else []) or grave
    safe = {method: trusted(cells, compared, preflights) for method, cells in groups.items()}
    found = answers(evidence, safe if own else groups, names)
    rows = {} if own else symptoms(evidence, lifetimes, names)
    sent, copied = rows.get("sent"), rows.get("copied")
    said = [one for one in (*silent, *beside, *grave, *lost) if one not in lead]
    if own:
        said += about_workers(evidence, safe, found, preflights) + about_study(compared)
    return FirstScreen(
        own=own,
        workloads=tuple(sorted(set(compared["workload"]))),
        machine=runs["machine"].mode()[0],
        cpus=usable_cpus_of(runs),
        interpreters=tuple(names[one] for one in first_to_show(evidence, names)),
        lead=tuple(lead),
        undecided=own and bool(undecidable(preflights)),
        symptoms=rows,
        inherit=sent is not None
        and any(case.numbers["pays"] for case in sent.cases)
        and not sent.not_on,
        immortal_helps=copied is not None and any(map(immortal_cures, copied.cases)),
        answers=tuple(found),
        measured=measured,
        pictures=pictures_of(folder, measured, lifetimes),
        fit=None if own else memory_needed(evidence, names),
        remarks=(*said[:MOST_REMARKS], *not_optimised(runs, names)),
    )


def immortal_cures(case: Case) -> bool:
    """Return whether immortal objects are among the cures of a case of copying."""
    cures = case.numbers["cures"]
    return isinstance(cures, dict) and "immortal" in cures


def pictures_of(folder: Path, measured: Measured | None, lifetimes: pd.DataFrame) -> dict[str, str]:
    """Return the paths of the pictures, of compared strategies and of a worker's life, by kind."""
    wanted = []
    if measured:
        wanted += [(kind, measured.experiment) for kind in ("time", "comparison")]
    if len(lifetimes):
        strategies = lifetimes.groupby("experiment")["strategy"].nunique()
        wanted.append(("lifetime", str(strategies.idxmax())))
    found = {kind: f"figures/{as_itself(name)}_{kind}.svg" for kind, name in wanted}
    found = {kind: path for kind, path in found.items() if (folder / path).is_file()}
    return {kind: path for kind, path in found.items()
            if kind != "time" or "comparison" not in found}  # fmt: skip


def memory_needed(evidence: Evidence, names: Names) -> Fit | None:
    """Return the `Fit` of the first CPython that shared tuples by fork; None without one."""
    for interpreter in first_to_show(evidence, names):
        key = {"interpreter": interpreter, "workload": "records", "start_method": "fork"}
        mib = {}
        for name in ("global", "immortal"):
            _, private = shares(evidence, strategy=name, **key)
            if private is not None and private == private:
                cell = evidence.cell(strategy=name, **key)
                needed = cell["data_mib"] + EXAMPLE_WORKERS * private
                mib[name] = needed * EXAMPLE_SIZE / cell["size"]
        if "global" in mib:
            return Fit(names[interpreter], EXAMPLE_SIZE, EXAMPLE_WORKERS, mib)
    return None


def opening(screen: FirstScreen, study: StudyReported) -> str:
    """Return the first screen as Markdown, the title above it; `study` as in study.yaml."""
    headings = {name: f"{name}: {one['question']}" for name, one in study["experiments"].items()}
    template = "own_screen.md.j2" if screen.own else "first_screen.md.j2"
    return render(template, screen=screen, headings=headings)


def last_lines(screen: FirstScreen, runs: pd.DataFrame, report: Path) -> str:
    """Return the lines for the terminal: how the runs ended, the answers, a danger, the report."""
    bad = runs[runs["status"] != "ok"]
    reasons = bad.loc[bad["status"] != "unsupported", "reason"].dropna()
    text = render(
        "answer.txt.j2",
        screen=screen,
        answers=screen.answers[:MOST_LINES],
        more=len(screen.answers[MOST_LINES:]),
        number=len(runs),
        not_ok=len(bad),
        statuses=dict(bad["status"].value_counts()),
        most_often=reasons.mode()[:1].str[:MOST_OF_REASON].to_list(),
        report=report,
        program=report.with_name("use_this.py"),
    )
    return as_itself(text) + "\n"
