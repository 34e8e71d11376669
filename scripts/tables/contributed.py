"""A study in one file, for others to merge: how it is packed, and how it is read.

Whoever packed it may mean harm, or have another version. So nothing is extracted under a name that
the file gives: what it holds is read into memory, up to a limit, and what is missing or has no
place in it is refused. A file that was damaged shows by its SHA-256.
"""

import csv
import gzip
import io
import json
import re
import tarfile
import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

import numpy as np
import pandas as pd
import yaml

from probes.probe_pickling import PICKLING_COLUMNS
from supervisor.columns import (
    JOB_COLUMNS,
    KEY,
    LIFETIME_COLUMNS,
    MEMORY_RUN_COLUMNS,
    RUN_COLUMNS,
    STATUSES,
)
from tables.disturbance import DISTURBANCE_COLUMNS
from tables.read_tables import TEXT_COLUMNS, read_table

FORMAT = 1  # of what is packed, the columns of the tables among it
ENDING = ".tar.gz"
MANIFEST = "contribution.json"  # the format, and the SHA-256 of every other file
COLUMNS_OF = {
    "runs": (*RUN_COLUMNS, "position", *DISTURBANCE_COLUMNS, "block", "counts"),
    "jobs": JOB_COLUMNS,
    "memory": MEMORY_RUN_COLUMNS,
    "lifetimes": LIFETIME_COLUMNS,
    "pickling": PICKLING_COLUMNS,
}
READ = (*(f"{name}.csv" for name in COLUMNS_OF), "study.yaml")
# Of what follows from those only people read anything.
PACKED = (*READ, "summary.csv", "verdicts.csv", "costs.json", "report.md")
MOST_PACKED = 2**27  # of all that is packed; the published study has 2**24
MOST_BYTES_ASKED, DEEPEST_ASKED = (
    2**18,
    10,
)  # of study.yaml; published: 2**14, 6
NEEDED = ("block", "counts", "status")  # beside what identifies a row
TRUE_OR_FALSE = {"gil", "disturbed", "counts"}  # or empty
SAFE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")  # of an experiment, as in config.yaml


class AskedExperiment(TypedDict, total=False):
    """What study.yaml says of an experiment, if it says what it should."""

    question: str
    probe: str
    workload: str
    strategies: list[str]
    figures: list[str]
    sizes: list[int]
    jobs: list[int]


class Refused(Exception):
    """Why a file is not taken as a contribution, in one sentence."""


