"""Names of the types of what the facts of a report are made from."""

from collections.abc import Callable, Mapping
from typing import NotRequired, TypedDict

import pandas as pd

from stats.best import Best
from tables.contributed import AskedExperiment

Names = Mapping[str, str]  # what the interpreters are called, by their names
BestOf = Callable[[pd.DataFrame], dict[str, Best]]  # of cells, by interpreter
Numbers = dict[str, object]  # numbers and names, by what they are
NamedNumbers = tuple[str, Numbers]  # of an interpreter, by what it is called
Ends = tuple[float, float, float]  # a value, and the ends of its interval


class StudyReported(TypedDict):
    """What study.yaml says, as far as a report does."""

    study: str
    experiments: dict[str, AskedExperiment]
    machines: NotRequired[dict[str, list[str]]]


class Trouble(TypedDict):
    """A mistake that a preflight found in a workload: one of its kinds, and the sentence."""

    kind: str
    text: str


class Preflight(TypedDict):
    """What a preflight found out about a user's workload, and what the interpreter is called."""

    called: str
    experiment: str
    interpreter: str
    size: int
    status: str
    reason: str
    troubles: list[Trouble]
    answers: dict[str, str]
    answer_bytes: float | None
    holds: list[str]
    threads: list[str]
    ended_threads: list[str]
    threads_in_words: str
    start_methods: dict[str, str]
    unpicklable: NotRequired[str | None]
