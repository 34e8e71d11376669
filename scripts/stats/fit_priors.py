"""Write the priors of a study into a module: what other studies' priors are at least.

``python -I scripts fit_priors results/published scripts/stats/published_priors.py``
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from stats.evidence import counted
from stats.priors import are_of, fitted, never_quiet_cells, variances_of
from tables.read_tables import read_table_of

MODULE_HEAD = '''"""How far runs of the published study lie apart; written by `fit_priors`."""

PUBLISHED: dict[str, dict[str, float]] = '''
KEPT_DIGITS = 4
OF_A_PRIOR = ("freedom", "level", "slope", "shortest", "longest")


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    found = found_in(arguments.study)
    arguments.output.write_text(f"{MODULE_HEAD}{in_lines(found)}\n", encoding="utf-8")


def found_in(study: str | Path) -> dict[str, dict[str, float]]:
    """Return the priors of a study's folder as plain numbers."""
    runs = counted(read_table_of(study, "runs"))
    samples = variances_of(runs[~are_of(runs, never_quiet_cells(runs))])
    found = {kind: asdict(fitted(sample)) for kind, sample in samples.items()}
    numbers = {
        kind: {name: with_digits(value) for name, value in one.items() if name in OF_A_PRIOR}
        for kind, one in found.items()
    }
    return numbers | {"study": {"replicates": len(samples["ratios"])}}


def with_digits(value: float) -> float:
    """Return a number with `KEPT_DIGITS` digits that count."""
    return float(f"{value:.{KEPT_DIGITS}g}")


def in_lines(table: Mapping[str, object], indent: str = "") -> str:
    """Return a nested dict as Python, a key a line."""
    lines = [
        f'{indent}    "{name}": {in_lines(value, indent + "    ")},'
        if isinstance(value, dict)
        else f'{indent}    "{name}": {value!r},'
        for name, value in table.items()
    ]
    return "\n".join(["{", *lines, indent + "}"])


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="folder of a study")
    parser.add_argument("output", type=Path, help="the module")
    return parser.parse_args(argv)
