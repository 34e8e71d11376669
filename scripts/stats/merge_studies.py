"""Make one study of several: of two machines, say. Their interpreters stand side by side in it.

Nothing is pooled: each interpreter is called by the machine that it ran on, so that summary,
verdicts and report keep the machines apart as they keep interpreters apart. What was not asked for
alike is refused. A study is a folder, or a file that somebody has contributed.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NotRequired, TypedDict

import pandas as pd
import yaml

from stats.summarise_runs import summarise
from supervisor.terminal import printable
from tables.contributed import Refused, unpack
from tables.read_tables import read_lifetimes, read_table_of
from wording.units import listed


class StudyAsked(TypedDict):
    """What study.yaml says; of the experiments by their names, as they stand in a configuration."""

    study: str
    seed: int
    machines: NotRequired[dict[str, list[str]]]
    experiments: dict[str, dict[str, object]]


ALIKE = ("workload", "probe")  # of an experiment that several studies have


def main(argv: Sequence[str] | None = None) -> int | str:
    arguments = parse(argv)
    with TemporaryDirectory() as folder:
        try:
            studies = folders_of(arguments.studies, Path(folder))
        except Refused as problem:
            return printable(str(problem))
        labels = arguments.labels or [machine_of(study) for study in studies]
        if len(labels) != len(studies):
            return f"{len(labels)} labels for {len(studies)} studies"
        if len(set(labels)) < len(labels):
            return printable(f"{listed(labels)} have the same name: give each its own by --labels")
        asked = [read_asked(study / "study.yaml") for study in studies]
        differ = unlike([one["experiments"] for one in asked])
        if differ:
            return printable(differ)
        write_merged(studies, labels, asked, arguments.output)
    return 0


def folders_of(studies: Iterable[Path], folder: Path) -> list[Path]:
    """Return the studies' folders, of a contribution one in `folder`; raises `Refused`."""
    found = []
    for number, study in enumerate(studies):
        if not study.is_dir():
            study, file = folder / str(number), study
            study.mkdir()
            unpack(file, study)
        found.append(study)
    return found


def write_merged(
    studies: Sequence[Path], labels: Sequence[str], asked: Sequence[StudyAsked], output: Path
) -> None:
    """Write the merged study's tables, and what it was asked for, to the folder `output`."""
    output.mkdir(parents=True, exist_ok=True)
    tables = {
        name: together(name, studies, labels)
        for name in ("runs", "jobs", "memory", "lifetimes", "pickling")
    }
    tables["runs"]["position"] = range(1, len(tables["runs"]) + 1)
    tables["summary"] = summarise(tables["runs"], tables["memory"])
    for name, table in tables.items():
        table.to_csv(output / f"{name}.csv", index=False, lineterminator="\n")
    machines = {
        label: [called(one, label) for one in all_interpreters_of(study)]
        for study, label in zip(studies, labels, strict=True)
    }
    text = yaml.safe_dump(study_of(asked, machines), sort_keys=False, allow_unicode=True)
    (output / "study.yaml").write_text(text, encoding="utf-8")


def machine_of(folder: Path) -> str:
    """Return the machine that most runs of a study name."""
    return str(read_table_of(folder, "runs")["machine"].mode()[0])


def all_interpreters_of(folder: Path) -> list[str]:
    """Return the names of all interpreters of a study, those that were only probed among them."""
    tables = [read_table_of(folder, name) for name in ("runs", "pickling")]
    tables.append(read_lifetimes(folder))
    return sorted({str(one) for table in tables for one in table["interpreter"]})


def read_asked(path: Path) -> StudyAsked:
    """Return what a study was asked for."""
    asked: StudyAsked = yaml.safe_load(path.read_text(encoding="utf-8"))
    return asked


def unlike(many: Iterable[Mapping[str, Mapping[str, object]]]) -> str | None:
    """Return why experiments cannot be laid together, or None: the same name for another thing."""
    known: dict[str, Mapping[str, object]] = {}
    for experiments in many:
        for name, one in experiments.items():
            first = known.setdefault(name, one)
            for key in ALIKE:
                if first.get(key) != one.get(key):
                    return (
                        f"{name} has the {key} {first.get(key)} in one study and {one.get(key)} in "
                        "another: that is not the same experiment"
                    )
    return None


def together(name: str, folders: Iterable[Path], labels: Iterable[str]) -> pd.DataFrame:
    """Return a table of all studies, each interpreter called by its machine."""
    parts = []
    for folder, label in zip(folders, labels, strict=True):
        table = read_lifetimes(folder) if name == "lifetimes" else read_table_of(folder, name)
        table["interpreter"] = [called(one, label) for one in table["interpreter"]]
        parts.append(table)
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def called(interpreter: str, label: str) -> str:
    """Return what an interpreter is called in the merged study."""
    return f"{interpreter} on {label}"


def study_of(asked: Sequence[StudyAsked], machines: dict[str, list[str]]) -> StudyAsked:
    """Return what the merged study was asked for: the experiments of all, and who ran them.

    `machines` are the interpreters of each, as they are called in the merged study.
    """
    experiments: dict[str, dict[str, object]] = {}
    for one in reversed(asked):  # where two have it, as the first
        experiments |= one["experiments"]
    return {
        "study": "merged",
        "seed": asked[0]["seed"],
        "machines": machines,
        "experiments": experiments,
    }


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "studies", nargs="+", type=Path, metavar="study", help="their folders or files"
    )
    parser.add_argument("--output", type=Path, required=True, help="folder of the merged study")
    parser.add_argument("--labels", nargs="*", help="what the machines are called, in that order")
    return parser.parse_args(argv)
