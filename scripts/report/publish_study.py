"""Copy a finished study to the folder that is committed: tables, report, the figures it shows.

Large tables are gzipped, always to the same bytes. Nothing that names this machine or its folders
may be published: if something does, nothing is copied.
"""

import argparse
import gzip
import platform
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from report import links
from report.render import render
from stats.groups import older_groups, rerun_command, torn_groups
from tables.read_tables import read_tables_of

TABLES = (
    "runs.csv", "jobs.csv", "memory.csv", "summary.csv", "verdicts.csv", "pickling.csv",
    "lifetimes.csv", "costs.json", "study.yaml", "report.md",
)  # fmt: skip
LARGE = 2**19  # bytes; more is gzipped


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse(argv)
    private = names_of_machine(arguments.study)
    if private:
        print("not published:", *private, sep="\n  ", file=sys.stderr)
        return 1
    if said := measured_in_parts(arguments.study, "published"):
        print(said, file=sys.stderr)
        return 1
    figures = figures_shown(arguments.study / "report.md", arguments.target)
    missing = [name for name in figures if not (arguments.study / "figures" / name).exists()]
    if missing:
        print("not published: the study has no figure", *missing, file=sys.stderr)
        return 1
    publish(arguments.study, arguments.target, figures)
    print(f"published {arguments.study} as {arguments.target}", file=sys.stderr)
    return 0


def measured_in_parts(study: Path, done: str) -> str | None:
    """Return why a study is not `done` ("published"): its groups were made in parts; or None."""
    runs, memory = read_tables_of(study, "runs", "memory")
    older = older_groups(pd.concat([runs, memory], ignore_index=True))
    for kind, groups in (("older", older), ("torn", torn_groups(runs))):
        if groups:
            facts = [(*one, rerun_command(one[0], study.name)) for one in groups]
            return render("not_published.txt.j2", kind=kind, groups=facts, done=done)
    return None


def publish(study: Path, target: Path, figures: Iterable[str]) -> None:
    """Replace `target` by a copy of the study's results, with the files of `figures`."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in TABLES:
        content = (study / name).read_bytes()
        if len(content) > LARGE and name.endswith((".csv", ".json")):
            (target / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
        else:
            (target / name).write_bytes(content)
    (target / "figures").mkdir()
    for name in figures:
        shutil.copy(study / "figures" / name, target / "figures")


def figures_shown(report: Path, target: Path) -> list[str]:
    """Return the files' names of those figures that the report shows, or README of `target`'s."""
    shown = re.findall(r"\(figures/([\w.-]+)\)", report.read_text(encoding="utf-8"))
    readme = (links.EXAMPLES_FOLDER.parent / "README.md").read_text(encoding="utf-8")
    shown += re.findall(rf"\(results/{target.name}/figures/([\w.-]+)\)", readme)
    return sorted(set(shown))


def names_of_machine(study: Path) -> list[str]:
    """Return a sentence for every text of the study that holds a host name or an absolute path."""
    forbidden = {str(Path.cwd()), str(Path.home()), sys.prefix, "/tmp/", "/home/"}
    forbidden.discard("/")
    host = platform.node()
    # A host called "cpu" or "linux" would be found in every table.
    if len(host) > 5 and host.lower() not in ("localhost", "debian"):
        forbidden.add(host)
    texts = [study / name for name in TABLES] + sorted((study / "figures").glob("*.svg"))
    return [
        f"{path} names {word!r}"
        for path in texts
        for word in sorted(forbidden)
        if word in path.read_text(encoding="utf-8")
    ]


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="folder of a finished study")
    parser.add_argument("target", type=Path, help="folder to replace")
    return parser.parse_args(argv)
