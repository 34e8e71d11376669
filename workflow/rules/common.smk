# Configuration → cells → runs, and the path scheme:
#
#   results/<study>/<experiment>/runs/<interpreter>/<strategy>/<start method>/n<size>_w<workers>_j<jobs>_r<repeat>.csv
#   results/<study>/<experiment>/memory/…/n<size>_w<workers>_j<jobs>.csv  what a cell needs while its jobs run
#   results/<study>/<experiment>/lifetime/…/n<size>_w<workers>_j<jobs>_r<repeat>.csv  a worker's memory as it reads
#   results/<study>/<experiment>/preflight/<interpreter>_n<size>.json  what a user's workload did by itself
#   results/<study>/<experiment>/plan.txt                     its runs of the first rounds, a line each
#   results/<study>/rounds/<round>.csv                        the runs of a further round
#   results/<study>/<experiment>/{runs,jobs}.csv              one experiment
#   results/<study>/<experiment>/<interpreter>.csv            what an interpreter answers a probe
#   results/<study>/{runs,jobs,memory,lifetimes,summary,verdicts,pickling}.csv the whole study
#   results/<study>/costs.json                                what all advice is computed from
#   results/<study>/figures/<experiment>_<figure>.{svg,png}
#   results/<study>/report.{md,html}
#   results/<study>/logs/                                     what the steps behind the runs say
#   results/<study>/endings.json                              runs that end as others will
#   results/<study>/yardstick.json                            what the machine last gave, for the next run

import hashlib
import json
import math
import re
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "scripts")]

from sharing import strategies, workloads
from study import progress, surroundings
from study.after_preflight import found_by, is_sound, left_to_make
from study.cells import Cell, order_of
from study.code import (
    code_of_probe,
    code_of_script,
    parts_of_page,
    recipe_of,
    templates_of_report,
)
from study.folder import hold_folder
from study.matrix import FIGURES, OF_LIFETIMES, PROBES
from study.mistake import ConfigError
from study.pace import Pace, earlier_runs
from study.plan import announce_plan, print_answer
from study.reader import end_with_reader
from study.record import recorded_study
from study.snakemake_internals import finished_rules, jobs_to_do, let_it_sleep, uses_conda
from study.start import ending_in_one_line, read_study
from supervisor.machine import usable_cpus

surroundings.prepare_environment()
PROGRESS = progress.quieten(workflow)
end_with_reader()
config, MATRIX = read_study(workflow)

# 0 is a budget, too: nothing but what is measured twice in any case.
BUDGET_MIN = math.inf if config["time_budget_min"] is None else config["time_budget_min"]

STUDY = f"results/{config['study']}"
RUNS = f"{STUDY}/{{experiment}}/runs"
CELL = "{interpreter}/{strategy}/{start_method}/n{size}_w{workers}_j{jobs}"
RUN = f"{CELL}_r{{repeat}}"
MEMORY_RUN = f"{STUDY}/{{experiment}}/memory/{CELL}.csv"
LIFETIME_RUN = f"{STUDY}/{{experiment}}/lifetime/{RUN}.csv"
PREFLIGHT = f"{STUDY}/{{experiment}}/preflight/{{interpreter}}_n{{size}}.json"
BY_CONDA = ".interpreters/conda/{interpreter}"


wildcard_constraints:
    size=r"\d+",
    workers=r"\d+",
    jobs=r"\d+",
    repeat=r"\d+",
    round=r"\d+",
    experiment="[^/]+",
    interpreter="[^/]+",
    strategy="[^/]+",
    start_method="[^/]+",


def first_runs(experiment):
    """Return the paths of an experiment's first runs, without the folder of all and the ending."""
    runs = left_to_make(MATRIX.first_runs_of(experiment), found_of)
    return [RUN.format(**cell._asdict(), repeat=repeat) for cell, repeat in runs]


def files_of(experiment, run):
    """Return the two files of a run."""
    return [f"{RUNS.format(experiment=experiment)}/{run}{end}" for end in (".csv", ".jobs.csv")]


def first_files(experiment):
    """Return the files of an experiment's runs in the first rounds."""
    return [path for run in first_runs(experiment) for path in files_of(experiment, run)]


def found_of(cell):
    """Return what the preflight of a cell found; None without one."""
    path = preflight_of(cell)
    return found_by(path) if path else None


def anything_to_measure():
    """Return whether a preflight leaves more to be made than what says that it failed."""
    return any(
        is_sound(found_of(cell)) for name in MATRIX.experiments for cell in MATRIX.cells[name]
    )


def run_files(wildcards):
    """Return the files of all of an experiment's runs."""
    wanted = [row for rows in decided_rounds(MATRIX.most_repeats).values() for row in rows]
    own = [row for row in wanted if row.experiment == wildcards.experiment]
    return first_files(wildcards.experiment) + [
        path for row in own for path in files_of(row.experiment, row.run)
    ]


def all_rounds(wildcards):
    """Return the tables of all rounds that are decided while the study runs."""
    return list(decided_rounds(MATRIX.most_repeats))


def recipe_files(wildcards):
    """Return the files of the run's strategy and workload."""
    return recipe_of(wildcards.strategy, workload_of(wildcards))


def workload_of(wildcards):
    """Return the workload of an experiment."""
    return MATRIX.all_experiments[wildcards.experiment]["workload"]


def tracked_params(wildcards):
    """Return what a run depends on besides its cell: a change of any of it runs it again.

    One dict with a fixed order of keys, because Snakemake compares params as a set of texts.
    """
    return MATRIX.basis_of_run(wildcards.experiment, wildcards.interpreter, wildcards.strategy)


