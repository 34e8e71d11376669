"""All that a configuration asks for: experiments, their cells, the interpreters they need."""

import re
from math import prod
from typing import NamedTuple

from sharing import strategies, workloads
from study.after_preflight import PlannedRun
from study.cells import Cell, cells_of
from study.code import (
    SCRIPTS,
    code_of_all_runs,
    code_of_preflight,
    code_of_probe,
    code_of_run,
    version_of,
)
from study.config import (
    check_config,
    check_lifetimes,
    check_probes,
    given_experiments,
)
from study.interpreters import Interpreter, find_interpreters
from study.libraries import all_libraries, libraries_of_data, libraries_of_run
from study.mistake import ConfigError
from study.schema import check_schema
from study.types import AXES, Experiments, GivenExperiment

PROBES = sorted(path.parent.name for path in SCRIPTS.glob("probes/*/__main__.py"))
FIRST_ROUNDS = 2  # planned as a whole, at most: by two, a cell is seen to be far off
MOST_RUNS = 200_000  # Snakemake plans some hundred runs in a second
OF_LIFETIMES = ["lifetime"]  # the figure of those experiments
FIGURES = sorted(path.stem.removeprefix("plot_") for path in SCRIPTS.glob("figures/plot_*.py"))


class Matrix(NamedTuple):
    """A configuration that was found to be right.

    experiments: those that measure, by name, defaults filled in.
    lifetimes: those that follow a worker's life, by name.
    probed: those that ask a probe, by name.
    cells: of every experiment that measures, by its name; of one of `lifetimes`, too.
    interpreters: those that some experiment needs, by name.
    left_out: names of the experiments of which nothing is left to run.
    """

    experiments: Experiments
    lifetimes: Experiments
    probed: Experiments
    cells: dict[str, list[Cell[int]]]
    interpreters: dict[str, Interpreter]
    left_out: list[str]

    @property
    def all_experiments(self) -> Experiments:
        """Return all experiments, those that measure first."""
        return self.experiments | self.lifetimes | self.probed

    @property
    def most_repeats(self) -> int:
        """Return the largest number of repeats of any experiment."""
        return max(experiment["max_repeats"] for experiment in self.experiments.values())

    def first_runs_of(self, experiment: str) -> list[PlannedRun]:
        """Return (cell, repeat) for every run of an experiment that is made in any case."""
        if experiment in self.lifetimes:
            number = self.lifetimes[experiment]["min_repeats"]
        else:
            number = planned_rounds(self.experiments[experiment])
        repeats = range(1, number + 1)
        return [(cell, repeat) for cell in self.cells[experiment] for repeat in repeats]

    @property
    def first_runs(self) -> int:
        """Return the number of runs that are made in any case."""
        return sum(len(self.first_runs_of(name)) for name in self.cells)

    @property
    def round_settings(self) -> dict[str, dict[str, float]]:
        """Return what decides how many runs the cells of each experiment get."""
        return {
            name: {
                "planned": planned_rounds(one),
                "min_repeats": one["min_repeats"],
                "max_repeats": one["max_repeats"],
                "precision": one["precision"],
            }
            for name, one in self.experiments.items()
        }

    @property
    def first_decided(self) -> int:
        """Return the number of the first round that some experiment leaves to be decided."""
        open_ones = [
            planned_rounds(one)
            for one in self.experiments.values()
            if planned_rounds(one) < one["max_repeats"]
        ]
        return min(open_ones, default=FIRST_ROUNDS) + 1

    def basis_of_run(self, experiment: str, interpreter: str, strategy: str) -> dict[str, str]:
        """Return what a run rests on besides its cell, as a dict with a fixed order of keys."""
        workload = self.all_experiments[experiment]["workload"]
        found = self.interpreters[interpreter]
        return {
            "workload": workload,
            "command": found.command,
            "identity": found.identity,
            "libraries": found.versions_of(libraries_of_run(strategy, workload)),
            "code": version_of(code_of_run, strategy, workload),
        }

    def basis_of_all(self, experiment: str, interpreter: str) -> dict[str, str]:
        """Return what the runs of all strategies rest on, in the same form.

        Without the libraries and the code that only some strategies use.
        """
        workload = self.all_experiments[experiment]["workload"]
        found = self.interpreters[interpreter]
        return {
            "workload": workload,
            "command": found.command,
            "identity": found.identity,
            "libraries": found.versions_of(sorted(libraries_of_data(workload))),
            "code": version_of(code_of_all_runs, workload),
        }

    @property
    def unsupported(self) -> list[str]:
        """Return "interpreter/strategy" of what will be unsupported: no library, or too old."""
        pairs = {(cell.interpreter, cell.strategy) for own in self.cells.values() for cell in own}
        return [
            f"{interpreter}/{strategy}"
            for interpreter, strategy in sorted(pairs)
            if {*strategies.libraries_of(strategy)} - {*self.interpreters[interpreter].libraries}
            or self.refusal_of(interpreter, strategy)
        ]

    def refusal_of(self, interpreter: str, strategy: str) -> str:
        """Return why a strategy cannot work on any data with an interpreter; "" if it may."""
        since = strategies.since(strategy)
        if not too_old(self.interpreters[interpreter].identity, since):
            return ""
        return "needs CPython {}.{} or later".format(*since)

    @property
    def with_peak_memory(self) -> list[str]:
        """Return the names of the experiments whose cells' memory is looked at all the time."""
        return [name for name, one in self.experiments.items() if one["peak_memory"]]

    @property
    def preflights(self) -> list[tuple[str, str, int]]:
        """Return (experiment, interpreter, size) of all preflights: of the users' own workloads."""
        return list(
            dict.fromkeys(
                (name, cell.interpreter, cell.size)
                for name, own in self.cells.items()
                if workloads.is_own(self.all_experiments[name]["workload"])
                for cell in own
                if cell.size  # a strategy without data asks nothing of it
            )
        )

    @property
    def with_preflight(self) -> list[str]:
        """Return the names of the experiments whose workloads have a preflight."""
        return list(dict.fromkeys(name for name, _, _ in self.preflights))

    def basis_of_preflight(self, experiment: str, interpreter: str) -> dict[str, str]:
        """Return what a preflight rests on, in the same form."""
        workload = self.experiments[experiment]["workload"]
        found = self.interpreters[interpreter]
        return {
            "workload": workload,
            "command": found.command,
            "identity": found.identity,
            "libraries": found.versions_of(sorted(libraries_of_data(workload))),
            "code": version_of(code_of_preflight, workload),
        }

    def basis_of_probe(self, experiment: str, interpreter: str) -> dict[str, str]:
        """Return what an interpreter's answers to a probe rest on, in the same form."""
        found = self.interpreters[interpreter]
        return {
            "command": found.command,
            "identity": found.identity,
            "code": version_of(code_of_probe, self.probed[experiment]["probe"]),
        }


