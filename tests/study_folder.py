"""A copy of the project in which a test may run Snakemake and change files."""

import os
import re
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml
from measuring import MARK, PROJECT, WORKLOADS, processes_with, table

SNAKEMAKE = [sys.executable, "-m", "snakemake"]
PREFLIGHT_RULES = ("check_workload", "estimate_duration")
CODE = ["Snakefile", "config.yaml", "immortal", "profiles", "scripts", "workflow"]


def copy_project(folder, names=CODE):
    """Copy files and folders of the project, without caches."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        source = PROJECT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", ".*_cache", ".snakemake")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy2(source, folder / name)


def small_study():
    """Return an overlay over config.yaml: two experiments of three cells, two runs each.

    The second interpreter is the first under another name, so that nothing has to be installed.
    """
    dropped = dict.fromkeys(yaml.safe_load((PROJECT / "config.yaml").read_text())["experiments"])
    return {
        "study": "small",
        "interpreters": {"cpython": "auto", "pypy": None, "other": sys.executable},
        "memory_floor_percent": 0,
        "memory_floor_mib": 0,
        "quiet_percent": 0,  # a test waits for nothing
        "defaults": {
            "interpreters": ["cpython"],
            "workload": str(WORKLOADS / "arithmetic.py"),
            "workers": [2],
            "jobs": [3],
            "min_repeats": 2,
            "max_repeats": 2,
            "peak_memory": False,
            "figures": [],
        },
        "experiments": dropped
        | {
            "first": {
                "question": "Is one inherited?",
                "strategies": ["serial", "global"],
                "sizes": [50],
                "figures": ["time"],
            },
            "second": {
                "question": "Is one sent?",
                "strategies": ["argument"],
                "sizes": [50],
                "interpreters": ["cpython", "other"],
                "figures": ["memory"],
            },
        },
    }


@dataclass
class Ended:
    """A call of Snakemake that has ended: what it printed to both streams."""

    exit_code: int
    terminal: str

    def check(self):
        assert self.exit_code == 0, self.terminal
        return self

    def counts(self):
        """Return how many jobs of each rule it ran or would run, the targets left out."""
        if "Nothing to be done" in self.terminal:
            return {}
        listed = self.terminal.split("Job stats:")[1].split("total")[0]
        found = dict(re.findall(r"^(\w+) +(\d+)$", listed, re.MULTILINE))
        targets = ("runs", "figures", "report")
        return {rule: int(count) for rule, count in found.items() if rule not in targets}


class StudyFolder:
    """A folder with the workflow and an overlay, `config`, which every call writes anew."""

    command = SNAKEMAKE
    patience_s = 240  # no study of a test takes longer

    def __init__(self, path, config):
        self.path = Path(path)
        self.config = config
        self.mark = uuid.uuid4().hex

    @classmethod
    def create(cls, path, **experiments):
        """Copy the project to `path`, with the small study or with other `experiments`."""
        copy_project(path)
        config = small_study()
        if experiments:
            nothing = dict.fromkeys(config["experiments"])
            config["experiments"] = nothing | experiments
        return cls(path, config)

    def copy_to(self, path):
        """Return a copy that Snakemake takes for the same: contents, times, records."""
        shutil.copytree(self.path, path, symlinks=True)
        return StudyFolder(path, yaml.safe_load(yaml.safe_dump(self.config)))

    def start(self, *arguments, before=(), **variables):
        """Start Snakemake in a process group of its own and return its `Popen`.

        The words `before` stand before the command; variables are set, or by None taken away.
        """
        environment = os.environ | {MARK: self.mark} | variables
        overlay = yaml.safe_dump(self.config, sort_keys=False)
        (self.path / "overlay.yaml").write_text(overlay, encoding="utf-8")
        return subprocess.Popen(
            [*before, *self.command, *arguments, "--configfile", "overlay.yaml"],
            cwd=self.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={name: value for name, value in environment.items() if value is not None},
            start_new_session=True,
        )

    def snakemake(self, *arguments, **given):
        """Run Snakemake to its end; `given` as to `start`."""
        program = self.start(*arguments, **given)
        terminal, _ = program.communicate(timeout=self.patience_s)
        return Ended(program.returncode, terminal)

    def planned(self, target="runs"):
        """Return how many jobs of each rule Snakemake would run, preflights left out.

        Those come for the tests' workloads lying in files of their own, as a user's do.
        """
        counts = self.snakemake(target, "--dry-run").check().counts()
        return {rule: n for rule, n in counts.items() if rule not in PREFLIGHT_RULES}

    def results(self):
        return self.path / "results" / self.config["study"]

    def run_files(self):
        """Return the CSV of every run that is done."""
        found = self.results().glob("*/runs/**/*.csv")
        return sorted(path for path in found if not path.name.endswith(".jobs.csv"))

    def runs(self):
        """Return the rows of runs.csv."""
        return table(self.results() / "runs.csv")

    def survivors(self):
        return processes_with(self.mark)

    def edit(self, name, old, new):
        """Replace a text that must be there in one of the project's files."""
        path = self.path / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def interval_of(row):
    """Return (start, end) of a run in seconds since 1970, from its row."""
    start = datetime.fromisoformat(row["started_utc"]).timestamp()
    return start, start + float(row["wall_s"])
