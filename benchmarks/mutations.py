"""Eight workloads that work, eight things wrong with each: does the first screen name the reason?

``python benchmarks/mutations.py`` measures all 64 programs in a copy of the project, one line each;
``python benchmarks/mutations.py list frame`` those of some workloads, ``…/mutations.py hanging`` of
some mutations. What is wanted: a pattern that the report's first screen must match, and no strategy
recommended where the answers are not known to be right. Some 15 seconds a program.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[1]
CODE = ["Snakefile", "config.yaml", "profiles", "scripts", "workflow", "README.md"]

# What a workload's data are, and a job's answer. Every one takes its import first.
WORKLOADS = {
    "list": ("", "[n * 1000 for n in range(size)]", "sum(data[job::7])"),
    "dict": ("", "{str(n): n for n in range(size)}", "sum(data.values()) + job"),
    "array": ("import numpy as np", "np.arange(size) * 1.5", "data[job::3].copy()"),
    "frame": (
        "import pandas as pd",
        "pd.DataFrame({'n': range(size), 't': [str(n % 9) for n in range(size)]})",
        "data[data['t'] == str(job)]['n'].sum()",
    ),
    "text": ("", "' '.join(map(str, range(size)))", "data.count(str(job))"),
    "instances": (
        "class Point:\n    def __init__(self, x):\n        self.x = x\n",
        "[Point(n) for n in range(size)]",
        "sum(point.x for point in data) + job",
    ),
    "documents": (
        "",
        "[{'id': n, 'tags': [n % 3, n % 5], 'by': {'name': str(n % 7)}} for n in range(size)]",
        "sum(one['id'] for one in data if one['by']['name'] == str(job))",
    ),
    "open_file": (
        "import os",
        "os.open(__file__, os.O_RDONLY)",
        "os.pread(data, 20, job)",
    ),
}
# What changes the data in place, so that a later answer is another one.
IN_PLACE = {
    "list": "data[job::7] = [n + 1 for n in data[job::7]]",
    "dict": "data['0'] += 1",
    "array": "data += 1",
    "frame": "data['n'] += 1",
    "text": "COUNTER.append(job)",
    "instances": "data[0].x += 1",
    "documents": "for one in data:\n        one['id'] += 1",
    "open_file": "COUNTER.append(job)",
}
NOTHING = r"Nothing is recommended before that is mended"
FORKED = "os.getppid() == MAIN or os.getpid() != MAIN"
WANTED = {
    "in_place": r"Asked twice, job \d gives another answer(.|\n)*" + NOTHING,
    "iterator": r"(returns an iterator|data hold an open file)(.|\n)*" + NOTHING,
    "unseeded": r"Two builds give other data(.|\n)*" + NOTHING,
    "expected": r"does not answer what expected\(size, job\) says: job 0 answered(.|\n)*" + NOTHING,
    "raising": r"my_workload\.py, line \d+: ZeroDivisionError: division by zero in process",
    "hanging": r"over \d+ s, in job 0, where it hung",
    "dying": r"No result\*\* on CPython(.|\n)*(worker|process)",
    "incomparable": r"process\(\) returned what cannot be compared \(lock(.|\n)*" + NOTHING,
}


def program(workload, mutation):
    """Return the text of a workload with one thing wrong with it."""
    head, build, answer = WORKLOADS[workload]
    before, after, more = "", "", ""
    if mutation == "in_place":
        before = IN_PLACE[workload]
        if workload in ("text", "open_file"):  # cannot be changed: what the job keeps can
            answer = f"({answer}, len(COUNTER))"
    elif mutation == "iterator":
        if workload == "open_file":
            build, answer = "open(__file__)", "data.readline()"
        elif workload == "dict":
            build, answer = f"iter({build}.items())", "sum(n for _, n in data) + job"
        else:
            values = {"frame": ".itertuples()", "text": ".split()"}.get(workload, "")
            build, answer = f"(one for one in {build}{values})", "len(list(data))"
    elif mutation == "unseeded":
        head += "\nimport random"
        if workload == "open_file":
            build, answer = "[random.random()]", "data[0]"
        else:
            build, answer = f"({build}, random.random())", "data[1] + job"
    elif mutation == "expected":
        more = "def expected(size, job):\n    return 'another one'\n"
    elif mutation == "raising":
        before = "1 / 0"
    elif mutation == "hanging":
        before = "time.sleep(99)"
    elif mutation == "dying":
        before = f"if {FORKED}:\n        os._exit(7)"
    elif mutation == "incomparable":
        answer = "threading.Lock()"
    return (
        f'"""{workload}: {mutation}"""\nimport multiprocessing\nimport os\nimport threading\n'
        f"import time\n{head}\nCOUNTER = []\nMAIN = os.getpid()\n\n\n"
        f"def build(size):\n    return {build}\n\n\n"
        f"def process(data, job):\n    {before or 'pass'}\n    return {answer}\n{after}\n\n{more}"
    )


def overlay(folder):
    """Return the overlay of a small study of a workload."""
    return {
        "study": "mutation",
        "only": ["my_data"],
        "interpreters": {"pypy": None},
        "memory_floor_percent": 0,
        "memory_floor_mib": 0,
        "quiet_percent": 0,
        "experiments": {
            "my_data": {
                "workload": str(folder / "my_workload.py"),
                "sizes": [500],
                "workers": [2],
                "jobs": [4],
                "min_repeats": 1,
                "max_repeats": 1,
                "time_limit_s": 6,
                "strategies": ["serial", "global", "initializer", "futures"],
                "figures": [],
            }
        },
    }


def first_screen(folder, text):
    """Return the first screen of a workload's study, measured in a copy of the project."""
    for name in CODE:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    (folder / "my_workload.py").write_text(text, encoding="utf-8")
    (folder / "tiny.yaml").write_text(yaml.safe_dump(overlay(folder)), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-I", "-m", "snakemake", "--cores", "1",
         "--configfile", "workflow/presets/mine.yaml", "tiny.yaml"],
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    report = folder / "results" / "mutation" / "report.md"
    if not report.exists():
        return f"no report: {ended.stderr[-500:]}"
    return report.read_text(encoding="utf-8").partition("## The experiments")[0]


def try_program(workload, mutation):
    """Return (whether the first screen is right, the first screen)."""
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        screen = first_screen(Path(folder), program(workload, mutation))
    return bool(re.search(WANTED[mutation], screen)), screen


def main(names):
    wrong = 0
    for workload in WORKLOADS:
        for mutation in WANTED:
            if names and not {workload, mutation} & set(names):
                continue
            right, screen = try_program(workload, mutation)
            wrong += not right
            print(f"{workload} {mutation}: {'right' if right else 'WRONG'}", flush=True)
            if not right:
                print(screen, flush=True)
    print(f"{wrong} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
