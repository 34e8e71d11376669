"""The advice on a user's own data: what the program would take with fewer jobs and with more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from costs.advice import Advised, Program, advise, jobs_to_pay
from costs.answer_words import answer
from costs.decision import Candidate
from costs.types import CostFile, Kind
from sharing.workloads import is_own
from stats.evidence import Evidence, select
from wording.mechanisms import SERIAL

TIMES_AS_MANY_JOBS = (0.1, 1, 10, 100)  # as many jobs as were measured
SLOW_FIRST = 1.5  # times the median job, from which on a process's first job is named


@dataclass(frozen=True)
class JobsLine:
    """What is advised for a number of jobs: `strategy` is None for no workers.

    `chosen` and `alone` are candidates of the decision, `why` its reason; `outside` says whether
    that is a projection.
    """

    jobs: int
    why: str
    strategy: str | None
    chosen: Candidate
    alone: Candidate
    within: tuple[str, ...]
    outside: bool


@dataclass(frozen=True)
class OwnProgram:
    """The facts on one interpreter: a job's seconds, a process's first one if that is longer.

    `pays_from` is the number of jobs from which on workers are advised, None if they never are up
    to `most_jobs`. `said` is what give_advice answers for the jobs that were measured.
    """

    interpreter: str
    workers: int
    job_s: float
    first_job_s: float | None
    lines: list[JobsLine]
    pays_from: int | None
    most_jobs: int
    said: list[str]

    @property
    def pays_at_once(self) -> bool:
        """Return whether workers are advised whatever the number of jobs."""
        return self.pays_from == 1


def own_programs(evidence: Evidence, file: CostFile) -> list[OwnProgram]:
    """Return an `OwnProgram` for every interpreter; none of a study of this project's own data."""
    own = [kind for kind in file["kinds"] if is_own(kind["workload"])]
    if len({kind["strategy"] for kind in own}) < 3:
        return []
    found = []
    for name, interpreter in file["interpreters"].items():
        kinds = [kind for kind in own if kind["interpreter"] == name]
        alone = [kind for kind in kinds if kind["strategy"] == SERIAL]
        if alone:
            found.append(own_program(evidence, file, interpreter["called"], kinds, alone[0]))
    return [one for one in found if one.lines]


def own_program(
    evidence: Evidence, file: CostFile, called: str, kinds: Sequence[Kind], alone: Kind
) -> OwnProgram:
    """Return the `OwnProgram` of one interpreter; `alone` is the kind without workers."""
    jobs = select(
        evidence.jobs, interpreter=alone["interpreter"], strategy=SERIAL,
        workload=alone["workload"], size=alone["is"]["most items"],
    )  # fmt: skip
    later = jobs[jobs["place"] > 1]["seconds"]
    job_s = float((later if len(later) else jobs["seconds"]).median()) if len(jobs) else 0.0
    first_s = float(jobs[jobs["place"] == 1]["seconds"].median()) if len(jobs) else 0.0
    measured = int(alone["is"]["most jobs"])
    program = Program(
        alone["interpreter"], alone["workload"], int(alone["is"]["most items"]), measured, job_s,
        number_of_workers(kinds, file["cpus"]), file["cpus"], start_method=method_of(kinds),
    )  # fmt: skip
    numbers = sorted({max(1, round(measured * factor)) for factor in TIMES_AS_MANY_JOBS})
    lines = [line_of_jobs(advise(file, replace(program, jobs=number))) for number in numbers]
    most = numbers[-1]
    pays = jobs_to_pay(lambda number: advise(file, replace(program, jobs=number)).has_workers, most)
    return OwnProgram(
        called, program.workers, job_s, first_s if first_s > SLOW_FIRST * job_s else None,
        [line for line in lines if line is not None], None if pays == inf else int(pays),
        most, answer(file, advise(file, program)),
    )  # fmt: skip


def line_of_jobs(advice: Advised) -> JobsLine | None:
    """Return the `JobsLine` of an advice; None if nothing fits, or without workers is not known."""
    decision = advice.decision
    chosen = decision.chosen
    if chosen is None or decision.alone is None:
        return None
    outside = advice.of(chosen).results["far"] > 1
    within = [one.strategy for one in decision.others]
    return JobsLine(
        advice.program.jobs, decision.why, chosen.strategy if advice.has_workers else None, chosen,
        decision.alone, (*within, *decision.within), outside,
    )  # fmt: skip


def number_of_workers(kinds: Sequence[Kind], cpus: float) -> int:
    """Return the most workers measured that have a CPU each, two at least."""
    most = max(kind["is"]["most workers"] for kind in kinds)
    return int(min(most, max(cpus, 2)))


def method_of(kinds: Sequence[Kind]) -> str:
    """Return the start method that was measured, fork first."""
    measured = {kind["start_method"] for kind in kinds}
    return next((one for one in ("fork", "forkserver", "spawn") if one in measured), "fork")
