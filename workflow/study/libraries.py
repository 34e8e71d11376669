"""The libraries a run rests on: those of its strategy, and those that make its data."""

import ast
import re
import tokenize
from pathlib import Path

from sharing import strategies, workloads
from study.own_workload import packages_imported_by

ASKED_FOR = re.compile(r'\blibrary\("(\w+)"\)')
OTHER_WORKLOAD = re.compile(r"^from sharing\.workloads import (\w+)", re.MULTILINE)


def libraries_of_run(strategy: str, workload: str) -> list[str]:
    """Return the names of the libraries whose versions matter to a run, the strategy's first."""
    of_strategy = list(strategies.libraries_of(strategy))
    return of_strategy + sorted(libraries_of_data(workload) - {*of_strategy})


def libraries_of_data(workload: str) -> set[str]:
    """Return what a workload imports: of a user's file, all packages, Python's own too.

    Nothing is imported, and a file that this Python cannot read imports nothing.
    """
    if workloads.is_own(workload):
        try:
            with tokenize.open(workload) as file:
                return packages_imported_by(ast.parse(file.read()))
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return set()
    folder = Path(workloads.__file__).parent
    text = (folder / f"{workloads.base_of(workload)}.py").read_text(encoding="utf-8")
    found = set(ASKED_FOR.findall(text))
    return found.union(*map(libraries_of_data, OTHER_WORKLOAD.findall(text)))


def all_libraries() -> list[str]:
    """Return the libraries of all strategies and of all built-in workloads, sorted."""
    found = {name for one in strategies.names() for name in strategies.libraries_of(one)}
    return sorted(found.union(*map(libraries_of_data, workloads.names())))
