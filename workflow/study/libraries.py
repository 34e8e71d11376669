"""The libraries a run rests on: those of its strategy, and those that make its data."""

import ast
import re
import tokenize
from functools import cache

from sharing import strategies, workloads
from study.code import path_of_workload, with_imports
from study.layers import ROOT
from study.own_workload import packages_imported_by

# How a built-in workload imports what may be absent: `sharing.strategies.library`.
ASKED_FOR = re.compile(r'\blibrary\("(\w+)"\)')


def libraries_of_run(strategy: str, workload: str) -> list[str]:
    """Return the names of the libraries whose versions matter to a run, the strategy's first."""
    of_strategy = list(strategies.libraries_of(strategy))
    return of_strategy + sorted(libraries_of_data(workload) - {*of_strategy})


@cache
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
    code = with_imports([ROOT / path_of_workload(workload)])
    return {name for path in code for name in ASKED_FOR.findall(path.read_text(encoding="utf-8"))}


def all_libraries() -> list[str]:
    """Return the libraries of all strategies and of all built-in workloads, sorted."""
    found = {name for one in strategies.names() for name in strategies.libraries_of(one)}
    return sorted(found.union(*map(libraries_of_data, workloads.names())))
