"""How fast are objects made immortal, with NumPy and without?

``python benchmarks/marking.py [--rounds 3] [--before FILE] [--python python3.14 …]``: data of the
study's workloads is built and marked by immortal/immortal.py in a process of its own, in random
order: by a program that has imported NumPy and by one that has not. With ``--before``, another
immortal.py is measured beside it, without NumPy. Prints a Markdown table: a million objects a
second of CPU time (marking is one thread's work), the median of the rounds, and the median, least
and largest ratio within a round. By the CPythons from 3.12 on that are on PATH, or those named;
where one has no NumPy, its column stays empty.
"""

import argparse
import gc
import json
import random
import shlex
import shutil
import statistics
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
OURS = PROJECT / "immortal" / "immortal.py"
# Title: the workload, and a size of about a million objects.
KINDS = {
    "ints": ("scan", 1_000_000),
    "ints, shuffled": ("scan", 1_000_000),
    "records": ("records", 250_000),
    "documents": ("documents", 60_000),
    "dict": ("index", 500_000),
    "instances": ("instances", 250_000),
}
NAMES = [f"python3.{minor}{free}" for minor in range(12, 16) for free in ("", "t")]


def main():
    arguments = parse()
    if arguments.one:
        print(json.dumps(speed_of(*arguments.one)))
        return 0
    ways = {"without": (OURS, ""), "with NumPy": (OURS, "numpy")}
    if arguments.before:
        ways["before"] = (arguments.before.resolve(), "")
    chance = random.Random(arguments.seed)
    print(f"{arguments.rounds} rounds; a million objects a second:\n")
    compared = [f"{one} ÷ {other}" for one, other in pairs(ways)]
    print("| Python | data |", " | ".join([*ways, *compared]), "|")
    print("| --- | --- |", " | ".join("---:" for _ in [*ways, *compared]), "|")
    for python in arguments.python or filter(starts, NAMES):
        called = version_of(shlex.split(python))
        for title in KINDS:
            speeds = {way: [] for way in ways}
            for _ in range(arguments.rounds):
                for way in chance.sample(list(ways), len(ways)):
                    speeds[way].append(in_a_process(shlex.split(python), title, *ways[way]))
            cells = [said(speeds[way]) for way in ways]
            cells += [ratio(speeds[one], speeds[other]) for one, other in pairs(ways)]
            print(f"| {called} | {title} |", " | ".join(cells), "|", flush=True)
    return 0


def starts(python):
    """Return whether a command is there and starts: pyenv's are there for Pythons it lacks, too."""
    if shutil.which(python) is None:
        return False
    return subprocess.run([python, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0


def pairs(ways):
    """Return which ways are compared with which."""
    return [
        (one, other)
        for one, other in (("with NumPy", "without"), ("without", "before"))
        if other in ways
    ]


def said(speeds):
    """Return the median of the rounds, or nothing of a way that is not there."""
    return "" if None in speeds else f"{statistics.median(speeds):.1f}"


def ratio(speeds, others):
    """Return the median ratio within a round, and the least and the largest."""
    if None in speeds + others:
        return ""
    found = [one / other for one, other in zip(speeds, others, strict=True)]
    return f"{statistics.median(found):.1f} ({min(found):.1f} – {max(found):.1f})"


def version_of(python):
    """Return a Python's version, with a ``t`` where it has no GIL."""
    asked = (
        "import platform, sysconfig;"
        "print(platform.python_version() + 't' * bool(sysconfig.get_config_var('Py_GIL_DISABLED')))"
    )
    return subprocess.run([*python, "-c", asked], capture_output=True, text=True).stdout.strip()


def in_a_process(python, title, file, library):
    """Return a million objects a second; None if the Python does not have the library."""
    called = [*python, __file__, "--one", title, str(file), library]
    ended = subprocess.run(called, capture_output=True, text=True)
    if "ModuleNotFoundError" in ended.stderr:
        return None
    if ended.returncode:
        sys.exit(ended.stderr)
    return json.loads(ended.stdout)


def speed_of(title, file, library):
    """Build the data and mark it."""
    sys.path[:0] = [str(Path(file).parent), str(PROJECT / "scripts")]
    if library:
        import_module(library)
    immortal = import_module("immortal")
    workload, size = KINDS[title]
    gc.disable()
    data = import_module(f"sharing.workloads.{workload}").build(size)
    if title.endswith("shuffled"):
        random.Random(size).shuffle(data)
    began = time.process_time()
    marked = immortal.make_immortal(data)
    return marked / (time.process_time() - began) / 1e6


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--before", type=Path, help="another immortal.py")
    parser.add_argument("--python", action="append", help="a command; may be given again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
