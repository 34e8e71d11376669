"""Eight workloads that work, eight things wrong with each: does the first screen name the reason?

What is wanted: a pattern that the report's first screen must match, and no strategy recommended
where the answers are not known to be right. `-k list`, `-k hanging` try some of them. Below them
programs of one kind each, which are slow, random or end otherwise.
"""

import re

import pytest
import yaml
from measuring import PROJECT
from study_folder import StudyFolder

from study.layers import merge

pytestmark = pytest.mark.slow

OVERLAY = {
    "study": "mutation",
    "only": ["my_data"],
    "interpreters": {"pypy": None},
    "memory_floor_percent": 0,
    "memory_floor_mib": 0,
    "quiet_percent": 0,
    "experiments": {
        "my_data": {
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
    "unseeded": r"Two builds give different data(.|\n)*" + NOTHING,
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


@pytest.mark.parametrize("mutation", WANTED)
@pytest.mark.parametrize("workload", WORKLOADS)
def test_first_screen_names_the_reason(workload, mutation, tmp_path):
    screen = first_screen_of(program(workload, mutation), tmp_path)
    assert re.search(WANTED[mutation], screen)


WORK = "sum(n * n % 7 for n in range({}))"
LIST = "def build(size):\n    return list(range(size))\n\n\n"
# What a program is, the pattern that its first screen must match, and what else is asked for.
PROGRAMS = {
    "a long first job": (
        "import functools\n\n\n@functools.lru_cache(maxsize=None)\ndef table():\n"
        f"    return {WORK.format(4_000_000)}\n\n\n"
        f"{LIST}def process(data, job):\n    return table() + job\n",
        r"the first job of each worker takes(.|\n)*Do that in build\(\)",
        {"jobs": [20]},
    ),
    "one dominating job": (
        f"{LIST}def process(data, job):\n"
        f"    return {WORK.format('4_000_000 if job == 9 else 400_000')}\n",
        r"job 9 alone takes(.|\n)*Start it first",
        {"jobs": [10]},
    ),
    "a cache filled by jobs": (
        "import functools\n\n\nclass Data:\n    @functools.cached_property\n"
        f"    def table(self):\n        return {WORK.format(4_000_000)}\n\n\n"
        "def build(size):\n    return Data()\n\n\n"
        "def process(data, job):\n    return data.table + job\n",
        r"the first job of each worker takes(.|\n)*Do that in build\(\)",
        {"jobs": [20]},
    ),
    "a set's order": (
        "def build(size):\n    return {f'word{n}' for n in range(size)}\n\n\n"
        "def process(data, job):\n    return list(data)[job]\n",
        r"Under another hash seed job \d gives another answer(.|\n)*Sort(.|\n)*" + NOTHING,
        {},
    ),
    "a native thread pool": (
        "import polars\n\n\ndef build(size):\n"
        "    frame = polars.DataFrame({'a': range(100_000)})\n"
        "    frame.group_by(polars.col('a') % 9).agg(polars.len())\n    return frame\n\n\n"
        "def process(data, job):\n"
        "    return data.group_by(polars.col('a') % 9).agg(polars.len()).height + job\n",
        r"(Forked workers hang|Forking beside threads can hang)(.|\n)*polars",
        {},
    ),
    "100 000 tiny jobs": (
        f"{LIST}def process(data, job):\n    return data[job % len(data)]\n",
        r"of the 100000 jobs takes(.|\n)*`chunksize`",
        {"jobs": [100_000], "time_limit_s": 60},
    ),
    "an exception that does not pickle": (
        "class Broken(Exception):\n    def __init__(self, place, what):\n"
        "        super().__init__(f'{place}: {what}')\n\n\n"
        f"{LIST}def process(data, job):\n    if job == 2:\n"
        "        raise Broken(job, 'no')\n    return job\n",
        r"my_workload\.py, line \d+: Broken: 2: no in process, job 2",
        {},
    ),
    "sys.exit in a job": (
        f"import sys\n\n\n{LIST}def process(data, job):\n    if job == 3:\n"
        "        sys.exit('nothing left')\n    return job\n",
        r"my_workload\.py, line \d+: SystemExit: nothing left in process, job 3",
        {},
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_first_screen_names_the_reason_of_a_program(name, tmp_path):
    text, wanted, changed = PROGRAMS[name]
    if "polars" in text:
        pytest.importorskip("polars")
    screen = first_screen_of(text, tmp_path, **changed)
    assert re.search(wanted, screen), screen


def first_screen_of(text, folder, **changed):
    """Return the first screen of the report on a workload; `changed` as in an experiment."""
    study = StudyFolder.create(folder / "study")
    file = study.path / "my_workload.py"
    file.write_text(text, encoding="utf-8")
    mine = yaml.safe_load((PROJECT / "workflow/presets/mine.yaml").read_text(encoding="utf-8"))
    study.config = merge(mine, OVERLAY)
    study.config["experiments"]["my_data"] |= {"workload": str(file)} | changed
    study.snakemake("report")
    report = (study.results() / "report.md").read_text(encoding="utf-8")
    return report.partition("## The experiments")[0]
