"""What does a job without work cost? Our dispatch against that of the libraries'.

``python benchmarks/dispatch.py [--jobs 10000] [--rounds 5]``: the measured program walks a list of
one number in every job, with each strategy in turn; ratios are taken within a round.
Prints a Markdown table: microseconds a job, and the ratio to `multiprocessing.Pool` with
`imap_unordered` and one job at a time. Libraries by `make peers`; without them they are left out.
"""

import argparse
import csv
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
REFERENCE = "global"
STRATEGIES = {
    "global": "multiprocessing.Pool, imap_unordered",
    "closure": "multiprocessing.Pool, and a closure",
    "initializer": "multiprocessing.Pool, and an initializer",
    "argument_chunked": "multiprocessing.Pool, jobs in chunks",
    "futures": "concurrent.futures.ProcessPoolExecutor",
    "joblib": "joblib",
    "joblib_batched": "joblib, batches",
    "mpire": "MPIRE",
    "dask": "Dask",
    "ray": "Ray, a task a job",
    "ray_actors": "Ray, an actor a worker",
}


def main():
    arguments = parse()
    chance = random.Random(arguments.seed)
    seconds = {strategy: [] for strategy in STRATEGIES}
    for _ in range(arguments.rounds):
        for strategy in chance.sample(list(seconds), len(seconds)):
            found = seconds_of(strategy, arguments.jobs)
            if found is None:
                del seconds[strategy]
            else:
                seconds[strategy].append(found)
    print(f"{arguments.jobs} jobs without work, {arguments.rounds} rounds, 2 workers, fork:\n")
    print(f"| strategy | µs a job | times as long as `{REFERENCE}` (least to most) |")
    print("| --- | ---: | --- |")
    for strategy, own in sorted(seconds.items(), key=lambda item: statistics.median(item[1])):
        ratios = sorted(one / other for one, other in zip(own, seconds[REFERENCE], strict=True))
        per_job_us = statistics.median(own) / arguments.jobs * 1e6
        print(
            f"| {STRATEGIES[strategy]} (`{strategy}`) | {per_job_us:.0f} | "
            f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} – {ratios[-1]:.2f}) |"
        )
    return 0


def seconds_of(strategy, jobs):
    """Return the seconds that the jobs took; None if the strategy is missing here."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "run.csv"
        subprocess.run(
            [
                sys.executable, "-I", "scripts", "measure_run", "--experiment", "dispatch",
                "--interpreter", "cpython", "--strategy", strategy, "--start-method", "fork",
                "--workload", "scan", "--size", "1", "--workers", "2", "--jobs", str(jobs),
                "--command", sys.executable, "--code-version", "none", "--time-limit-s", "120",
                "--memory-floor-percent", "0", "--memory-floor-mib", "0",
                "--output", output, "--log", output.with_suffix(".log"),
            ],
            cwd=PROJECT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with output.open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
    if row["status"] != "ok":
        print(f"{strategy}: {row['status']}: {row['reason']}", file=sys.stderr)
        return None
    return float(row["map_s"])


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
