"""A workload of the user's own: found wherever it lies, its mistakes reported as the user's."""

import json
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from interpreters_here import label_of_run, lacks
from libraries import missing_libraries
from measuring import PROJECT, WORKLOADS, table
from test_config import VALID, changed

from sharing import workloads
from study.config import check_config
from study.mistake import ConfigError
from study.own_workload import trouble_of

BOTH = pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
GOOD = "def build(size):\n    return [size]\ndef process(data, job):\n    return data[0] + job\n"
# What the file says, how the run ends, and why: a pattern where the words are the interpreter's.
MISTAKES = {
    "build raises": (
        "def build(size):\n    return {}['x']\ndef process(data, job): ...\n",
        ("failed", r"mine\.py, line 2: KeyError: 'x' in build"),
    ),
    "a function called by build raises": (
        "def parse():\n    int('x')\ndef build(size):\n    parse()\ndef process(data, job): ...\n",
        ("failed", r"mine\.py, line 2: ValueError: .+ in parse"),
    ),
    "build ends the program": (
        "def build(size):\n    raise SystemExit(3)\ndef process(data, job): ...\n",
        ("failed", r"mine\.py, line 2: SystemExit: 3 in build"),
    ),
    "build takes no size": (
        "def build():\n    return []\ndef process(data, job): ...\n",
        ("failed", r"mine\.py: TypeError: .*build\(\).* in build"),
    ),
    "process raises": (
        "def build(size):\n    return {}\ndef process(data, job):\n    return data['x']\n",
        ("failed", r"mine\.py, line 4: KeyError: 'x' in a job"),
    ),
    "expected raises": (
        GOOD + "def expected(size, job):\n    return 1 / 0\n",
        ("failed", r"mine\.py, line 6: ZeroDivisionError: .+ in expected"),
    ),
    "import of something missing": (
        "import no_such_module\n" + GOOD,
        ("failed", r"mine\.py, line 1: ModuleNotFoundError: .*no_such_module.* in import"),
    ),
    "syntax of another Python": (
        GOOD + "print 'x'\n",
        ("failed", r"mine\.py, line 5: SyntaxError: .+"),
    ),
    "no process": (
        "def build(size):\n    return []\n",
        ("failed", r"mine\.py: there is no function process\(data, job\)"),
    ),
    "answers that cannot be compared": (
        "import threading\ndef build(size):\n    return []\n"
        "def process(data, job):\n    return threading.Lock()\n",
        ("wrong", r"process\(\) returned what cannot be compared \(lock: .+"),
    ),
    "wrong answers": (
        GOOD + "def expected(size, job):\n    return -1\n",
        ("wrong", "job 0 answered 9, expected -1"),
    ),
    "too much memory": (
        "def build(size):\n    raise MemoryError\ndef process(data, job): ...\n",
        ("out_of_memory", "MemoryError in build"),
    ),
}


