"""Snakemake sleeps while a run is measured: nothing it started goes on beside that."""

import time
from pathlib import Path

from study_folder import StudyFolder

OWN_THREADS = 8  # the main one, those that start jobs, the one that watches the terminal


def test_scheduler_leaves_no_timers_behind(tmp_path):
    """Each one would wake it every second, for as long as there are runs to come."""
    study = StudyFolder.create(tmp_path / "study")
    study.config["defaults"]["min_repeats"] = study.config["defaults"]["max_repeats"] = 8
    snakemake = study.start("--cores", "1")
    most = runs = 0
    while snakemake.poll() is None:
        try:
            most = max(most, len(list(Path(f"/proc/{snakemake.pid}/task").iterdir())))
        except OSError:  # it has just ended
            break
        time.sleep(0.05)
    assert snakemake.wait() == 0
    runs = len(list((study.path / "results/small").glob("*/runs/**/*_r*.csv")))
    assert runs > 4 * OWN_THREADS
    assert 1 < most <= OWN_THREADS
