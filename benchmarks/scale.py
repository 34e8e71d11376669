"""How large may a study be? Seconds and memory of the workflow itself, without any measuring.

``.venv/bin/python benchmarks/scale.py [--runs 10000]`` plans a study of so many runs of 100 jobs
each, lets a stand-in write the rows that the supervisor would write, and times what is around
them. Prints a Markdown table. `make setup` comes first; about half an hour for 10 000 runs.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from measuring import PROJECT
from study_folder import SNAKEMAKE, copy_project

STRATEGIES = ["serial", "argument", "global", "initializer", "manager_list", "closure", "immortal"]
STRATEGIES += ["shared_memory", "from_disk", "gc_freeze"]
WORKERS = [1, 2, 3, 4, 6]
REPEATS = 4
SEED = 1
# What stands in for the supervisor: the same arguments, the same two files, nothing measured.
STAND_IN = '''
"""Writes the rows of a run that was never made; for a benchmark of the workflow around it."""

import random
from datetime import UTC, datetime

from supervisor.measure_run_in_earnest import *
from supervisor.record import key_of, stamp


def main(argv=None):
    arguments = parse(argv)
    chance = random.Random(arguments.output)
    second = 1e-8 * arguments.size + 0.01
    times = {name: second * chance.lognormvariate(0, 0.03) for name in
             ("build_s", "publish_s", "start_s", "map_s", "stop_s")}
    memory = dict.fromkeys(("data_mib", "tree_pss_mib", "workers_uss_mib", "workers_uss_max_mib"),
                           arguments.size / 1e5)
    row = {"status": "ok"} | memory | {"started_utc": stamp(datetime.now(UTC))}
    if arguments.measure_memory:
        write_memory(arguments, row | {"peak_pss_mib": arguments.size / 1e5, "samples": 1})
        return 0
    row |= times | describe_machine("made up") | {
        "total_s": sum(times.values()) - times["build_s"], "wall_s": sum(times.values()),
        "minor_faults": 10, "major_faults": 0, "cpu_user_s": second, "cpu_system_s": 0.0,
        "on_cpu_s": second, "waiting_for_cpu_s": 0.0, "watched_s": second, "other_cpu_s": 0.0,
        "yardstick_before_s": "0.05 0.05", "digest": "d", "implementation": "CPython",
        "version": "3.11.7", "gil": True, "hash_seed": hash_seed(arguments),
    }
    write_run(arguments, row, [
        key_of(arguments)
        | {"job": job, "worker": 1, "submitted_s": 0.0, "started_s": job * 1e-3,
           "finished_s": (job + 1) * 1e-3, "minor_faults": 0, "worker_minor_faults": 0}
        for job in range(arguments.jobs)
    ])
    return 0
'''
# What the rules do, without Snakemake.
AGGREGATE = f"""set -e
cd results/tiny
python="{sys.executable} -I ../../scripts"
for each in large_*; do
  $python aggregate_runs $each/plan.txt $each/runs --runs $each/runs.csv --jobs $each/jobs.csv
done
$python merge_experiments --runs large_*/runs.csv --jobs large_*/jobs.csv --machine= \\
  --quiet-percent 0 --other-percent 0 --output runs.csv --jobs-output jobs.csv
"""


def main():
    arguments = parse()
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "large"
        copy_project(folder)
        (folder / "tiny.yaml").write_text(yaml.safe_dump(study_of(arguments.runs)))
        supervisor = folder / "scripts" / "supervisor"
        (supervisor / "measure_run.py").rename(supervisor / "measure_run_in_earnest.py")
        (supervisor / "measure_run.py").write_text(STAND_IN, encoding="utf-8")
        rows = []
        for what, *command in steps(folder):
            seconds, mebibytes = timed(command, folder)
            rows.append((what, seconds, mebibytes))
            print(f"{what}: {seconds:.1f} s, {mebibytes:.0f} MiB", file=sys.stderr)
        runs = len(list(folder.glob("results/tiny/*/runs/**/*_r?.csv")))
    print(f"A study of {runs:,} runs and {runs * 100:,} jobs:\n".replace(",", " "))
    print("| step | seconds | MiB |", "| --- | ---: | ---: |", sep="\n")
    for what, seconds, mebibytes in rows:
        print(f"| {what} | {seconds:.1f} | {mebibytes:.0f} |")
    return 0


def steps(folder):
    """Yield (what it is, command …), to be run in this order."""
    snakemake = [*SNAKEMAKE, "--configfile=tiny.yaml"]
    tables = "results/tiny"
    yield "dry run, nothing done yet", *snakemake, "runs", "--dry-run"
    yield "all runs, by a stand-in for the measuring", *snakemake, "runs"
    yield "no-op", *snakemake, "runs"
    forget_tables(folder / tables)
    yield "aggregation of all runs and jobs, by itself", "sh", "-c", AGGREGATE
    forget_tables(folder / tables)
    yield "aggregation of all runs and jobs, planning included", *snakemake, "runs"
    yield "figures, planning included", *snakemake, "figures"
    yield "report and page, planning included", *snakemake, "report"
    yield "no-op of everything", *snakemake, "report"


def forget_tables(study):
    """Delete what was aggregated, so that it is aggregated again."""
    for path in [*study.glob("*/*.csv"), study / "runs.csv"]:
        path.unlink(missing_ok=True)


def study_of(runs):
    """Return an overlay of as many runs, four to a cell; 100 jobs each."""
    names = yaml.safe_load((PROJECT / "config.yaml").read_text(encoding="utf-8"))["experiments"]
    a_size = REPEATS * (1 + (len(STRATEGIES) - 1) * len(WORKERS))  # runs; `serial` has no workers
    number = -(-runs // a_size)
    sizes = [1000 * (place + 1) for place in range(number)]
    parts = [sizes[place::5] for place in range(5)]
    return {
        "study": "tiny",
        "interpreters": {"pypy": None},
        "memory_floor_percent": 0, "memory_floor_mib": 0, "quiet_percent": 0,
        "time_budget_min": None,
        "defaults": {
            "interpreters": ["cpython"], "workers": WORKERS,
            "jobs": [100], "min_repeats": REPEATS, "max_repeats": REPEATS,
        },
        "experiments": dict.fromkeys(names)
        | {
            f"large_{place}": {"question": "How large?", "sizes": part, "strategies": STRATEGIES}
            for place, part in enumerate(parts) if part
        },
    }  # fmt: skip


def timed(command, folder):
    """Return (seconds, MiB): how long a command takes, and the most that it and its children had.

    Resident memory, looked at five times a second.
    """
    began = time.monotonic()
    with (folder / "said").open("w") as said:
        program = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
    watched, most = psutil.Process(program.pid), 0
    while program.poll() is None:
        time.sleep(0.2)
        most = max(most, resident(watched))
    seconds = time.monotonic() - began
    if program.returncode:
        sys.exit((folder / "said").read_text(errors="replace")[-3000:])
    return seconds, most / 2**20


def resident(process):
    """Return the bytes of a process and all below it."""
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.Error:
        pass
    return total


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=10_000)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
