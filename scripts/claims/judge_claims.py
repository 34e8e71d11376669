"""Judge the article's claims by the tables of a study: a verdict for every interpreter."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

import pandas as pd

from claims import article, speed
from claims.pickling_table import interpreters_fail_differently
from stats.evidence import OFTEN_ENOUGH, Evidence, Finding, Missing
from stats.wanted import Claimed
from tables.types import CellKey
from wording.labels import names_of

# What judges a claim: of an interpreter, but for one that compares all of them.
Test = Callable[..., Finding]

HOLDS = "holds"
FAILS = "does not hold"
UNDECIDED = "undecided"
UNTESTABLE = "not testable here"
VERDICTS = {True: HOLDS, False: FAILS, None: UNDECIDED}
ALL = "all"  # of a claim that compares the interpreters
THREADS = "Threads do not help, because of the GIL"

# Claim: what the article says, the experiments that test it, the function that does.
CLAIMS: dict[str, tuple[str, str, Test]] = {
    "S1": (
        "A pool of workers with nothing to do is done almost at once",
        "empty_workers",
        article.idle_pool_is_done_at_once,
    ),
    "S2": (
        "Data passed as a job's parameter: the jobs are quick, the whole is slow",
        "pass_as_argument",
        article.argument_takes_far_longer_than_the_work,
    ),
    "S3": (
        "… and each worker gets a copy of it in memory",
        "pass_as_argument",
        article.argument_is_a_copy_in_each_worker,
    ),
    "S4": (
        "multiprocessing's managed and shared objects are extremely slow",
        "shared_objects",
        article.shared_objects_are_extremely_slow,
    ),
    "S5": (
        "A module global is inherited by fork and not copied",
        "big_global",
        article.global_is_inherited_without_a_copy,
    ),
    "S6": ("That works with 128 million ints", "big_global", article.global_works_with_128_million),
    "S7": (
        "A big global is built again wherever its module is imported",
        "start_methods",
        article.imported_global_is_built_again,
    ),
    "S8": (
        "Data made under __main__ and passed to the workers is copied",
        "start_methods",
        article.passed_data_is_copied,
    ),
    "S9": (
        "A worker function in the scope of the data (a closure) inherits it without a copy",
        "closure_scaling",
        article.closure_is_inherited_without_a_copy,
    ),
    "S10": (
        "Parallelism warms up: 100 jobs show it better than 10",
        "closure_scaling",
        speed.many_jobs_scale_better,
    ),
    "S11": (
        "Two workers give nearly twice the speed",
        "closure_scaling",
        speed.two_workers_are_nearly_twice_as_fast,
    ),
    "S12": (
        "Four workers on two cores with SMT gain a little more",
        "closure_scaling",
        speed.four_workers_gain_little_by_smt,
    ),
    "S13": (
        "PyPy and CPython fail in different places when pickling",
        "pickling",
        interpreters_fail_differently,
    ),
    "S14": (
        "It does not work where there is no fork (Windows)",
        "start_methods",
        article.inheriting_needs_fork,
    ),
    "S15": (
        f"{THREADS}: lists",
        "threads_without_gil, matrix",
        partial(
            speed.threads_do_not_help,
            experiments=("threads_without_gil", "matrix"),
        ),
    ),
    "S15a": (
        f"{THREADS}: arrays",
        "tables_array2d",
        partial(speed.threads_do_not_help, experiments=("tables_array2d",)),
    ),
    "S15b": (
        f"{THREADS}: data frames with Python strings",
        "tables_frame",
        partial(speed.threads_do_not_help, experiments=("tables_frame",)),
    ),
    "S15c": (
        f"{THREADS}: lists of immortal objects",
        "threads_without_gil",
        partial(
            speed.threads_do_not_help,
            experiments=("threads_without_gil",),
            strategy="threads_immortal",
        ),
    ),
    "S16": (
        "Data that fits in memory is better loaded once than read again",
        "alternatives, matrix",
        speed.loading_once_beats_reading_again,
    ),
}


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    verdicts = judge(Evidence.read(arguments.study))
    pd.DataFrame(map(asdict, verdicts)).to_csv(arguments.output, index=False, lineterminator="\n")


@dataclass(frozen=True)
class Verdict:
    """What became of one claim on one interpreter.

    `ratio`, its interval from `low` to `high` over `blocks`, was compared with `threshold`; None
    for a claim that is no question of degree. `blocks_needed` in all would decide what is
    undecided, as a guide. `disturbed` is the verdict with all runs counted where that is another.
    """

    claim: str
    text: str
    interpreter: str
    verdict: str
    measured: str
    experiment: str
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    blocks: int | None = None
    threshold: str = ""
    why: str = ""
    blocks_needed: int | None = None
    disturbed: str = ""


def judge(evidence: Evidence) -> list[Verdict]:
    """Return the verdicts on all claims, in order, one for each interpreter."""
    return [verdict for verdict, _, _ in judged(evidence)]


def claimed_cells(evidence: Evidence) -> Claimed:
    """Return the `Claimed` cells of a study, whatever the verdicts are."""
    widths: dict[CellKey, float] = {}
    memory_once: set[CellKey] = set()
    for _, finding, asked in judged(evidence):
        if isinstance(finding, Missing) or finding.ratio is None:
            continue
        if finding.of_memory and finding.ratio.blocks < OFTEN_ENOUGH:
            memory_once |= asked
        if not finding.of_memory:
            for cell in asked:
                widths[cell] = max(widths.get(cell, 0.0), finding.ratio.half_width)
    return Claimed(widths, memory_once)


def judged(evidence: Evidence) -> Iterator[tuple[Verdict, Finding | Missing, set[CellKey]]]:
    """Yield every verdict with its finding (or `Missing`) and the cells that it rests on."""
    names = names_of(evidence.runs)
    every = None if evidence.every else evidence.with_every_run()
    for claim, (text, experiment, function) in CLAIMS.items():
        for interpreter, finding, asked in findings_of(evidence, experiment, function):
            called = names.get(interpreter, interpreter)
            if isinstance(finding, Missing):
                verdict = Verdict(claim, text, called, UNTESTABLE, str(finding), experiment)
            else:
                verdict = verdict_of(claim, text, called, experiment, finding)
                if every is not None and "counts" in evidence.runs:
                    verdict = with_all_runs(verdict, every, function, interpreter)
            yield verdict, finding, asked


def findings_of(
    evidence: Evidence, experiment: str, function: Test
) -> Iterator[tuple[str, Finding | Missing, set[CellKey]]]:
    """Yield (interpreter, finding or `Missing`, cells asked for); `ALL` for a comparison of all."""
    if function is interpreters_fail_differently:
        interpreters = [ALL]
    else:
        try:
            interpreters = evidence.interpreters(experiment)
        except Missing as missing:
            yield ALL, missing, set()
            return
    for interpreter in interpreters:
        evidence.asked = set()
        found: Finding | Missing
        try:
            found = function(evidence) if interpreter == ALL else function(evidence, interpreter)
        except Missing as missing:
            found = missing
        yield interpreter, found, evidence.asked


def verdict_of(
    claim: str, text: str, interpreter: str, experiment: str, finding: Finding
) -> Verdict:
    """Return the `Verdict` that a finding comes to."""
    verdict = Verdict(
        claim, text, interpreter, VERDICTS[finding.holds], finding.measured, experiment
    )
    ratio, threshold = finding.ratio, finding.threshold
    if ratio is None or threshold is None:
        return verdict
    limits = threshold if isinstance(threshold, tuple) else (threshold,)
    needed = [ratio.blocks_to_decide(limit) for limit in limits] if finding.holds is None else []
    return replace(
        verdict,
        ratio=round(ratio.value, 4),
        low=round(ratio.low, 4),
        high=round(ratio.high, 4),
        blocks=ratio.blocks,
        threshold=" to ".join(f"{limit:g}" for limit in limits),
        why=finding.why,
        blocks_needed=max((one for one in needed if one), default=None),
    )


def with_all_runs(verdict: Verdict, every: Evidence, function: Test, interpreter: str) -> Verdict:
    """Return the verdict, with what it would be with all runs counted where that differs."""
    try:
        found = function(every) if interpreter == ALL else function(every, interpreter)
    except Missing:
        return verdict
    other = VERDICTS[found.holds]
    return verdict if other == verdict.verdict else replace(verdict, disturbed=other)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", help="folder with the study's tables")
    parser.add_argument("output", help="verdicts.csv")
    return parser.parse_args(argv)