def pack(contents: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a contribution, equal for equal contents: {name of `PACKED`: bytes}."""
    sums = {name: sha256(contents[name]).hexdigest() for name in PACKED}
    manifest = json.dumps({"format": FORMAT, "sha256": sums}, indent=1).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in {MANIFEST: manifest, **contents}.items():
            member = tarfile.TarInfo(name)  # of nobody, from 1970
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def unpack(path: Path, folder: Path) -> None:
    """Write what is read of a contribution to a folder; raises `Refused`, then nothing is written.

    Of the file only that is believed which the merged tables need, and that is looked through.
    """
    try:
        contents = contents_of(path)
        check_sums(contents)
        for name, columns in COLUMNS_OF.items():
            check_table(f"{name}.csv", contents[f"{name}.csv"], columns)
        check_asked(contents["study.yaml"])
    except Refused as problem:
        raise Refused(f"{path}: {problem}") from None
    for name in READ:
        (folder / name).write_bytes(contents[name])


def contents_of(path: Path) -> dict[str, bytes]:
    """Return {name: bytes} of all that is packed in a file."""
    try:
        with gzip.open(path) as stream:
            tar = stream.read(MOST_PACKED + 1)
        if len(tar) > MOST_PACKED:
            raise Refused(f"it holds more than {MOST_PACKED // 2**20} MiB")
        with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as archive:
            return members_of(archive, len(tar))
    except FileNotFoundError:
        raise Refused("there is no such file") from None
    except (OSError, EOFError, ValueError, zlib.error, tarfile.TarError) as error:
        # A text of the file's own may stand in the error.
        problem = ascii(str(error))[:100]
        raise Refused(f"it is no {ENDING} file, or is damaged: {problem}") from None


def members_of(archive: tarfile.TarFile, most: int) -> dict[str, bytes]:
    """Return {name: bytes} of an archive's files, of `most` bytes each; raises `Refused`."""
    found = {}
    for member in archive:
        if member.name not in (MANIFEST, *PACKED):
            raise Refused(f"{ascii(member.name)[:100]} has no place in a contribution")
        if member.name in found:
            raise Refused(f"{member.name} is in it twice")
        # A sparse file of a few bytes may stand for any number of zeros.
        ordinary = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()
        stream = archive.extractfile(member) if ordinary and member.size <= most else None
        if stream is None:
            raise Refused(f"{member.name} is no ordinary file")
        found[member.name] = stream.read()
    return found


def check_sums(contents: Mapping[str, bytes]) -> None:
    """Raise `Refused` unless all is there, in the format of now, as it was packed."""
    if MANIFEST not in contents:
        raise Refused(f"it is no contribution: {MANIFEST} is missing")
    try:
        manifest = json.loads(contents[MANIFEST])
        version, sums = manifest["format"], dict(manifest["sha256"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(f"{MANIFEST} does not say what is in it") from None
    if version != FORMAT:
        raise Refused(
            f"it has the format {ascii(version)[:20]}, and this version reads {FORMAT}: "
            "merge it with the version that packed it, or pack the study anew"
        )
    for name in PACKED:
        if name not in contents:
            raise Refused(f"{name} is missing")
        if sums.get(name) != sha256(contents[name]).hexdigest():
            raise Refused(f"{name} is not what was packed: its SHA-256 is another one")


def check_table(name: str, content: bytes, columns: Sequence[str]) -> None:
    """Raise `Refused` unless a CSV has just these columns and in them what belongs there."""
    try:
        header = next(csv.reader(io.StringIO(content.decode("utf-8"))), [])
        for column in [*header, *columns]:
            if (header.count(column), columns.count(column)) != (1, 1):
                place = "is missing" if column not in header else "has no place in it"
                raise Refused(f"{name}: the column {ascii(column)[:100]} {place}")
        table = read_table(io.BytesIO(content))
    except (ValueError, csv.Error):  # what pandas raises is a ValueError
        raise Refused(f"{name} is no CSV file in UTF-8") from None
    if not table.index.equals(table.reset_index(drop=True).index):  # a row with more fields
        raise Refused(f"{name} has rows of different lengths")
    for column in columns:
        if not holds_its_kind(column, table[column].dropna()):
            raise Refused(f"{name}: the column {column} holds something else")
    key = [column for column in KEY if column in columns]
    needed = [*key, *(column for column in NEEDED if column in columns)]
    if table[needed].isna().any(axis=None):
        raise Refused(
            f"{name} has a row that does not say of which run it is, or whether it counts"
        )
    if name == "runs.csv" and (table.empty or table.duplicated(key).any()):
        raise Refused(f"{name} has {'no run' if table.empty else 'a run twice'}")


def holds_its_kind(column: str, values: pd.Series) -> bool:
    """Return whether a column's values, without empty ones, are of its kind."""
    if column == "status":
        return bool(values.isin(STATUSES).all())
    if column in TRUE_OR_FALSE:
        return bool(values.isin([True, False]).all())
    if column in TEXT_COLUMNS or column == "smt":
        return True
    if values.dtype.kind not in "iuf":
        return values.empty
    own = column.endswith("_s") or column in KEY
    return bool(np.isfinite(values).all()) and not (own and (values < 0).any())


def check_asked(content: bytes) -> None:
    """Raise `Refused` unless study.yaml says what was asked for, in plain words."""
    if len(content) > MOST_BYTES_ASKED:
        raise Refused("study.yaml is too long")
    try:
        check_nesting(content)
        asked = yaml.safe_load(content)
        experiments = asked["experiments"]
        sound = type(asked["seed"]) is int and all(
            is_asked(name, experiments[name]) for name in experiments
        )
    except (yaml.YAMLError, ValueError, LookupError, TypeError):
        sound = False
    if not sound:
        raise Refused("study.yaml does not say what the study was asked for")


def check_nesting(content: bytes) -> None:
    """Raise `Refused` for YAML that takes its reader for ever, before it is read as a whole."""
    depth = 0
    for event in yaml.parse(content, yaml.SafeLoader):
        # A few aliases of aliases stand for billions of items.
        if isinstance(event, yaml.AliasEvent):
            raise Refused("study.yaml has an alias")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_ASKED:
            raise Refused("study.yaml is nested too deeply")


def is_asked(name: str, experiment: AskedExperiment) -> bool:
    """Return whether an experiment of study.yaml has a name and what the report needs of it."""
    if not SAFE_NAME.fullmatch(name) or not isinstance(experiment["question"], str):
        return False
    if "probe" in experiment:
        return isinstance(experiment["probe"], str)
    names = [experiment["workload"], *experiment["strategies"], *experiment.get("figures", [])]
    numbers = [*experiment["sizes"], *experiment.get("jobs", [])]
    return all(isinstance(one, str) and "/" not in one for one in names) and all(
        type(one) is int for one in numbers
    )
