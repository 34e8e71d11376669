"""What is advised to a program: a `Decision` among what costs.json predicts of it.

The page does the same from the same file (``report/page/advice.js``): a test compares both.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from math import inf

from costs.cost_model import computed_for
from costs.decision import Candidate, Decision, decide
from costs.types import AdviceFile, Formulas, Kind, Results
from stats.best import SERIAL_STRATEGIES
from wording.mechanisms import NO_METHOD, OWN_METHOD


@dataclass(frozen=True)
class Program:
    """What is asked about: `items` as in the study, `job_s` seconds of a job without workers.

    A job reads `share` of the items, or `count` of them if that is not 0; `long` says whether
    workers live until garbage is collected; `too_new` are strategies for later Pythons. Memory is
    in MiB.
    """

    interpreter: str
    workload: str
    items: int
    jobs: int
    job_s: float
    workers: int
    cpus: float
    share: float = 1.0
    count: int = 0
    long: bool = False
    memory_mib: float = inf
    start_method: str = "fork"
    too_new: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prediction:
    """What one kind of strategy takes for a program: the candidate, its kind, what was computed.

    `results` are the amounts and steps of `costs.cost_model`, by name.
    """

    candidate: Candidate
    kind: Kind
    results: Results


@dataclass(frozen=True)
class Advised:
    """The decision on a program, and the prediction of every strategy that was measured for it.

    `fewer` is the advice on the most workers that fit and gain, if none of so many do for want of
    memory.
    """

    program: Program
    decision: Decision
    predictions: tuple[Prediction, ...]
    fewer: "Advised | None" = None

    @property
    def has_workers(self) -> bool:
        """Return whether workers are advised."""
        chosen = self.decision.chosen
        return chosen is not None and chosen.strategy not in SERIAL_STRATEGIES

    def of(self, candidate: Candidate) -> Prediction:
        """Return the prediction that a candidate of the decision stands for."""
        return next(one for one in self.predictions if one.candidate is candidate)


def advise(file: AdviceFile, program: Program) -> Advised:
    """Return the `Advised` to a program by a costs.json."""
    found = advise_on_so_many(file, program)
    return replace(found, fewer=with_fewer_workers(file, found))


def with_fewer_workers(file: AdviceFile, advice: Advised) -> Advised | None:
    """Return what `Advised.fewer` is.

    Halving finds it, since what fits with some workers fits with fewer.
    """
    program, chosen = advice.program, advice.decision.chosen
    if chosen is None or advice.has_workers:
        return None
    if not advise_on_so_many(file, replace(program, memory_mib=inf)).has_workers:
        return None
    found, fits, too_many = None, 1, program.workers
    while too_many - fits > 1:
        tried = advise_on_so_many(file, replace(program, workers=(fits + too_many) // 2))
        if tried.has_workers:
            found, fits = tried, tried.program.workers
        else:
            too_many = tried.program.workers
    return found


def advise_on_so_many(file: AdviceFile, program: Program) -> Advised:
    """Return the `Advised` to a program with as many workers as it is asked about, or none."""
    methods = (program.start_method, OWN_METHOD, NO_METHOD)
    found = tuple(
        predict(file, kind, program)
        for kind in file["kinds"]
        if (kind["interpreter"], kind["workload"]) == (program.interpreter, program.workload)
        and kind["start_method"] in methods
        and kind["strategy"] not in program.too_new
    )
    candidates = [one.candidate for one in found]
    return Advised(program, decide(candidates, program.memory_mib), found)


def predict(file: Formulas, kind: Kind, program: Program) -> Prediction:
    """Return the `Prediction` of a program by one kind of the file."""
    asked = {name: float(value) for name, value in asdict(program).items()
             if not isinstance(value, (str, tuple))}  # fmt: skip
    results = computed_for(file, kind, asked)
    candidate = Candidate(
        kind["strategy"],
        kind["start_method"],
        1 if kind["is"]["alone"] else program.workers,
        results["seconds"],
        results["low"],
        results["high"],
        results["memory_mib"],
        results["least_mib"],
        results["most_mib"],
        measured=False,
    )
    return Prediction(candidate, kind, results)


def job_seconds_to_pay(one: Prediction, alone: Prediction) -> float:
    """Return from which job length on workers pay, in seconds: a prediction beside that without.

    0.0 where they always do, infinite where they never do. Both are straight lines in a job's time.
    """
    behind = one.results["modelled"] - alone.results["modelled"]
    saved = alone.results["rounds"] - one.results["rounds"]  # seconds, for each second of a job
    if behind <= 0:
        return 0.0 if saved >= 0 else inf
    return behind / saved if saved > 0 else inf


def jobs_to_pay(pays: Callable[[int], bool], most: int = 2**30) -> float:
    """Return the least number of jobs with which ``pays(jobs)``, infinite if none up to `most`.

    What pays with so many jobs is taken to pay with more.
    """
    if not pays(most):
        return inf
    low, high = 0, most  # it does not pay with `low` jobs, and does with `high`
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if pays(middle) else (middle, high)
    return high


def fastest_processes(advice: Advised) -> Prediction | None:
    """Return the prediction of the fastest processes that fit; None without any."""
    fitting = [
        one
        for one in advice.predictions
        if one.kind["start_method"] != NO_METHOD
        and one.candidate.most_mib <= advice.program.memory_mib
    ]
    return min(fitting, key=lambda one: one.candidate.seconds, default=None)
