# Configuration → cells → runs, and the path scheme:
#
#   results/<study>/<experiment>/runs/<interpreter>/<strategy>/<start method>/n<size>_w<workers>_j<jobs>_r<repeat>.csv
#   results/<study>/<experiment>/{runs,jobs}.csv              one experiment
#   results/<study>/<experiment>/<interpreter>.csv            what an interpreter answers a probe
#   results/<study>/{runs,jobs,summary,verdicts,pickling}.csv the whole study
#   results/<study>/figures/<experiment>_<figure>.{svg,png}
#   results/<study>/report.md
#   results/<study>/logs/                                     what the steps behind the runs say

import fcntl
import json
import logging
import os
import re
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "scripts")]
# `python` in a shell line is the interpreter that runs Snakemake, its environment active or not.
os.environ.update(PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]))

from snakemake.logging import logger as snakemake_logger
from snakemake_interface_logger_plugins.common import LogEvent

from sharing import strategies, workloads
from study.cells import Cell, cells_of, order_of
from study.code import probe_version_of, recipe_of, version_of
from study.config import ConfigError, check_config, check_probes
from study.interpreters import find_interpreters
from study.plan import describe_plan

FIGURES = sorted(path.stem[len("plot_") :] for path in (ROOT / "scripts").glob("plot_*.py"))
PROBES = sorted(path.parent.name for path in (ROOT / "scripts").glob("probes/*/__main__.py"))

try:
    measured_figures = [figure for figure in FIGURES if figure not in PROBES]
    EXPERIMENTS = check_config(config, strategies.names(), workloads.names(), measured_figures)
    PROBED = check_probes(config, PROBES)
    CELLS = {
        name: cells_of(name, experiment, strategies.workers_of, strategies.has_answers)
        for name, experiment in EXPERIMENTS.items()
    }
    INTERPRETERS = find_interpreters(
        config["interpreters"],
        {cell.interpreter for cells in CELLS.values() for cell in cells}
        | {name for experiment in PROBED.values() for name in experiment["interpreters"]},
        sorted({name for one in strategies.names() for name in strategies.libraries_of(one)}),
    )
except ConfigError as mistake:
    raise SystemExit(f"config: {mistake}") from None

STUDY = f"results/{config['study']}"
CELL = "{interpreter}/{strategy}/{start_method}/n{size}_w{workers}_j{jobs}"
RUN = f"{STUDY}/{{experiment}}/runs/{CELL}_r{{repeat}}"


class OneLinePerRun(logging.Filter):
    """Leaves of Snakemake's chatter the progress, every five percent; each run prints its line."""

    shown = 0

    def filter(self, record):
        event = getattr(record, "event", None)
        if event == LogEvent.PROGRESS:
            percent = 100 * record.done // record.total
            if percent // 5 == self.shown // 5 and percent < 100:
                return False
            self.shown = percent
        return event != LogEvent.JOB_FINISHED and not CHATTER.match(record.getMessage())


CHATTER = re.compile(r"Select jobs to execute|Execute \d+ jobs")
snakemake_logger.addFilter(OneLinePerRun())


wildcard_constraints:
    size=r"\d+",
    workers=r"\d+",
    jobs=r"\d+",
    repeat=r"\d+",
    experiment="[^/]+",
    interpreter="[^/]+",
    strategy="[^/]+",
    start_method="[^/]+",


def run_files(suffix):
    """Return the input function that lists one file for every run of an experiment."""

    def files(wildcards):
        repeats = range(1, EXPERIMENTS[wildcards.experiment]["repeats"] + 1)
        return [
            RUN.format(**cell._asdict(), repeat=repeat) + suffix
            for cell in CELLS[wildcards.experiment]
            for repeat in repeats
        ]

    return files


def recipe_files(wildcards):
    """Return the files of the run's strategy and workload."""
    return recipe_of(wildcards.strategy, EXPERIMENTS[wildcards.experiment]["workload"])


