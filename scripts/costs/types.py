"""Names of the types of costs.json and of what it is made from."""

from collections.abc import Callable, Hashable, Mapping
from typing import NotRequired, TypeAlias, TypedDict

from tables.types import Floats

ByTerm = dict[str, float]  # coefficients, in the units of `costs.cost_model.TERMS`
Powers = Mapping[str, int]  # of amounts, whose product says how often a term is paid
Term = tuple[str, Powers]  # with its unit
Amounts = dict[str, Floats]  # of runs as they were made, an element each
Results = dict[str, float]  # amounts and steps of one program
KindKey = tuple[Hashable, ...]  # in the order of `costs.cost_model.KIND`
Constants = dict[KindKey, ByTerm]  # by (interpreter, workload, start method)
Curve = list[list[float]]  # points: (place, height), by rising place
DataMib = Mapping[KindKey, float]  # of an item, by (interpreter, workload)
ErrorsOf = Callable[[str, str], dict[str, float]]  # of (interpreter, workload)
# The name of something known, a number, or an operation with its operands.
Formula: TypeAlias = "str | float | list[Formula]"
Words = Mapping[str, str]  # patterns of sentences


class AskedNumber(TypedDict):
    """What is asked for as a number, from `least` to `most`; the rest is 1 where it is so."""

    name: str
    words: str
    least: float
    most: float
    range: str
    whole: NotRequired[int]
    free: NotRequired[int]


class AskedData(TypedDict):
    """What people call their data, and the workload that is it, or is `near` it (1).

    `convert` is how data is called that holds the same and is better shared.
    """

    called: str
    names: list[str]
    workload: str
    near: NotRequired[int]
    convert: NotRequired[str]
    sentence: NotRequired[str]


class AskedVersion(TypedDict):
    """A Python, and by workload the name of the interpreter that it is answered by.

    `name` is its own, None if it was not measured; `default` its start method on Linux; `too_new`
    are the strategies for later Pythons.
    """

    called: str
    name: str | None
    uses: dict[str, str]
    default: str
    too_new: list[str]


class KnownInterpreter(TypedDict):
    """What costs.json says of an interpreter."""

    called: str
    implementation: str
    version: str
    gil: bool


class NamedKind(TypedDict):
    """What identifies a kind, in the order of `costs.cost_model.KIND`."""

    interpreter: str
    workload: str
    strategy: str
    start_method: str


# Of a kind, in numbers: what the amounts follow from. Its key is no name in Python.
WhatItIs = TypedDict("WhatItIs", {"is": dict[str, float]})


class Kind(NamedKind, WhatItIs):
    """A kind of costs.json."""

    mechanism: str
    runs: int
    curve: Curve
    values: ByTerm
    spread: dict[str, list[list[float]]]
    fitted: dict[str, list[float]]


class Formulas(TypedDict):
    """How costs.json computes: the powers of terms, by time and memory, the amounts, the steps."""

    terms: Mapping[str, Mapping[str, Powers]]
    amounts: dict[str, Formula]
    steps: dict[str, Formula]


class AdviceFile(Formulas):
    """What advice needs of costs.json."""

    interpreters: dict[str, KnownInterpreter]
    versions: list[AskedVersion]
    data: list[AskedData]
    start_methods: Mapping[str, str]  # and where it is the one to ask about
    numbers: list[AskedNumber]
    words: Mapping[str, object]  # `Words`, and the spans
    equal: float
    others: int
    simplicity: dict[str, int]
    kinds: list[Kind]


class CostFile(AdviceFile):
    """What costs.json holds: whose costs these are, and how well they predict."""

    machine: str
    cpus: float
    held_out: dict[str, dict[str, float]]
