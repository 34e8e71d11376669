"""Does the program that a reader pastes take as long as the run that was measured?

``python benchmarks/pasted.py [--pairs 10] [--python pypy3] [STRATEGY …]``: each program of
examples/, as it stands but for its `build` and `process`, which are those of a workload of the
study, beside the measured run of the same cell, in turn and in random order. Both are timed from
the end of build to the end of the workers. Objects lie elsewhere in each run, of both sides, since
that alone makes the same loop up to a fifth slower (`sharing.layout`). Prints a Markdown table of
the ratio measured ÷ pasted with its 95 % interval (Student's t over log ratios); exits with 1 if an
estimate lies outside of 0.9 to 1.1.
"""

import argparse
import ast
import inspect
import math
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measured_run import PROJECT, row_of_run
from scipy.stats import t as student

from setup.write_examples import names, path_of
from sharing import layout, strategies
from supervisor.child import clean_environment

LOWEST, HIGHEST = 0.9, 1.1
WORKERS, JOBS = 2, 40
# What each strategy carries in a few seconds: (workload, items). Else a million ints.
SCAN = ("scan", 1_000_000)
CELLS = {
    **dict.fromkeys(
        (
            "array_global",
            "cached_loader",
            "closure",
            "forkserver_preload",
            "forkserver_preload_frozen",
            "forkserver_preload_immortal",
            "futures",
            "gc_freeze",
            "global",
            "immortal",
            "mmap_file",
            "module_global",
            "out_of_band",
            "serial",
            "threads",
            "threads_immortal",
        ),
        ("scan", 4_000_000),
    ),
    **dict.fromkeys(("initializer", "mpire"), ("scan", 12_000_000)),
    "manager_list": ("scan", 2_000),
    "locked_array": ("scan", 20_000),
    "packed": ("scan", 30_000),
    "from_disk": ("scan", 200_000),
    "from_disk_cold": ("scan", 200_000),
    "joblib": ("scan", 200_000),
    "lmdb": ("index", 20_000),
    "sqlite": ("index", 5_000),
    "numpy_file": ("array2d", 100_000),
    "numpy_shared_memory": ("array2d", 20_000),
    "serial_library_threads": ("array2d", 20_000),
    "torch_numpy": ("array2d", 20_000),
    "arrow_file": ("frame", 3_000_000),
}
BUILD = """
def build():
    data = _build({size})
    _moment("built")
    return data
"""
MOMENT = """
import os as _os, time as _time
def _moment(name):  # of the first process that comes here
    try:
        descriptor = _os.open({folder!r} + "/" + name, _os.O_WRONLY | _os.O_CREAT | _os.O_EXCL)
    except FileExistsError:
        return
    _os.write(descriptor, repr(_time.monotonic()).encode())
    _os.close(descriptor)
"""
START = """
if __name__ == "__main__":
    _count = sum(1 for _ in share(workers={workers}, jobs=range({jobs})))
    _moment("ended")
    assert _count == {jobs}, _count
"""


def main():
    arguments = parse()
    chance = random.Random(arguments.seed)
    print(f"{JOBS} jobs, {WORKERS} workers, {arguments.pairs} pairs: measured ÷ pasted\n")
    print("| interpreter | strategy | data | pasted | measured ÷ pasted (95 %) |")
    print("| --- | --- | --- | ---: | --- |")
    outside = []
    for command in arguments.python or [sys.executable]:
        for strategy in arguments.strategies or names():
            pairs = pairs_of(strategy, command, arguments.pairs, chance)
            if isinstance(pairs, str):
                print(f"{command} {strategy}: {pairs}", file=sys.stderr)
                continue
            estimate, low, high = ratio_of(pairs)
            if not LOWEST <= estimate <= HIGHEST:
                outside.append(f"{command} {strategy}")
            workload, size = CELLS.get(strategy, SCAN)
            pasted = statistics.median(pasted for _, pasted in pairs)
            print(
                f"| {Path(command).name} | {strategy} | {workload}, {size:_} | {pasted:.3g} s | "
                f"{estimate:.2f} ({low:.2f} – {high:.2f}) |",
                flush=True,
            )
    if outside:
        print(f"\noutside of {LOWEST} to {HIGHEST}: {', '.join(outside)}")
    return bool(outside)