def tracked_params(wildcards):
    """Return what a run depends on besides its cell: a change of any of it runs it again.

    One dict with a fixed order of keys, because Snakemake compares params as a set of texts.
    """
    workload = EXPERIMENTS[wildcards.experiment]["workload"]
    interpreter = INTERPRETERS[wildcards.interpreter]
    return {
        "workload": workload,
        "command": interpreter.command,
        "identity": interpreter.identity,
        "libraries": interpreter.versions_of(strategies.libraries_of(wildcards.strategy)),
        "code": version_of(wildcards.strategy, workload),
    }


def tracked_by_probe(wildcards):
    """Return what an interpreter's answers depend on, as `tracked_params` does."""
    interpreter = INTERPRETERS[wildcards.interpreter]
    return {
        "command": interpreter.command,
        "identity": interpreter.identity,
        "code": probe_version_of(PROBED[wildcards.experiment]["probe"]),
    }


def probe_files(probe):
    """Return one file for every interpreter of every experiment that asks the probe."""
    return [
        f"{STUDY}/{name}/{interpreter}.csv"
        for name, experiment in PROBED.items()
        if experiment["probe"] == probe
        for interpreter in experiment["interpreters"]
    ]


def time_limit(wildcards):
    """Return the seconds that a run may take."""
    return EXPERIMENTS[wildcards.experiment]["time_limit_s"]


def place_in_order(wildcards):
    """Return the priority of a run: blocks of repeats, shuffled inside."""
    cell = tuple(wildcards.get(name) for name in wildcards.keys() if name != "repeat")
    repeats = max(experiment["repeats"] for experiment in EXPERIMENTS.values())
    return order_of(config["seed"], cell, int(wildcards.repeat), repeats)


def figure_files(figure):
    """Return the files of one kind of figure, for the experiments that ask for it."""
    return [
        f"{STUDY}/figures/{name}_{figure}.{extension}"
        for name, experiment in (EXPERIMENTS | PROBED).items()
        if figure in experiment["figures"]
        for extension in ("svg", "png")
    ]


def study_folder(wildcards):
    """Return the folder of the study's results."""
    return STUDY


def recorded_study():
    """Return what the report needs to know of the configuration, as JSON with a fixed order."""
    keys = ("question", "interpreters", "strategies", "workload", "sizes", "workers", "jobs")
    keys += ("start_methods", "repeats", "time_limit_s", "exclude", "probe", "figures")
    experiments = {
        name: {key: experiment[key] for key in keys if key in experiment}
        for name, experiment in (EXPERIMENTS | PROBED).items()
    }
    for experiment in experiments.values():
        if "workload" in experiment:  # a user's file without its folders, as in the tables
            experiment["workload"] = Path(experiment["workload"]).name
    return json.dumps(
        {
            "study": config["study"],
            "seed": config["seed"],
            "interpreters": {name: found.identity for name, found in INTERPRETERS.items()},
            "experiments": experiments,
        },
        indent=1,
    )


def hold_folder():
    """Let one Snakemake at a time run in this folder; the lock dies with the process."""
    global FOLDER_LOCK
    FOLDER_LOCK = open(".snakemake/study.lock", "w")
    try:
        fcntl.flock(FOLDER_LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(
            "another Snakemake is already running this study's folder; wait for it or end it"
        ) from None


def announce_plan():
    """Say what the study is going to do."""
    dag = workflow.persistence.dag
    todo = [
        Cell(*(job.wildcards.get(name) for name in Cell._fields))
        for job in dag.needrun_jobs()
        if job.rule.name == "measure_run"
    ]
    cells = [cell for cells in CELLS.values() for cell in cells]
    runs = sum(EXPERIMENTS[cell.experiment]["repeats"] for cell in cells)
    for line in describe_plan(config["study"], cells, runs, todo, ROOT / "results"):
        print(line, file=sys.stderr)
