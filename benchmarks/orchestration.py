"""What does a tool add to each run, and what does it keep of it?

``.venv/bin/python benchmarks/orchestration.py [--rounds 5]``: this project, hyperfine, pyperf, asv
and benchopt run the same 60 programs, a list of six sizes walked one to ten times, each once; a
tool's overhead is what it takes beyond the time of the programs alone, which are run in the same
minute. pyperf, asv and benchopt are installed in a temporary environment, hyperfine has to be
there (`apt-get install hyperfine`); what cannot be had is left out. Prints a Markdown table.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from tiny_study import tiny_study

from supervisor.columns import KEY

SIZES = [1000, 2000, 4000, 8000, 16_000, 32_000]
JOBS = list(range(1, 11))
PEERS = ["pyperf", "asv", "benchopt"]
WALK = "import sys; d = list(range(int(sys.argv[1]))); [sum(d) for _ in range(int(sys.argv[2]))]"
PROGRAM = "walk.py"


def alone(folder, python):
    """The programs by themselves, one after the other."""
    for size in SIZES:
        for jobs in JOBS:
            subprocess.run([python, PROGRAM, str(size), str(jobs)], cwd=folder, check=True)
    return ""


def ours(folder, python):
    only = {"interpreters": ["cpython"], "start_methods": ["fork"]}
    study = tiny_study(folder / "ours", ["serial"], sizes=SIZES, jobs=JOBS, **only)
    study.snakemake("runs").check()
    rows = study.runs()
    assert len(rows) == len(SIZES) * len(JOBS)
    return ", ".join(name for name in rows[0] if name not in KEY)


def hyperfine(folder, python):
    command = ["hyperfine", "--shell=none", "--runs", "1", "--ignore-failure", "--style", "none"]
    command += ["--parameter-list", "size", ",".join(map(str, SIZES))]
    command += ["--parameter-list", "jobs", ",".join(map(str, JOBS))]
    command += ["--export-json", "times.json", f"{python} {PROGRAM} {{size}} {{jobs}}"]
    quietly(command, folder)
    return keys_of(
        json.loads((folder / "times.json").read_text())["results"], len(SIZES) * len(JOBS)
    )


def pyperf(folder, python):
    for size in SIZES:
        for jobs in JOBS:
            output = f"{size}_{jobs}.json"
            command = [python, "-m", "pyperf", "command", "--processes", "1", "--values", "1"]
            command += ["--warmups", "0", "--loops", "1", "--quiet", "--output", output, "--"]
            quietly([*command, python, PROGRAM, str(size), str(jobs)], folder)
    suite = json.loads((folder / output).read_text())
    run = suite["benchmarks"][0]["runs"][0]
    return ", ".join(sorted({*suite.get("metadata", ()), *run.get("metadata", ()), *run}))


def asv(folder, python):
    place = folder / "asv"
    (place / "benchmarks").mkdir(parents=True)
    shutil.copy(folder / PROGRAM, place)
    (place / "benchmarks" / "__init__.py").touch()
    (place / "benchmarks" / "walks.py").write_text(
        "import subprocess, sys\n"
        f"class Walk:\n    params = [{SIZES}, {JOBS}]\n"
        "    number = repeat = 1\n    warmup_time = 0\n"
        "    def time_walk(self, size, jobs):\n"
        f"        subprocess.run([sys.executable, {str(place / PROGRAM)!r}, str(size), str(jobs)],"
        " check=True)\n"
    )
    (place / "asv.conf.json").write_text(
        json.dumps({"version": 1, "project": "walk", "repo": ".", "branches": ["HEAD"],
                    "benchmark_dir": "benchmarks", "environment_type": "virtualenv"})
    )  # fmt: skip
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "walk"]):
        quietly([*git, *words], place)
    quietly([python, "-m", "asv", "machine", "--yes"], place)
    command = [python, "-m", "asv", "run", "--python=same", "--quick", "--set-commit-hash"]
    quietly([*command, hash_of(place)], place)
    (path,) = place.glob("**/results/*/*-*.json")
    columns = json.loads(path.read_text())["result_columns"]
    return ", ".join(columns)


def benchopt(folder, python):
    place = folder / "benchopt"
    for name in ("datasets", "solvers"):
        (place / name).mkdir(parents=True)
    (place / "objective.py").write_text(
        "from benchopt import BaseObjective\n"
        "class Objective(BaseObjective):\n    name = 'walk'\n"
        "    def set_data(self, size, jobs):\n        self.size, self.jobs = size, jobs\n"
        "    def evaluate_result(self, done):\n        return dict(value=float(done))\n"
        "    def get_objective(self):\n        return dict(size=self.size, jobs=self.jobs)\n"
        "    def get_one_result(self):\n        return dict(done=1)\n"
    )
    (place / "datasets" / "walk.py").write_text(
        "from benchopt import BaseDataset\n"
        "class Dataset(BaseDataset):\n    name = 'walk'\n"
        f"    parameters = {{'size': {SIZES}, 'jobs': {JOBS}}}\n"
        "    def get_data(self):\n        return dict(size=self.size, jobs=self.jobs)\n"
    )
    (place / "solvers" / "walk.py").write_text(
        "import subprocess, sys\n"
        "from benchopt import BaseSolver\n"
        "class Solver(BaseSolver):\n    name = 'walk'\n    sampling_strategy = 'run_once'\n"
        "    def set_objective(self, size, jobs):\n        self.size, self.jobs = size, jobs\n"
        "    def warm_up(self):\n        pass\n"
        "    def run(self, _):\n"
        f"        subprocess.run([sys.executable, {str(folder / PROGRAM)!r}, str(self.size),"
        " str(self.jobs)], check=True)\n"
        "    def get_result(self):\n        return dict(done=1)\n"
    )
    command = [python, "-m", "benchopt", "run", ".", "--n-repetitions", "1", "--no-plot"]
    quietly([*command, "--no-html", "--output", "walk"], place)
    import pandas as pd

    (path,) = place.glob("outputs/walk*.parquet")
    table = pd.read_parquet(path)
    assert len(table) == len(SIZES) * len(JOBS), len(table)
    return ", ".join(name for name in table if not name.startswith("p_"))


TOOLS = {"Share or Copy": ours, "hyperfine": hyperfine, "pyperf": pyperf, "asv": asv,
         "benchopt": benchopt}  # fmt: skip


def main():
    arguments = parse()
    with tempfile.TemporaryDirectory() as base:
        python = environment(Path(base) / "venv")
        seconds, kept = {name: [] for name in TOOLS}, {}
        for number in range(arguments.rounds):
            for name in list(seconds):
                folder = Path(base) / f"{name.replace(' ', '_')}_{number}"
                folder.mkdir()
                (folder / PROGRAM).write_text(WALK + "\n", encoding="utf-8")
                own, _ = timed(alone, folder, python)
                try:
                    whole, kept[name] = timed(TOOLS[name], folder, python)
                except (OSError, subprocess.CalledProcessError) as error:
                    said = getattr(error, "output", b"") or b""
                    print(f"{name} is left out: {error}\n{said.decode()[-1500:]}", file=sys.stderr)
                    del seconds[name]
                    continue
                seconds[name].append((whole, own))
    number = len(SIZES) * len(JOBS)
    print(f"{number} programs of {own / number * 1e3:.0f} ms, {arguments.rounds} rounds:\n")
    print("Overheads and ratios are medians, in brackets the least and the most.\n")
    print("| tool | overhead a run in ms | times the programs alone | what it keeps of a run |")
    print("| --- | --- | --- | --- |")
    for name, pairs in seconds.items():
        over = spread([(whole - own) / number * 1e3 for whole, own in pairs], ".0f")
        times = spread([whole / own for whole, own in pairs], ".1f")
        print(f"| {name} | {over} | {times} | {kept[name]} |")
    return 0


def timed(function, *arguments):
    """Return (seconds that a call takes, what it returns)."""
    began = time.monotonic()
    found = function(*arguments)
    return time.monotonic() - began, found


def spread(values, form):
    """Return the median and, in brackets, the least and the most of some numbers."""
    shown = [format(value, form) for value in (statistics.median(values), min(values), max(values))]
    middle, least, most = (text.removeprefix("-") if float(text) == 0 else text for text in shown)
    return f"{middle} ({least} – {most})"


def environment(folder):
    """Return the Python of a new environment with the peers; of this one's where pip fails."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    for name in PEERS:
        command = [python, "-m", "pip", "install", "--quiet", name, "virtualenv", "pyarrow"]
        if subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
            print(f"{name} cannot be installed", file=sys.stderr)
    return python


def quietly(command, folder):
    """Run a command; what it said is in the exception if it fails."""
    subprocess.run(
        command, cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=os.environ | {"HOME": str(folder)},
    )  # fmt: skip


def keys_of(results, number):
    """Return the names of what the first result has, as words."""
    assert len(results) == number, len(results)
    return ", ".join(results[0])


def hash_of(folder):
    return subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
