"""Names of the types of the configuration and of what is read from it.

Nothing is imported from scripts/: the command line is checked before that is on the path.
"""

from typing import Literal, NotRequired, Protocol, TypedDict

KeyPath = tuple[str | int, ...]  # the names and positions that lead to a key
Section = dict[str, object]  # keys and values that no schema has seen
# The keys of an experiment that hold the values of an axis.
AxisKey = Literal["interpreters", "strategies", "start_methods", "sizes", "workers", "jobs"]
# The axes by which `exclude` names cells, and the lists of an experiment that hold their values.
AXES: dict[str, AxisKey] = {
    "interpreter": "interpreters",
    "strategy": "strategies",
    "start_method": "start_methods",
    "size": "sizes",
    "workers": "workers",
    "jobs": "jobs",
}


class GivenExperiment(TypedDict, total=False):
    """What an experiment says, or the defaults; see the configuration's schema."""

    question: str
    interpreters: list[str]
    strategies: list[str]
    workload: str
    read: float | str
    sizes: list[int]
    workers: list[int]
    jobs: list[int]
    start_methods: list[str]
    min_repeats: int
    max_repeats: int
    precision: float
    peak_memory: bool
    time_limit_s: float
    exclude: list[dict[str, str | int | list[str | int]]]  # values by axis
    figures: list[str]
    lifetime: list[float]
    probe: str


Experiments = dict[str, GivenExperiment]  # by name


class Config(TypedDict):
    """A configuration that its schema accepts."""

    study: str
    seed: int
    machine: NotRequired[str | None]
    only: NotRequired[list[str] | None]
    interpreters: dict[str, str | None]
    memory_floor_percent: float
    memory_floor_mib: float
    quiet_percent: float
    other_percent: float
    patience_percent: float
    time_budget_min: float | None
    defaults: GivenExperiment
    experiments: dict[str, GivenExperiment | None]


class Wildcards(Protocol):
    """The values by which a step differs from others of its rule; Snakemake's, or a dict."""

    def get(self, name: str, /) -> str | None: ...


Step = tuple[str, Wildcards]  # a rule, and what this step of it is for
