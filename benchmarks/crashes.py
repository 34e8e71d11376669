"""Kill a study at random moments, start it again by the same command, look at what is left.

``.venv/bin/python benchmarks/crashes.py [--kills 40] [--seed 1]``; `make setup` comes first. A
kill is one of four signals to Snakemake alone, to its whole group, to the supervisor of the run
that goes on, or to a process of the measured program. In the end the study is left alone. Wanted:
the same runs as in a study that nobody disturbed, each once; every CSV whole; no process, no
block of shared memory, no unfinished file left. A killed worker is a run that crashed, and stays.
"""

import argparse
import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path

import psutil
import yaml
from conditions import PROJECT, Place, tiny_study

sys.path.insert(0, str(PROJECT / "scripts"))

from supervisor.columns import KEY

MARK = "SHARE_OR_COPY_CRASHES"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
TARGETS = ("Snakemake", "its group", "the supervisor", "a worker")
MOMENTS = (1.0, 9.0)  # seconds after the start, or after the last kill of the same start
PATIENCE_S = 60
# As many as are planned at the start: what further rounds ask for depends on what was measured.
REPEATS = 2


def main():
    arguments = parse()
    choose = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as base:
        calm = study(Path(base) / "calm")
        ended = calm.run()
        if ended.returncode:
            return ended.stdout.decode()
        torn = study(Path(base) / "torn")
        shared_before = blocks()
        counts, starts = kill_again_and_again(torn, choose, arguments.kills)
        ended = torn.run()
        for what, number in sorted(counts.items()):
            print(f"{number:4} × {what}")
        print(f"{sum(counts.values())} kills, {starts} starts, seed {arguments.seed}")
        found = wrong_with(calm, torn, ended, shared_before)
        print(*(found or ["the same runs, nothing left behind"]), sep="\n")
        return 1 if found else 0


def study(folder):
    """Return a place with a study of some hundred short runs."""
    place = Place(folder)
    config = tiny_study()
    config["defaults"] |= {
        "min_repeats": REPEATS,
        "max_repeats": REPEATS,
        "workers": [1, 2, 3, 4],
        "jobs": [3, 4, 5],
    }
    (place.folder / "tiny.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return place


def kill_again_and_again(place, choose, kills):
    """Return how often what was killed by which signal, and how often the study was started."""
    counts, starts, program = Counter(), 0, None
    while sum(counts.values()) < kills:
        if program is None or program.poll() is not None:
            program, mark = start(place)
            starts += 1
        time.sleep(choose.uniform(*MOMENTS))
        number, target = choose.choice(SIGNALS), choose.choice(TARGETS)
        if program.poll() is not None:
            continue
        if kill(program, mark, target, number, choose):
            counts[f"{target}, {signal.Signals(number).name}"] += 1
        if target in TARGETS[:2]:
            program.wait(PATIENCE_S)
            left = until_gone(mark)
            if left:
                raise SystemExit(f"left after {target} got {number}: {left}")
    program.terminate()
    program.wait(PATIENCE_S)
    until_gone(mark)
    return counts, starts


def start(place):
    """Start the study, its processes marked, and return it with the mark."""
    mark = uuid.uuid4().hex
    command = [".venv/bin/snakemake", "runs", "--configfile", "tiny.yaml"]
    program = subprocess.Popen(
        command, cwd=place.folder, env=os.environ | {MARK: mark}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return program, mark


def kill(program, mark, target, number, choose):
    """Send a signal; return whether there was somebody to get it."""
    if target == "Snakemake":
        program.send_signal(number)
    elif target == "its group":
        os.killpg(program.pid, number)
    else:
        word = "measure_run" if target == "the supervisor" else "sharing"
        found = [one for one in marked(mark) if word in words_of(one)]
        if not found:
            return False
        try:
            choose.choice(found).send_signal(number)
        except psutil.NoSuchProcess:
            return False
    return True


def words_of(process):
    """Return the last part of each word of a process's command line; none of one that is gone."""
    try:
        return [Path(word).name for word in process.cmdline()]
    except psutil.Error:
        return []


def marked(mark):
    """Return the living processes whose environment has the mark, by their numbers."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return sorted(found, key=lambda one: one.pid)


def until_gone(mark):
    """Wait until no process of a start is left; return the command lines of those that stay."""
    end = time.monotonic() + PATIENCE_S
    while (left := marked(mark)) and time.monotonic() < end:
        time.sleep(0.1)
    return [" ".join(words_of(one)) for one in left]


def blocks():
    """Return the names of all blocks of shared memory."""
    folder = Path("/dev/shm")
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def rows_of(place):
    """Return the rows of runs.csv."""
    path = place.folder / "results" / "tiny" / "runs.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def wrong_with(calm, torn, ended, shared_before):
    """Return sentences on what is not as it should be."""
    if ended.returncode:
        return [f"the last start failed:\n{ended.stdout.decode()[-2000:]}"]
    found = []
    wanted, there = (
        Counter(tuple(row[name] for name in KEY) for row in rows_of(place))
        for place in (calm, torn)
    )
    if wanted != there:
        found.append(f"missing: {list(wanted - there)[:5]}; too many: {list(there - wanted)[:5]}")
    statuses = [Counter(row["status"] for row in rows_of(place)) for place in (calm, torn)]
    print(
        *(f"{name}: {dict(one)}" for name, one in zip(("calm", "torn"), statuses, strict=True)),
        sep="\n",
    )
    results = torn.folder / "results" / "tiny"
    for path in results.glob("*/runs/**/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        # A run that came to nothing has no jobs.
        fewest = 1 if path.name.endswith(".jobs.csv") else 2
        if len({len(line) for line in lines}) != 1 or len(lines) < fewest:
            found.append(f"not whole: {path}")
    odd = [path for path in results.rglob("*") if path.suffix in (".tmp", ".part")]
    found += [f"unfinished: {path}" for path in odd]
    left = blocks() - shared_before
    if left:
        found.append(f"shared memory left: {sorted(left)}")
    return found


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    if not shutil.which(".venv/bin/snakemake"):
        sys.exit("make setup comes first")
    sys.exit(main())
