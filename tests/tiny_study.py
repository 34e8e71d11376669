"""A study of a few short runs, to be made under bad conditions."""

import os
import shutil

import pytest
from study_folder import StudyFolder

from supervisor.columns import KEY

STRATEGIES = ("serial", "argument", "global", "initializer", "manager_list", "shared_memory")
STRATEGIES += ("from_disk",)
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="needs root")


def tiny_study(path, strategies=STRATEGIES, **changes):
    """Make the folder of a study: each strategy by fork and forkserver, one run each."""
    experiment = {
        "question": "Does it work here?",
        "interpreters": ["cpython", "pypy"],
        "strategies": list(strategies),
        "workload": "scan",
        "sizes": [1000],
        "start_methods": ["fork", "forkserver"],
        "min_repeats": 1,
        "max_repeats": 1,
    }
    study = StudyFolder.create(path, tiny=experiment | changes)
    study.config["interpreters"]["pypy"] = shutil.which("pypy3")
    return study


def statuses(study):
    """Return the status of every run, by what tells it from the others."""
    return {tuple(row[name] for name in KEY): row["status"] for row in study.runs()}