def by_hand(path, strategy="serial", command=sys.executable, start_method="fork"):
    """Run the measured program without a supervisor and return its last message."""
    ended = subprocess.run(
        [
            *(command, PROJECT / "scripts/sharing"),
            *("--strategy", strategy, "--workload", str(path)),
            *("--size=9", "--jobs=2", "--start-method", start_method),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.fixture
def write(tmp_path):
    """Write a user's file and return its path."""

    def file(text, name="mine.py"):
        path = tmp_path / "a folder of mine" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return file


@BOTH
@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_reported_as_the_users(name, interpreter, write):
    text, (status, reason) = MISTAKES[name]
    said = by_hand(write(text), command=interpreter)
    assert said["status"] == status
    assert re.fullmatch(reason, said["reason"]), said["reason"]


@pytest.mark.parametrize("strategy", ["threads", "global", "closure", "module_global"])
@pytest.mark.parametrize("name", ["build raises", "process raises"])
def test_mistake_is_reported_alike_by_every_strategy(name, strategy, write):
    text, (status, reason) = MISTAKES[name]
    said = by_hand(write(text), strategy)
    assert said["status"] == status
    assert re.fullmatch(reason, said["reason"]), said["reason"]


def test_mistake_is_a_row_and_not_the_end_of_the_study(measurement):
    run = measurement(workload=WORKLOADS / "unbuildable.py").run()
    assert run.exit_code == 0
    assert run.row["status"] == "failed"
    assert run.row["reason"] == (
        "unbuildable.py, line 5: LookupError: nothing to build from in build"
    )


# CPython raises the first of these for a lambda up to 3.13, later ones and PyPy the second.
REFUSAL = "(AttributeError|PicklingError)"


@BOTH
@pytest.mark.parametrize(
    ("strategy", "phase"),
    [("argument", "map"), ("from_disk", "publish"), ("manager_list", "publish")],
)
def test_data_that_cannot_be_pickled_is_a_finding(strategy, phase, interpreter, write):
    path = write(GOOD.replace("[size]", "[size, lambda: None]"))
    assert by_hand(path, "global", interpreter)["status"] == "ok"
    said = by_hand(path, strategy, interpreter)
    assert said["status"] == "failed"
    assert re.fullmatch(rf"{REFUSAL}: .*<lambda>.* in {phase}", said["reason"]), said["reason"]


@BOTH
def test_answer_that_cannot_be_pickled_is_a_finding(interpreter, write):
    path = write(GOOD.replace("return data[0] + job", "return lambda: None"))
    said = by_hand(path, "global", interpreter)
    assert said["status"] == "failed"
    found = re.fullmatch(rf"MaybeEncodingError: .*{REFUSAL}.* in map", said["reason"])
    assert found, said["reason"]


@pytest.mark.parametrize("name", ["mine.py", "my-data.py", "scan.py", "sharing.py", "units.py"])
@pytest.mark.parametrize(("strategy", "method"), [("argument", "spawn"), ("module_global", "fork")])
def test_file_may_have_any_name(name, strategy, method, write):
    write("OFFSET = 5\n", "helper_beside_it.py")
    path = write("from helper_beside_it import OFFSET\n" + GOOD.replace("+ job", "+ OFFSET"), name)
    said = by_hand(path, strategy, start_method=method)
    assert (said["status"], said["reason"]) == ("ok", "")


def test_tables_name_the_file_without_its_folder(measurement, write):
    run = measurement(workload=write(GOOD)).run()
    assert run.row["status"] == "ok", run.row["reason"]
    assert {row["workload"] for row in [run.row, *run.jobs]} == {"mine.py"}


FILES = {
    "good": (GOOD, ""),
    "other names": (
        "try:\n    from x import build\nexcept ImportError:\n    build = None\nprocess = len\n",
        "",
    ),
    "everything of another module": ("from x import *\n", ""),
    "no process": ("def build(size): ...\n", "mine.py has no function process(data, job)"),
    "nothing": ("", "mine.py has no function build(size) and no process(data, job)"),
    "inner functions": (
        "class A:\n    def build(self): ...\ndef process(data, job): ...\n",
        "mine.py has no function build(size)",
    ),
    "syntax": (GOOD + "x = = 1\n", "mine.py, line 5: "),
    "it would do harm": ("raise SystemExit\n" + GOOD, ""),
}


@pytest.mark.parametrize("name", FILES)
def test_file_is_looked_at_before_anything_runs(name, write):
    text, trouble = FILES[name]
    found = trouble_of(write(text))
    # What follows the line of a mistake in the syntax is Python's to word.
    assert found == trouble or (trouble.endswith(": ") and found.startswith(trouble))


def test_file_that_cannot_be_imported_is_refused(write, tmp_path):
    assert "one of Python's own modules" in trouble_of(write(GOOD, "random.py"))
    assert "the dot in its name" in trouble_of(write(GOOD, "my.data.py"))
    assert "there is no file" in trouble_of(tmp_path / "absent.py")


def test_helper_that_this_project_would_hide_is_refused(write):
    path = write("import units\nfrom sharing import judge\n" + GOOD)
    assert trouble_of(path) == ""  # they may be installed
    write("", "sharing.py")
    assert trouble_of(path) == (
        "mine.py imports sharing, and this project has a module of that name, too;"
        " rename sharing.py"
    )


def check(config):
    return check_config(config, ["argument", "global", "serial"], workloads.names(), ["time"])


def test_configuration_names_the_mistake(write):
    path = write("def build(size): ...\n")
    with pytest.raises(ConfigError, match=r"^experiments\.first\.workload: mine\.py has no"):
        check(changed("experiments/first/workload", str(path)))


def test_two_files_of_one_name_are_refused(write, tmp_path):
    (tmp_path / "mine.py").write_text(GOOD)
    config = changed("experiments/first/workload", str(write(GOOD)))
    config["experiments"]["second"]["workload"] = str(write(GOOD))
    assert list(check(config)) == ["first", "second"]
    config["experiments"]["second"]["workload"] = str(tmp_path / "mine.py")
    with pytest.raises(ConfigError, match=r"second\.workload: .* the same name as .*; rename one"):
        check(config)


def test_home_folder_is_found(write, monkeypatch):
    monkeypatch.setenv("HOME", str(write(GOOD).parent))
    found = check(changed("experiments/first/workload", "~/mine.py"))
    assert found["first"]["workload"] == str(write(GOOD))


def test_only_some_experiments_are_run():
    assert list(check(VALID | {"only": ["second"]})) == ["second"]
    assert list(check(VALID | {"only": None})) == ["first", "second"]
    with pytest.raises(ConfigError, match=r"^only: there is no 'secnd'; did you mean 'second'"):
        check(VALID | {"only": ["secnd"]})


def example_of_the_readme():
    """Return the one example that is a whole workload."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n((?:(?!```).)*def build\(size\).*?)```", text, re.DOTALL)
    return example


def answer_of_the_example():
    """Return what every job of the example finds: the numbers of the lines of all words."""
    lines = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    return sum(number * len(lines[number % len(lines)].split()) for number in range(500))


@pytest.fixture
def study_of_mine(new_study):
    """The preset for a user's data in a copy of the project, at a small size."""
    folder = new_study()
    shutil.copy(PROJECT / "README.md", folder.path)
    folder.config = yaml.safe_load((PROJECT / "workflow/presets/mine.yaml").read_text())
    folder.config |= {"interpreters": {"pypy": None}, "memory_floor_percent": 0, "quiet_percent": 0}
    folder.config["experiments"]["my_data"] |= {"sizes": [500], "workers": [2], "min_repeats": 1}
    folder.config["experiments"]["my_data"]["max_repeats"] = 1
    return folder


def test_example_of_the_readme_ends_in_a_report_about_its_data(study_of_mine):
    (study_of_mine.path / "my_workload.py").write_text(example_of_the_readme())
    study_of_mine.config["experiments"]["my_data"]["peak_memory"] = False  # half as many runs
    study_of_mine.snakemake().check()
    strategies = study_of_mine.config["experiments"]["my_data"]["strategies"]
    runs = study_of_mine.runs()
    assert {row["strategy"] for row in runs} == set(strategies)
    assert {row["experiment"] for row in runs} == {"my_data"}
    refused = {row["strategy"] for row in runs if row["status"] == "unsupported"}
    assert "packed" in refused  # a dict
    python = label_of_run(next(row for row in runs if row["version"]))
    for row in runs:
        if row["strategy"] in refused - {"packed"}:
            missing = missing_libraries(row["strategy"], sys.executable)
            assert missing or lacks(row["strategy"], python), row["reason"]
    carried = [row for row in runs if row["strategy"] not in refused]
    assert {row["status"] for row in carried} == {"ok"}
    assert len({row["digest"] for row in carried}) == 1
    report = (study_of_mine.results() / "report.md").read_text(encoding="utf-8")
    first = report.split("## The experiments")[0]
    assert first.startswith(
        "# How should the data of my_workload.py reach Python worker processes?"
    )
    for said in ("**", "size 500, 10 jobs", "emory of all processes", "[use_this.py](use_this.py)"):
        assert said in first
    program = study_of_mine.results() / "use_this.py"
    ended = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    answers = sorted(map(int, ended.stdout.split()))
    assert answers == [answer_of_the_example()] * 10
    assert "article" not in report
    assert str(study_of_mine.path) not in report
    assert study_of_mine.planned("report") == {}


def test_file_without_a_function_stops_before_anything_runs(study_of_mine):
    ended = study_of_mine.snakemake()
    assert ended.exit_code != 0
    assert "experiments.my_data.workload: there is no file my_workload.py" in ended.terminal
    (study_of_mine.path / "my_workload.py").write_text("def build(size): ...\n")
    ended = study_of_mine.snakemake()
    assert "my_workload.py has no function process(data, job)" in ended.terminal
    assert "Traceback" not in ended.terminal
    assert not study_of_mine.results().exists()


def test_report_says_what_is_wrong_with_the_file(study_of_mine):
    text = "def build(size):\n    return open('absent.csv').read()\ndef process(data, job): ...\n"
    (study_of_mine.path / "my_workload.py").write_text(text)
    study_of_mine.config["experiments"]["my_data"]["figures"] = []
    study_of_mine.snakemake().check()
    first = (study_of_mine.results() / "report.md").read_text().split("## The experiments")[0]
    assert re.search(
        r"\*\*cpython\*\*: no run has a result; most ended as failed: my_workload\.py, line 2: "
        r"FileNotFoundError: .*'absent\.csv' in build \(in the preflight, without workers\)\.",
        first,
    )


# A lock that the parent holds when it forks: its copy in a worker is never released.
DEADLOCK = """
import os, time
PARENT = os.getpid()
def build(size):
    return list(range(size))
def process(data, job):
    while os.getpid() != PARENT:
        time.sleep(1)
    return sum(data) + job
"""


def test_repaired_program_is_measured_before_the_runs_that_hung_are(new_study):
    folder = new_study(
        tiny={
            "question": "Does it hang?",
            "strategies": ["global", "gc_freeze", "closure"],
            "sizes": [50],
            "workload": "mine.py",
            "min_repeats": 1,
            "max_repeats": 1,
            "time_limit_s": 3,
        }
    )
    (folder.path / "mine.py").write_text(DEADLOCK)
    files = [
        f"results/small/tiny/runs/cpython/{strategy}/fork/n50_w2_j3_r1.csv"
        for strategy in ("global", "gc_freeze", "closure")
    ]

    def ends(path):
        folder.snakemake(path).check()
        (row,) = table(folder.path / path)
        return row["status"], row["reason"]

    for path in files[:2]:
        status, reason = ends(path)
        assert status == "timeout" and "where it hung" in reason
    status, reason = ends(files[2])
    assert status == "timeout"
    assert reason.startswith("not begun: 2 strategies of its mechanism hung before")
    folder.edit("mine.py", "while os.getpid() != PARENT:", "if False:")
    assert ends(files[2]) == ("ok", "")