def read_matrix(config: object) -> Matrix:
    """Return the `Matrix` of a configuration; raises `ConfigError` in one sentence.

    Starts every interpreter that is needed, to see that it does start. An experiment without cells
    is left out: it has nothing to report.
    """
    config = check_schema(config)
    measured_figures = [figure for figure in FIGURES if figure not in (*PROBES, *OF_LIFETIMES)]
    experiments = check_config(config, strategies.names(), workloads.names(), measured_figures)
    lifetimes = check_lifetimes(config, strategies.names(), workloads.names())
    probed = check_probes(config, PROBES)
    check_number(experiments | lifetimes)
    cells = {
        name: cells_of(
            name,
            experiment,
            strategies.workers_of,
            strategies.has_answers,
            strategies.fewest_workers,
        )
        for name, experiment in (experiments | lifetimes).items()
    }
    cells = {name: own for name, own in cells.items() if own}
    for name in cells.keys() & lifetimes.keys():
        cells[name] = [cell._replace(jobs=cell.workers) for cell in cells[name]]
    lifetimes = {name: one for name, one in lifetimes.items() if name in cells}
    experiments = {name: one for name, one in experiments.items() if name in cells}
    if not experiments:
        raise ConfigError(("experiments",), "none is left to run; every cell is excluded")
    interpreters = find_interpreters(
        config["interpreters"],
        {cell.interpreter for own in cells.values() for cell in own}
        | {name for experiment in probed.values() for name in experiment["interpreters"]},
        all_libraries(),
    )
    given = [name for name, _ in given_experiments(config)]
    left_out = [name for name in given if name not in experiments | lifetimes | probed]
    return Matrix(experiments, lifetimes, probed, cells, interpreters, left_out)


def planned_rounds(experiment: GivenExperiment) -> int:
    """Return how many rounds of an experiment hold all its cells, whatever the runs say."""
    return min(FIRST_ROUNDS, experiment["min_repeats"])


def too_old(identity: str, since: tuple[int, int] | None) -> bool:
    """Return whether an interpreter, by its `identity`, is no CPython from a version on."""
    if since is None:
        return False
    version = re.match(r"CPython (\d+)\.(\d+)", identity)
    return version is None or tuple(map(int, version.groups())) < since


def check_number(experiments: Experiments) -> None:
    """Raise `ConfigError` for more runs than can be planned, before they are made one by one."""
    for name, experiment in experiments.items():
        runs = experiment["max_repeats"] * prod(len(experiment[values]) for values in AXES.values())
        if runs > MOST_RUNS:
            raise ConfigError(("experiments", name), f"{runs} runs are more than {MOST_RUNS}")