def derived_params(wildcards):
    """Return the further options of a run, a dict; they follow from `tracked_params`.

    basis is a digest of those, common_basis of what all strategies share of them: what is known of
    other runs of a strategy, or of its mechanism, holds while it is equal.
    """
    common = MATRIX.basis_of_all(wildcards.experiment, wildcards.interpreter)
    return {
        "build": MATRIX.interpreters[wildcards.interpreter].build,
        "basis": digest_of(tracked_params(wildcards)),
        "common_basis": digest_of(common),
        "mechanism": strategies.mechanism_of(wildcards.strategy),
        "library_threads": strategies.library_threads(wildcards.strategy),
        "preflight": preflight_of(wildcards),
        "unsupported": MATRIX.refusal_of(wildcards.interpreter, wildcards.strategy),
    }


def digest_of(basis):
    """Return a short digest of a dict with a fixed order of keys."""
    return hashlib.sha256(repr(basis).encode()).hexdigest()[:12]


def memory_files(wildcards):
    """Return the files of all runs whose memory is looked at."""
    return [
        f"{STUDY}/{name}/memory/{cell}.csv"
        for name in MATRIX.with_peak_memory
        for cell in dict.fromkeys(run.rpartition("_r")[0] for run in first_runs(name))
    ]


def lifetime_files():
    """Return the files of all runs that follow a worker's life."""
    return [
        LIFETIME_RUN.format(**cell._asdict(), repeat=repeat)
        for name in MATRIX.lifetimes
        for cell, repeat in MATRIX.first_runs_of(name)
    ]


def marks_of(wildcards):
    """Return the option with the marks at which a worker stops to be looked at."""
    shares = MATRIX.lifetimes[wildcards.experiment]["lifetime"]
    return f"--repeat {wildcards.repeat} --marks {','.join(map(str, shares))}"


def preflight_files():
    """Return the files of all preflights."""
    return [
        PREFLIGHT.format(experiment=experiment, interpreter=interpreter, size=size)
        for experiment, interpreter, size in MATRIX.preflights
    ]


def figures_of_report(wildcards):
    """Return the files of all figures, if there is anything to draw."""
    return all_figures() if anything_to_measure() else []


def preflights_of(wildcards):
    """Return the files of an experiment's preflights."""
    return [
        PREFLIGHT.format(experiment=experiment, interpreter=interpreter, size=size)
        for experiment, interpreter, size in MATRIX.preflights
        if experiment == wildcards.experiment
    ]


def preflight_first():
    """Return the file that is there when all preflights are, in a list; none without any."""
    return [f"{STUDY}/duration.txt"] if MATRIX.preflights else []


def users_workloads():
    """Return the paths of the users' files that are measured."""
    named = {one.get("workload", "") for one in MATRIX.all_experiments.values()}  # a probe has none
    return sorted(filter(workloads.is_own, named))


def jobs_of(wildcards):
    """Return the largest number of jobs of an experiment."""
    return max(MATRIX.experiments[wildcards.experiment]["jobs"])


def preflight_of(cell):
    """Return the file of the preflight that a cell, or a run's wildcards, belong to; else ""."""
    if not workloads.is_own(workload_of(cell)) or int(cell.size) == 0:
        return ""
    return PREFLIGHT.format(
        experiment=cell.experiment, interpreter=cell.interpreter, size=cell.size
    )


def tracked_by_probe(wildcards):
    """Return what an interpreter's answers depend on, as `tracked_params` does."""
    return MATRIX.basis_of_probe(wildcards.experiment, wildcards.interpreter)


def probe_files(probe):
    """Return one file for every interpreter of every experiment that asks the probe."""
    return [
        f"{STUDY}/{name}/{interpreter}.csv"
        for name, experiment in MATRIX.probed.items()
        if experiment["probe"] == probe
        for interpreter in experiment["interpreters"]
    ]


def time_limit(wildcards):
    """Return the seconds that a run may take."""
    return MATRIX.all_experiments[wildcards.experiment]["time_limit_s"]


def minutes_at_most(wildcards):
    """Return the minutes after which a cluster may end a run: its limit, and what is around it.

    Twice for the sake of a memory run, and of waiting for quiet.
    """
    return math.ceil(2 * time_limit(wildcards) / 60) + 1


def place_in_order(wildcards):
    """Return the priority of a run: a block of its group, shuffled inside.

    A user's program runs once without workers before all: if that fails, so do the others.
    """
    if is_first_alone(wildcards):
        return FIRST - 1
    cell = Cell(*(wildcards.get(name) for name in Cell._fields))
    return order_of(config["seed"], cell, int(wildcards.repeat), MATRIX.most_repeats)


def is_first_alone(wildcards):
    """Return whether a run is the first one of a user's program without workers."""
    own = workloads.is_own(workload_of(wildcards))
    return own and wildcards.strategy == "serial" and wildcards.repeat == "1"


def study_folder(wildcards):
    """Return the folder of the study's results."""
    return STUDY


def interpreters_by_conda(wildcards):
    """Return the files that are there when all environments of workflow/envs are."""
    with ending_in_one_line():
        if not uses_conda(workflow):
            raise ConfigError(
                (),
                "conda installs these interpreters: snakemake interpreters --sdm conda --cores 1; "
                "without conda, make interpreters does",
            )
    names = sorted(path.stem for path in (ROOT / "workflow" / "envs").glob("*.yaml"))
    return expand(BY_CONDA, interpreter=names)
