"""A study that is killed at random moments, and started again by the same command.

A kill is one of four signals to Snakemake alone, to its whole group, to the supervisor of the run
that goes on, or to a process of the measured program. A killed worker is a run that crashed, and
stays. KILLS and SEED in the environment change how many kills, and which.
"""

import csv
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from measuring import shared_memory, wait_until, wait_until_removed
from tiny_study import statuses, tiny_study

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

KILLS, SEED = (int(os.environ.get(name, usual)) for name, usual in (("KILLS", 40), ("SEED", 1)))
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
TARGETS = ("Snakemake", "its group", "measure_run", "sharing")
MOMENTS = (1.0, 9.0)  # seconds after the start, or after the last kill of the same start


def study_of_some_hundred_runs(path):
    # As many repeats as are planned at the start: what more of them ask for depends on the runs.
    study = tiny_study(path, workers=[1, 2, 3, 4], jobs=[3, 4, 5], min_repeats=2, max_repeats=2)
    study.patience_s = 1500
    return study


def kill(program, study, target, number, choose):
    """Send a signal to one of the study's processes; return whether there was such a one."""
    if target == "Snakemake":
        program.send_signal(number)
    elif target == "its group":
        os.killpg(program.pid, number)
    else:
        found = [one for one in study.survivors() if target in last_parts(one)]
        if not found:
            return False
        try:
            choose.choice(found).send_signal(number)
        except psutil.NoSuchProcess:
            return False
    return True


def last_parts(process):
    """Return the last part of each word of a process's command line; none of one that is gone."""
    try:
        return [Path(word).name for word in process.cmdline()]
    except psutil.Error:
        return []


def kill_again_and_again(study, choose):
    """Return how often what was killed by which signal."""
    counts, program = Counter(), None
    while counts.total() < KILLS:
        if program is None or program.poll() is not None:
            program = study.start("runs")
        time.sleep(choose.uniform(*MOMENTS))
        number, target = choose.choice(SIGNALS), choose.choice(TARGETS)
        if program.poll() is None and kill(program, study, target, number, choose):
            counts[target, number.name] += 1
            if target in TARGETS[:2]:
                program.communicate(timeout=60)
                wait_until(lambda: not study.survivors(), f"the end after {target} got {number}")
    program.terminate()
    program.communicate(timeout=60)
    wait_until(lambda: not study.survivors(), "the end of the last start")
    return counts


def is_whole(path):
    """Return whether a CSV has equally long lines; a run that came to nothing has no jobs."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    fewest = 1 if path.name.endswith(".jobs.csv") else 2
    return len({len(line) for line in lines}) == 1 and len(lines) >= fewest


def test_nothing_is_lost_or_left_behind(tmp_path):
    calm, torn = (study_of_some_hundred_runs(tmp_path / name) for name in ("calm", "torn"))
    calm.snakemake("runs").check()
    before = shared_memory()
    counts = kill_again_and_again(torn, random.Random(SEED))
    torn.snakemake("runs").check()
    print(dict(counts), *(Counter(statuses(one).values()) for one in (calm, torn)), sep="\n")
    assert len(torn.runs()) == len(statuses(torn))  # each once
    assert statuses(torn).keys() == statuses(calm).keys()
    runs = list(torn.results().glob("*/runs/**/*.csv"))
    assert [path for path in runs if not is_whole(path)] == []
    assert [one for one in torn.results().rglob("*") if one.suffix in (".tmp", ".part")] == []
    wait_until_removed(before)
