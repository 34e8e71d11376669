"""A preflight says what is wrong with a workload before any worker gets it."""

import json
import shlex
import sys

import pytest

from preflight import check_workload as check_workload
from preflight.trouble import SENTENCES

PROCESS = "def process(data, job):\n    return sum(data) + job\n"
LIST = "def build(size):\n    return list(range(size))\n"
# What the file says, and the trouble that is found.
WORKLOADS = {
    "nothing": (LIST + PROCESS, []),
    "answers that are NaN": (LIST + "def process(data, job):\n    return float('nan')\n", []),
    "a cache that changes no answer": (
        "def build(size):\n    return {}\n"
        "def process(data, job):\n    return data.setdefault(job, job * job)\n",
        [],
    ),
    "a list changed in place": (
        LIST + "def process(data, job):\n    data[0] += 1\n    return sum(data)\n",
        ["in_place"],
    ),
    "an order that matters": (
        "def build(size):\n    return {}\n"
        "def process(data, job):\n    data.setdefault('first', job)\n    return data['first']\n",
        ["order"],
    ),
    "an iterator": ("def build(size):\n    return iter(range(size))\n" + PROCESS, ["iterator"]),
    "a generator": (
        "def build(size):\n    return (n for n in range(size))\n" + PROCESS,
        ["iterator"],
    ),
    "an open file that is read on": (
        "def build(size):\n    return {'file': open(__file__)}\n"
        "def process(data, job):\n    return data['file'].readline()\n",
        ["used_up"],
    ),
    "random answers": (
        "import os\n" + LIST + "def process(data, job):\n    return os.urandom(8)\n",
        ["not_repeatable"],
    ),
    "random data": (
        "import random\ndef build(size):\n    return [random.random()]\n" + PROCESS,
        ["unseeded"],
    ),
    "seeded data": (
        "import random\nSEED = random.Random(1)\n"
        "def build(size):\n    return [SEED.random()]\n" + PROCESS,
        [],
    ),
    "a wrong expected": (
        LIST + PROCESS + "def expected(size, job):\n    return -1\n",
        ["unexpected"],
    ),
    "an expected that is equal, though of another type": (
        LIST + PROCESS + "def expected(size, job):\n    return float(sum(range(size)) + job)\n",
        [],
    ),
    "the order of a set": (
        LIST + "def process(data, job):\n    return list({f'{one} {job}' for one in data})\n",
        ["hash_order"],
    ),
    "the order of a set of objects": (
        "class Item:\n    def __init__(self, number):\n        self.number = number\n"
        "def build(size):\n    return {Item(number) for number in range(90)}\n"
        "def process(data, job):\n    return [one.number for one in data]\n",
        ["address_order"],
    ),
    "a generator of a module": (
        "import random\ndef build(size):\n    random.seed(1)\n    return [size]\n"
        "def process(data, job):\n    return random.random()\n",
        ["draws"],
    ),
    "an answer that does not arrive": (
        "class Problem(Exception):\n    def __init__(self, place, what):\n"
        "        super().__init__(f'{place}: {what}')\n"
        + LIST
        + "def process(data, job):\n    return Problem(1, 'no') if job == 2 else job\n",
        ["stuck"],
    ),
    "an answer that cannot be compared": (
        "import threading\n" + LIST + "def process(data, job):\n    return threading.Lock()\n",
        ["incomparable"],
    ),
}
# What the file says, how the preflight ends, and its reason.
ENDS = {
    "build raises": (
        "def build(size):\n    return open('absent.csv')\n" + PROCESS,
        ("failed", "my_workload.py, line 2: FileNotFoundError"),
    ),
    "a job raises": (
        LIST + "def process(data, job):\n    return data['x']\n",
        ("failed", "my_workload.py, line 4: TypeError"),
    ),
    "one of many jobs raises": (
        LIST + "def process(data, job):\n    return data[:18][job]\n",
        (
            "failed",
            "my_workload.py, line 4: IndexError: list index out of range in process, job 18",
        ),
    ),
    "a job hangs": (
        "import time\n" + LIST + "def process(data, job):\n    time.sleep(99)\n",
        ("timeout", "over 3 s, in job 0, where it hung"),
    ),
    "a job ends the program": (
        "import os\n" + LIST + "def process(data, job):\n    os._exit(3)\n",
        ("crashed", "the program ended itself with exit code 3 in job 0"),
    ),
    "a job is killed": (
        "import os\n" + LIST + "def process(data, job):\n    os.kill(os.getpid(), 9)\n",
        ("crashed", "killed by SIGKILL in job 0"),
    ),
}


@pytest.fixture
def preflight(tmp_path):
    def found(text, jobs=3, command=sys.executable):
        path = tmp_path / "my_workload.py"
        path.write_text(text, encoding="utf-8")
        output = tmp_path / "found.json"
        words = ["--experiment", "my_data", "--interpreter", "cpython", "--workload", str(path)]
        words += ["--size", "20", "--jobs", str(jobs), "--command", command]
        words += ["--time-limit-s", "3", "--memory-floor-percent", "0", "--memory-floor-mib", "0"]
        words += ["--output", str(output), "--log", str(tmp_path / "log")]
        assert check_workload.main(words) == 0
        return json.loads(output.read_text(encoding="utf-8"))

    return found


@pytest.mark.parametrize("name", WORKLOADS)
def test_trouble_is_found_and_named(name, preflight):
    text, kinds = WORKLOADS[name]
    found = preflight(text)
    assert found["status"] == "ok", found["reason"]
    assert [one["kind"] for one in found["troubles"]] == kinds
    assert found["build_s"] >= 0 and found["job_s"] >= 0 and len(found["answers"]) <= 3


@pytest.mark.parametrize("name", ENDS)
def test_preflight_that_fails_says_where(name, preflight):
    text, (status, reason) = ENDS[name]
    found = preflight(text, jobs=20)
    assert found["status"] == status
    assert found["reason"].startswith(reason)
    assert found["troubles"] == []


def test_what_the_data_hold_and_what_runs_on_is_noted(preflight):
    found = preflight(
        "import threading, time\nclass Data:\n"
        "    def __init__(self):\n        self.lock, self.file = threading.Lock(), open(__file__)\n"
        "def build(size):\n"
        "    threading.Thread(target=time.sleep, args=(9,), daemon=True, name='clock').start()\n"
        "    return Data()\n"
        "def process(data, job):\n    return job\n"
    )
    assert found["holds"] == ["a lock", "an open file"]
    assert found["threads"] == ["the Python thread clock"]
    assert found["pickled_bytes"] is None


def test_interpreter_that_heeds_no_hash_seed_is_not_blamed_on_build(preflight):
    text = LIST + "def process(data, job):\n    return list({f'{one} {job}' for one in data})\n"
    found = preflight(text, command=shlex.join([sys.executable, "-E"]))
    assert [one["kind"] for one in found["troubles"]] == ["new_seeds"]


def test_why_data_cannot_be_pickled_is_noted(preflight):
    found = preflight("def build(size):\n    return [lambda: 1]\ndef process(data, job): ...\n")
    assert "<lambda>" in found["unpicklable"] and found["pickled_bytes"] is None
    assert preflight(LIST + PROCESS)["unpicklable"] == ""


def test_every_trouble_has_a_sentence_that_ends():
    assert all(text.endswith(".") for text in SENTENCES.values())
