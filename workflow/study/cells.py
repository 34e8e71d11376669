"""The matrix: experiments to cells, cells to runs, runs to paths."""

import hashlib
from collections.abc import Callable
from itertools import product
from typing import Generic, NamedTuple, TypeVar

from study.config import as_list
from study.mistake import ConfigError
from study.types import GivenExperiment
from wording.mechanisms import NO_METHOD, OWN_METHOD

ORDER_BITS = 20
Number = TypeVar("Number", int, str)


class Cell(NamedTuple, Generic[Number]):
    """One point of the matrix, in the order of `IDENTITY`; as read from files, all of it texts."""

    experiment: str
    interpreter: str
    strategy: str
    start_method: str
    size: Number
    workers: Number
    jobs: Number


def cells_of(
    name: str,
    experiment: GivenExperiment,
    workers_of: Callable[[str], str | None],
    has_answers: Callable[[str], bool],
    fewest_workers: Callable[[str], int] = lambda strategy: 1,
) -> list[Cell[int]]:
    """Return the cells of one experiment, each once, those excluded left out.

    `workers_of(strategy)` says what its workers are, `has_answers(strategy)` whether they process
    data, `fewest_workers(strategy)` from which number on there are any. An axis that means nothing
    to a strategy is not run over: without worker processes there is no start method ("none"), a
    library's processes have their own ("own"), without workers their number is 1, without data
    the size is 0.
    """
    cells: dict[Cell[int], None] = {}
    hit = [False] * len(experiment["exclude"])
    for interpreter, strategy, method, size, workers, jobs in product(
        experiment["interpreters"],
        experiment["strategies"],
        experiment["start_methods"],
        experiment["sizes"],
        experiment["workers"],
        experiment["jobs"],
    ):
        kind = workers_of(strategy)
        if kind != "processes":
            method = OWN_METHOD if kind == "own processes" else NO_METHOD
        if kind and workers < fewest_workers(strategy):
            continue
        cell = Cell(
            name,
            interpreter,
            strategy,
            method,
            size if has_answers(strategy) else 0,
            workers if kind else 1,
            jobs,
        )
        excluded = False
        for position, partial in enumerate(experiment["exclude"]):
            if all(getattr(cell, axis) in as_list(values) for axis, values in partial.items()):
                hit[position] = excluded = True
        if not excluded:
            cells[cell] = None
    for position, partial in enumerate(experiment["exclude"]):
        named = as_list(partial.get("interpreter", experiment["interpreters"]))
        if not hit[position] and set(named) & set(experiment["interpreters"]):
            raise ConfigError(
                ("experiments", name, "exclude", position),
                f"{partial} excludes no cell; remove it",
            )
    return list(cells)


def group_of(cell: Cell[int]) -> tuple[str, str, int, int]:
    """Return what a cell is compared within: the rest of the matrix but strategies and workers."""
    return cell.experiment, cell.interpreter, cell.size, cell.jobs


def order_of(seed: int, cell: Cell[int], repeat: int, repeats: int) -> int:
    """Return the priority of a run: small blocks, shuffled, their runs shuffled inside.

    A block is one repeat of a group, back to back, so that what is compared lies minutes apart. The
    blocks of a repeat are shuffled, and every group's first comes before any second one: a drift of
    the machine favours no cell, and an interrupted study is balanced. By a seeded hash, so that a
    resumed study goes on in the same order. Higher goes first; never negative.
    """
    block = shuffled(seed, *group_of(cell), repeat)
    inside = shuffled(seed, *cell, repeat)
    return ((repeats - repeat + 1) << 2 * ORDER_BITS) + (block << ORDER_BITS) + inside


def shuffled(*key: object) -> int:
    """Return a number of `ORDER_BITS` bits that depends on the key alone, without a pattern."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - ORDER_BITS)
