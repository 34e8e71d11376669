"""Which strategy is best for a program, by the cost model: predicted time and memory of each.

A job of the program takes `job_s` seconds of its own, walking the data included. A workload of the
study does a walk and little else; what the program's job does beside that is divided among as many
workers as compute at a time, among threads only where there is no GIL.
"""

from dataclasses import dataclass, field

from costs.cost_model import COMPUTE, WITHOUT_WORKERS, at_once
from stats.best import SERIAL_STRATEGIES
from stats.ratios import EQUAL
from wording.mechanisms import OWN_METHOD, SERIAL, mechanism_of


@dataclass(frozen=True)
class Program:
    """What is asked about: sizes as in the study, memory in MiB, `gil` whether there is one."""

    interpreter: str
    workload: str
    size: int
    jobs: int
    workers: int
    cpus: float
    job_s: float = 0.0
    memory_mib: float = float("inf")
    start_method: str = "fork"
    gil: bool = True


@dataclass(frozen=True)
class Prediction:
    """What a program is predicted to take with one strategy: seconds, and MiB of all processes.

    `outside` says by how many times the program lies outside of what was measured of it.
    """

    strategy: str
    start_method: str
    workers: int
    seconds: float
    memory_mib: float
    fits: bool
    runs: int
    low: float = float("nan")  # of the seconds: the 95 % interval
    high: float = float("nan")
    least_mib: float = float("nan")  # and of the memory
    most_mib: float = float("nan")
    outside: dict = field(default_factory=dict)


def predictions(models, program):
    """Return the `Prediction` of every strategy measured for this interpreter, data, start method.

    Those that fit in memory first, then by time; those tied with the fastest as `ranked` has them.
    Empty without a model of the program without workers.
    """
    alone = models.get((program.interpreter, program.workload, SERIAL, "none"))
    if alone is None:
        return []
    walk_s = alone.values[COMPUTE] * program.size
    extra_s = max(0.0, program.job_s - walk_s)
    methods = (program.start_method, OWN_METHOD, *WITHOUT_WORKERS)
    found = [
        prediction(model, strategy, method, program, extra_s, alone)
        for (interpreter, workload, strategy, method), model in models.items()
        if (interpreter, workload) == (program.interpreter, program.workload) and method in methods
    ]
    return ranked(found)


def prediction(model, strategy, method, program, extra_s, without):
    """Return what a program is predicted to take by one strategy; `without` workers is a model."""
    alone = strategy in SERIAL_STRATEGIES
    workers = 1 if alone else program.workers
    at_a_time = at_once(workers, program.cpus)
    held_up = alone or takes_turns(strategy, program)
    asked_for = (program.size, program.jobs, workers, program.cpus)
    if held_up and not alone:  # more of them, or more CPUs, than were measured make nothing faster
        most = model.span["workers"][1]
        asked_for = (program.size, program.jobs, min(workers, most), min(program.cpus, model.cpus))
    beside = program.jobs * extra_s / (1.0 if held_up else at_a_time)
    if held_up and not alone and not lets_go(model, without):
        least = without.total(program.size, program.jobs, 1, program.cpus)
        beside += max(0.0, least - model.total(*asked_for))
    seconds = model.total(*asked_for) + beside
    low, high = model.interval(*asked_for)
    memory = model.memory(*asked_for)
    asked = {"size": program.size, "jobs": program.jobs} | ({} if alone else {"workers": workers})
    return Prediction(
        strategy,
        method,
        workers,
        seconds,
        memory,
        memory <= program.memory_mib,
        model.runs,
        low + beside,
        high + beside,
        *model.memory_interval(*asked_for),
        model.outside(**asked),
    )


def takes_turns(strategy, program):
    """Return whether its workers compute one after another: threads that share a GIL."""
    return mechanism_of(strategy) == "threads" and program.gil


def lets_go(model, without):
    """Return whether threads compute at a time in spite of a GIL, as inside of NumPy.

    They then pay as much by the item as one thread; else as many times that as CPUs took turns. The
    midpoint decides. Else they cannot beat one thread, whatever the fit says.
    """
    at_a_time = at_once(model.span["workers"][1], model.cpus)
    return model.values[COMPUTE] < (1 + at_a_time) / 2 * without.values[COMPUTE]


def ranked(found):
    """Return predictions in the order in which they are recommended.

    Of equal ones, what was measured before what is a projection, then what takes least memory.
    """
    best = {id(one) for one in equals(found)}

    def key(one):
        equal = id(one) in best
        # Workers that gain nothing that can be shown.
        needless = equal and one.strategy not in SERIAL_STRATEGIES
        projected = equal and bool(one.outside)
        least = one.memory_mib if equal else one.seconds
        return not one.fits, not equal, needless, projected, least

    return sorted(found, key=key)


def equals(found):
    """Return those that fit and are tied with the fastest, by `EQUAL` or their intervals."""
    fitting = [one for one in found if one.fits]
    if not fitting:
        return []
    fastest = min(fitting, key=lambda one: one.seconds)
    return [
        one
        for one in fitting
        if one.seconds <= fastest.seconds * (1 + EQUAL) or one.low <= fastest.high
    ]