def pairs_of(strategy, command, count, chance):
    """Return (measured, pasted) seconds, `count` of them, or why there are none."""
    pairs = []
    for number in range(1, count + 1):
        found = {}
        for side in chance.sample((measured_seconds, pasted_seconds), 2):
            found[side] = side(strategy, command, number)
            if isinstance(found[side], str):
                return found[side]
        pairs.append((found[measured_seconds], found[pasted_seconds]))
    return pairs


def ratio_of(pairs):
    """Return the ratio measured ÷ pasted and its interval: estimate, low, high."""
    logs = [math.log(measured / pasted) for measured, pasted in pairs]
    mean = statistics.mean(logs)
    half = 0.0
    if len(logs) > 1:
        half = student.ppf(0.975, len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return tuple(math.exp(one) for one in (mean, mean - half, mean + half))


def measured_seconds(strategy, command, number):
    """Return the total of a measured run, or its reason to have none."""
    workload, size = CELLS.get(strategy, SCAN)
    kind = strategies.workers_of(strategy)
    methods = strategies.described(strategy).get("START_METHODS", ("fork",))
    method = methods[0] if kind == "processes" else "own" if kind == "own processes" else "none"
    row = row_of_run(
        strategy, command, start_method=method, workload=workload, size=size, workers=WORKERS,
        jobs=JOBS, repeat=number,
    )  # fmt: skip
    return float(row["total_s"]) if row["status"] == "ok" else f"{row['status']}: {row['reason']}"


def pasted_seconds(strategy, command, number):
    """Return the seconds of the program, from the end of build until its loop has ended."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, path_of(strategy).name)
        program.write_text(filled_in(strategy, folder), encoding="utf-8")
        # What Python imports when it starts, before it compiles the program.
        Path(folder, "sitecustomize.py").write_text(inspect.getsource(layout), encoding="utf-8")
        environment = clean_environment(Path(folder), strategies.library_threads(strategy), number)
        environment |= {
            "PYTHONPATH": f"{folder}:{PROJECT / 'immortal'}",
            "RAY_USAGE_STATS_ENABLED": "0",
        }
        ended = subprocess.run(
            [command, str(program)], cwd=folder, env=environment, capture_output=True, text=True
        )
        if ended.returncode:
            return (ended.stderr.splitlines() or ["no word"])[-1]
        built, over = (float(Path(folder, name).read_text()) for name in ("built", "ended"))
    return over - built


def filled_in(strategy, folder):
    """Return the program's text with the study's data and work, which notes when it had them."""
    workload, size = CELLS.get(strategy, SCAN)
    source = path_of(strategy).read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in ast.parse(source).body:
        name = getattr(
            node,
            "name",
            "start" if ast.unparse(node).startswith("if __name__ == '__main__'") else "",
        )
        if name in ("build", "process", "start"):
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
        if name == "build":
            moment = MOMENT.format(folder=folder)
            lines[node.lineno - 1] = moment + functions_of(workload) + BUILD.format(size=size)
    return "\n".join(lines) + START.format(workers=WORKERS, jobs=JOBS)


def functions_of(workload):
    """Return what a workload is made of, without what it imports from the study."""
    source = (PROJECT / "scripts" / "sharing" / "workloads" / f"{workload}.py").read_text()
    parts = []
    for node in ast.parse(source).body[1:]:
        text = ast.get_source_segment(source, node)
        if text.startswith("from sharing"):
            continue
        if " = library(" in text:
            text = f"import {node.targets[0].id}"
        parts.append(text.replace("def build(", "def _build("))
    return "\n\n".join(parts) + "\n"


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("strategies", nargs="*", choices=[[], *names()], metavar="STRATEGY")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--python", action="append", help="a command; may be given again")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
