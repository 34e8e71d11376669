"""The kinds of costs.json: of each what it is, its coefficients, and how sure they are.

A job's own time is given by whoever asks, and is what it takes without workers. So a kind has of
computing only what it takes longer than without workers, by the item.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from costs.cost_model import (
    BY_COLLECTION,
    COMPUTE,
    ITS_OWN,
    MEMORY_TERMS,
    SHIP_AN_ITEM,
    TIME_TERMS,
    TOUCH,
    Costs,
    at_once,
    interpolated,
    spread_of,
)
from costs.lives import Copies
from costs.types import ByTerm, Curve, DataMib, ErrorsOf, Kind, KindKey, KnownInterpreter, NamedKind
from sharing.workloads import base_of
from stats.best import SERIAL_STRATEGIES
from tables.types import Floats
from wording.mechanisms import IMMORTAL_STRATEGIES, SERIAL, mechanism_of
from wording.workloads import part_read

NO_LIMIT = 1e9  # of what has no limit: JSON has no infinity
COST_DIGITS = 5  # of a coefficient
# A page of 4 KiB holds at most so many objects of 28 bytes, an int's. So who reads a share of the
# objects copies at most so many times that share.
OBJECTS_A_PAGE = 4096 / 28
ALL_OF_IT: Curve = [[0, 1], [1, 1]]  # the curve of what does not depend on how much is read
AT_MOST: Curve = [[0, 0], [1 / OBJECTS_A_PAGE, 1], [1, 1]]
NOT_OBJECTS = 0.1  # of the data; if reading all of it copies less, CPython has no objects in it
SENT_BY_JOB = ("with every job", "server or store", "other")  # mechanisms: data goes with jobs
LOAD_EACH_JOB = ("from_disk", "from_disk_cold")
# (workload, strategy) whose jobs get the data in a form in which they take less than without
# workers, which is no cost of sharing it: who converts the data asks about that form.
IN_ANOTHER_FORM = (("frame", "arrow_file"),)
UNBOXED = ("scan",)  # workloads of which PyPy keeps a list without objects


def kinds_fitted(
    models: Mapping[KindKey, Costs],
    data_mib: DataMib,
    interpreters: Mapping[str, KnownInterpreter],
    lives: Mapping[KindKey, Copies],
    errors: ErrorsOf,
) -> list[Kind]:
    """Return the kinds of `models` that have one without workers beside them, dicts for JSON.

    `data_mib` is the size of an item by (interpreter, workload), `interpreters` what the file says
    of each by its name, `lives` what `costs.lives` has by the tuple of `KIND`,
    ``errors(interpreter, workload)`` the model's own.
    """
    found = []
    for key, model in models.items():
        interpreter, workload, strategy, method = map(str, key)
        named: NamedKind = {
            "interpreter": interpreter,
            "workload": workload,
            "strategy": strategy,
            "start_method": method,
        }
        alone = models.get((interpreter, workload, SERIAL, "none"))
        other_form = (base_of(workload), strategy) in IN_ANOTHER_FORM
        if alone is None or other_form or shadowed(named, models):
            continue
        base = base_of(workload)
        size = data_mib.get((interpreter, base), 0.0)
        own = errors(interpreter, base)
        life = lives.get((interpreter, base, strategy, method))
        about = interpreters[interpreter]
        named["workload"] = base
        found.append(kind_of(named, part_read(workload), model, alone, size, about, life, own))
    return found


def shadowed(named: NamedKind, models: Mapping[KindKey, Costs]) -> bool:
    """Return whether runs read a part of data of which others read all: those are taken."""
    base = base_of(named["workload"])
    return base != named["workload"] and (named["interpreter"], base, SERIAL, "none") in models


def kind_of(
    named: NamedKind,
    read: float | None,
    model: Costs,
    alone: Costs,
    data_mib: float,
    about: KnownInterpreter,
    life: Copies | None,
    errors: ByTerm,
) -> Kind:
    """Return one kind; `read` is how much its jobs read (None: all), `life` a `Life` or None."""
    strategy, mechanism = named["strategy"], mechanism_of(named["strategy"])
    serial = strategy in SERIAL_STRATEGIES
    sent = mechanism in SENT_BY_JOB
    walks = [walking(one, model, sent) for one in (model.values, *model.again)]
    most, extra = computing(strategy, mechanism, model, walks[0], alone, about["gil"])
    values, *again = (
        one | {COMPUTE: extra(walk)} | ({} if sent else {SHIP_AN_ITEM: 0.0})
        for one, walk in zip((model.values, *model.again), walks, strict=True)
    )
    curve, bound, own = copied_when_read(named, read, model, data_mib, life)
    collected, long_bound = collected_mib(named, own, data_mib, life, about)
    scale = touching(curve, read, model)
    for one in (values, *again):
        one[ITS_OWN] = own if one is values or not model.values[ITS_OWN] else (
            own * one[ITS_OWN] / model.values[ITS_OWN])  # fmt: skip
        one[TOUCH] /= scale
        one[BY_COLLECTION] = collected
    least, most_of = ({name: model.span[name][place] for name in model.span} for place in (0, 1))
    return {
        **named,
        "mechanism": mechanism,
        "runs": model.runs,
        "is": {
            "alone": int(serial),
            "most": most,
            "loads": int(mechanism == "with every job" or strategy in LOAD_EACH_JOB),
            "lets go": int(mechanism == "threads" and about["gil"] and most > 1),
            "chunked": int(model.chunked),
            "full": to_digits(model.full),
            "bound": int(bound),
            "long bound": int(long_bound),
            "data_mib": to_digits(data_mib),
            "reading an item": to_digits(alone.values[COMPUTE]),
            "least items": least["size"],
            "most items": most_of["size"],
            "least jobs": least["jobs"],
            "most jobs": most_of["jobs"],
            "most workers": max(1.0, most_of["workers"]),
        }
        | {f"{name} error": to_digits(value) for name, value in errors.items()},
        "curve": [[to_digits(share), to_digits(height)] for share, height in curve],
        "values": {name: to_digits(value) for name, value in values.items() if value},
        "spread": {
            called: rows_to_digits(spread_of([[one[name] for name in terms] for one in again]))
            for called, terms in (("time", TIME_TERMS), ("memory", MEMORY_TERMS))
        },
        "fitted": {name: [to_digits(one) for one in (value, model.low[name], model.high[name])]
                   for name, value in model.values.items() if value},
    }  # fmt: skip


def walking(values: ByTerm, model: Costs, sent: bool) -> float:
    """Return the seconds that a job takes by the item, by the coefficients of a kind.

    With workers, beyond what it takes without them.

    Where data is not sent with jobs, what the fit puts down to sending its items is computing too:
    with one number of workers alone the two cannot be separated.
    """
    at_a_time = at_once(model.span["workers"][1], model.cpus)
    return values[COMPUTE] + (0.0 if sent else values[SHIP_AN_ITEM] * at_a_time)


def computing(
    strategy: str, mechanism: str, model: Costs, each: float, alone: Costs, gil: bool
) -> tuple[float, Callable[[float], float]]:
    """Return how many jobs compute at once at most, and what an item takes longer, as a function.

    `each` is what `walking` returns.

    Threads that share a GIL take turns, unless what they compute lets go of it, as inside of NumPy:
    they then pay as much by the item as one thread, else as many times that as CPUs took turns. The
    midpoint decides.
    """
    without = alone.values[COMPUTE]
    if strategy == SERIAL:
        return 1.0, lambda _: 0.0
    if strategy in SERIAL_STRATEGIES:  # a library's own threads
        gained = without / each if each > 0 else 1.0
        return to_digits(min(max(1.0, gained), model.cpus)), lambda _: 0.0
    if mechanism == "threads" and gil:
        at_a_time = at_once(model.span["workers"][1], model.cpus)
        if each >= (at_a_time - 1) / 2 * without:
            # Of what they take longer, taking turns is the work that their rounds leave out.
            return 1.0, lambda value: max(0.0, value - (at_a_time - 1) * without) / at_a_time
    return NO_LIMIT, lambda value: value


def copied_when_read(
    named: NamedKind, read: float | None, model: Costs, data_mib: float, life: Copies | None
) -> tuple[Curve, bool, float]:
    """Return the curve of what a worker copies by the share that it has read, relative to all.

    And whether that is a bound, and the MiB of an item that a worker copies that reads all.
    """
    own = model.values[ITS_OWN]
    if mechanism_of(named["strategy"]) != "by fork":
        return ALL_OF_IT, False, own
    if life is not None and life.read:
        most = life.read[-1][1]
        if most <= 0:
            return [[0, 0], [1, 1]], False, own
        curve = hull([(share, height / most) for share, height in life.read])
        return curve, False, most if read is not None else own
    if read is None:
        return AT_MOST, True, own
    # Runs that read a part have copied_when_read so much; who reads more copies all, at most.
    seen = seen_in(model, read)
    full = max(own, data_mib if own > NOT_OBJECTS * seen * data_mib else 0.0)
    share = own / full if full > 0 else 1.0
    return hull([(min(seen, 1 / OBJECTS_A_PAGE), share), (seen, share), (1, 1)]), True, full


def touching(curve: Curve, read: float | None, model: Costs) -> float:
    """Return which part of a first touch of all data the fitted runs have paid, above 0."""
    return 1.0 if read is None else max(0.01, interpolated(curve, seen_in(model, read)))


def seen_in(model: Costs, read: float) -> float:
    """Return the share of the items that a worker of the fitted runs had read at most."""
    (size, jobs, workers) = (model.span[name][1] for name in ("size", "jobs", "workers"))
    reads = read if read >= 1 else read * size
    return min(1.0, reads * jobs / (max(1, workers) * size))


def collected_mib(
    named: NamedKind,
    own: float,
    data_mib: float,
    life: Copies | None,
    about: KnownInterpreter,
) -> tuple[float, bool]:
    """Return the MiB an item that a full collection copies beside what is read; if that is a bound.

    A collector writes into objects, of which a worker that reads none has no copy yet: in CPython's
    containers unless they are frozen, in all of PyPy's.
    """
    if mechanism_of(named["strategy"]) != "by fork" or named["strategy"] in IMMORTAL_STRATEGIES:
        return 0.0, False
    if life is not None and life.collected is not None:
        return max(0.0, life.collected - own), False
    if about["implementation"] == "PyPy":
        flat = named["workload"] in UNBOXED
    else:
        flat = own <= NOT_OBJECTS * data_mib
    return (0.0, False) if flat else (max(0.0, data_mib - own), True)


def hull(points: Iterable[tuple[float, float]]) -> Curve:
    """Return the concave line over points from (0, 0) to place 1, never falling, as lists.

    Concave, since who reads as many items of larger data never copies less.
    """
    line = [(0.0, 0.0)]
    highest = 0.0
    for place, height in sorted(points):
        highest = max(highest, height)
        point = (place, highest)
        while len(line) > 1 and slope(line[-2], line[-1]) <= slope(line[-2], point):
            line.pop()
        line.append(point)
    return [list(point) for point in line]


def slope(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the slope between two points."""
    return (other[1] - one[1]) / (other[0] - one[0]) if other[0] > one[0] else float("inf")


def to_digits(value: float) -> float:
    """Return a number to a few digits."""
    return float(f"{value:.{COST_DIGITS}g}")


def rows_to_digits(rows: Floats) -> list[list[float]]:
    """Return the rows of a matrix as lists of to_digits numbers, without rows of nothing."""
    return [[float(f"{value:.3g}") for value in row] for row in np.asarray(rows) if row.any()]
