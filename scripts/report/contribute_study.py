"""Pack a finished study into one file, for a report of several machines that others make.

It has the tables, what was asked for and the report, without figures. What names this machine, its
folders or its users is taken out; of a study of a user's own data nothing is packed.
"""

import argparse
import getpass
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pandas as pd

from report.publish_study import measured_in_parts
from sharing.workloads import is_own
from supervisor.columns import IDENTITY, RUN_COLUMNS
from tables.contributed import ENDING, PACKED, pack
from tables.read_tables import read_table_of

# Not what everybody has, such as /dev/shm; nor a part of an address, a relative path or a tag.
PART = r"[^\s\"'`,;:()<>|\\/]+"
PATH = re.compile(rf"(?<![\w.:/~<\\-])/(?!dev/shm|proc/|sys/)(?:{PART}/+)*({PART})/*")
NOBODY = {"root", "user", "debian", "ubuntu", "linux", "localhost", "runner", "home"}
SHORTEST = 3  # characters of a name that could say who somebody is


def main(argv: Sequence[str] | None = None) -> int | str:
    arguments = parse(argv)
    study = arguments.study
    missing = [name for name in PACKED if not (study / name).is_file()]
    if missing:
        return f"{study} is no study that has ended: there is no {missing[0]}"
    if said := measured_in_parts(study, "packed"):
        return said
    runs = read_table_of(study, "runs")
    if own := sorted(filter(is_own, set(runs["workload"]))):
        return f"not packed: {own[0]} is a program of yours, and its answers may be, too"
    names = private_names(runs)
    texts = {name: (study / name).read_text(encoding="utf-8") for name in PACKED}
    packed = pack({name: anonymous(text, names).encode() for name, text in texts.items()})
    digest = sha256(packed).hexdigest()
    target = arguments.target / f"{study.name}-{digest[:12]}{ENDING}"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(packed)
    print(f"packed {target}, {len(packed) / 2**20:.1f} MiB", f"SHA-256 {digest}", sep="\n")
    return 0


def private_names(runs: pd.DataFrame) -> dict[str, str]:
    """Return {text: what stands for it} of this machine's folders, hosts and users, longest first.

    A name that the study uses for something else says nothing where it stands, and stays.
    """
    folders = {str(Path.cwd()): ".", str(Path.home()): "~", sys.prefix: "python"}
    hosts = {platform.node(), platform.node().partition(".")[0]}
    nodes = dict.fromkeys(runs["node"].dropna())
    found = {node: f"node{number}" for number, node in enumerate(nodes, 1)}
    found = dict.fromkeys(hosts, "host") | found
    found |= dict.fromkeys(users(), "user")
    used = NOBODY.union(*(runs[name].astype(str) for name in (*IDENTITY, "workload")), RUN_COLUMNS)
    found = {name: put for name, put in found.items() if len(name) >= SHORTEST and name not in used}
    found |= {folder: put for folder, put in folders.items() if folder.count("/") > 1}
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))


def users() -> set[str]:
    """Return the names of who runs this."""
    names = {Path.home().name}
    with suppress(OSError, KeyError):  # a container's user may have none
        names.add(getpass.getuser())
    return names


def anonymous(text: str, names: Mapping[str, str]) -> str:
    """Return a text without the private `names`; of an absolute path its last part is left."""
    for name, put in names.items():
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", put, text)
    return PATH.sub(r"\1", text)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path, help="folder of a finished study")
    parser.add_argument("target", type=Path, help="the folder in which the file is put")
    return parser.parse_args(argv)
