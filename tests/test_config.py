"""A mistake in the configuration is answered by one line: the key, and what is accepted."""

import copy

import pytest

from study.config import check_config, check_probes
from study.mistake import ConfigError

STRATEGIES = ["argument", "global", "serial"]
WORKLOADS = ["scan"]
FIGURES = ["memory", "time"]
PROBES = ["pickling"]
VALID = {
    "study": "mine",
    "seed": 1,
    "machine": None,
    "interpreters": {"cpython": "auto", "pypy": "pypy3"},
    "memory_floor_percent": 8,
    "memory_floor_mib": 1024,
    "quiet_percent": 92,
    "other_percent": 5,
    "patience_percent": 10,
    "time_budget_min": 60,
    "defaults": {
        "interpreters": ["cpython", "pypy"],
        "workload": "scan",
        "read": "all",
        "workers": [1, 2],
        "start_methods": ["fork"],
        "jobs": [10],
        "min_repeats": 3,
        "max_repeats": 5,
        "precision": 0.05,
        "peak_memory": True,
        "time_limit_s": 120,
        "exclude": [],
        "figures": ["time"],
    },
    "experiments": {
        "first": {"question": "Which?", "strategies": ["global", "serial"], "sizes": [10, 20]},
        "second": {"question": "How?", "strategies": ["argument"], "sizes": [30], "max_repeats": 3},
    },
}


def check(config):
    return check_config(config, STRATEGIES, WORKLOADS, FIGURES)


def check_all(config):
    """Check a configuration as the Snakefile does."""
    return check(config), check_probes(config, PROBES)


def changed(path, value):
    """Return the valid configuration with one value set; a path's parts are joined by "/"."""
    config = copy.deepcopy(VALID)
    *parents, last = path.split("/")
    place = config
    for part in parents:
        place = place[part]
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    return config


MISSING = object()
FIRST = "experiments/first"
# What is set to what, and the texts that the answer has to hold.
MISTAKES = {
    "unknown top-level key": ("seeds", 1, ["seeds: there is no such key", "'seed'", "study"]),
    "unknown key in defaults": ("defaults/job", 1, ["defaults.job:", "'jobs'"]),
    "unknown key in an experiment": (
        f"{FIRST}/size",
        [1],
        ["experiments.first.size: there is no such key", "did you mean 'sizes'", "strategies"],
    ),
    "wrong type": ("seed", "one", ["seed: one is no whole number"]),
    "wrong type in an experiment": (
        f"{FIRST}/max_repeats",
        "5x",
        ["experiments.first.max_repeats: 5x is"],
    ),
    "value in place of a list": (
        f"{FIRST}/sizes",
        10,
        ["experiments.first.sizes: 10 is no list: write [10]"],
    ),
    "negative size": (f"{FIRST}/sizes", [5, -1], ["experiments.first.sizes.1: -1 is less than 0"]),
    "no workers": (f"{FIRST}/workers", [0], ["experiments.first.workers.0: 0 is less than 1"]),
    "no repeats": ("defaults/min_repeats", 0, ["defaults.min_repeats: 0 is less than 1"]),
    "more runs at least than at most": (
        f"{FIRST}/max_repeats",
        2,
        ["experiments.first.min_repeats: 3 is more than max_repeats, 2"],
    ),
    "no precision": ("defaults/precision", 0, ["defaults.precision: 0 is not more than 0"]),
    "a budget in words": ("time_budget_min", "an hour", ["time_budget_min: an hour is no whole"]),
    "more quiet than there is": ("quiet_percent", 101, ["quiet_percent: 101 is more than 100"]),
    "no other work": ("other_percent", -1, ["other_percent: -1 is less than 0"]),
    "percent over 100": ("memory_floor_percent", 101, ["memory_floor_percent: 101 is more than"]),
    "empty list": (f"{FIRST}/sizes", [], ["experiments.first.sizes: it must not be empty"]),
    "value twice": (f"{FIRST}/sizes", [7, 7], ["experiments.first.sizes:", "twice"]),
    "missing key": (f"{FIRST}/question", MISSING, ["experiments.first: the key 'question'"]),
    "missing section": ("defaults", MISSING, ["the key 'defaults' is missing"]),
    "unknown strategy": (
        f"{FIRST}/strategies",
        ["globl"],
        ["experiments.first.strategies: there is no 'globl'", "mean 'global'", "argument, global"],
    ),
    "unknown interpreter": (
        f"{FIRST}/interpreters",
        ["jython"],
        ["experiments.first.interpreters: there is no 'jython'", "accepted: cpython, pypy"],
    ),
    "unknown interpreter in defaults": (
        "defaults/interpreters",
        ["pipy"],
        ["defaults.interpreters: there is no 'pipy'", "accepted: cpython, pypy"],
    ),
    "unknown figure": (
        f"{FIRST}/figures",
        ["times"],
        ["experiments.first.figures: there is no 'times'", "did you mean 'time'", "memory, time"],
    ),
    "unknown start method": (
        f"{FIRST}/start_methods",
        ["frok"],
        ["experiments.first.start_methods.0: frok is none of fork, spawn, forkserver, default"],
    ),
    "unknown workload": (
        f"{FIRST}/workload",
        "scam",
        ["first.workload: there is no 'scam'", "scan"],
    ),
    "missing workload file": (f"{FIRST}/workload", "no.py", ["first.workload:", "no file no.py"]),
    "exclude of an unknown axis": (
        f"{FIRST}/exclude",
        [{"sizes": 10}],
        ["experiments.first.exclude.0.sizes: there is no such key", "did you mean 'size'"],
    ),
    "exclude of an unknown value": (
        f"{FIRST}/exclude",
        [{"size": 10}, {"strategy": "global", "size": 11}],
        ["experiments.first.exclude.1.size: 11 is no size of this experiment", "10, 20"],
    ),
    "exclude of an unknown interpreter": (
        f"{FIRST}/exclude",
        [{"interpreter": "jython"}],
        ["experiments.first.exclude.0.interpreter: 'jython'", "accepted: cpython, pypy"],
    ),
    "unknown probe": (
        "experiments/second",
        {"question": "What?", "probe": "picling"},
        ["experiments.second.probe: there is no 'picling'", "did you mean 'pickling'"],
    ),
    "probe beside strategies": (
        f"{FIRST}/probe",
        "pickling",
        [
            "experiments.first: strategies is none of question, probe, interp",
            "measures nothing",
        ],
    ),
    "probe with a setting of measuring": (
        "experiments/second",
        {"question": "What?", "probe": "pickling", "max_repeats": 2},
        ["experiments.second: max_repeats is none of question, probe, interpreters"],
    ),
    "probe without a question": (
        "experiments/second",
        {"probe": "pickling"},
        ["experiments.second: the key 'question' is missing"],
    ),
    "probe of an unknown interpreter": (
        "experiments/second",
        {"question": "What?", "probe": "pickling", "interpreters": ["jython"]},
        ["experiments.second.interpreters: there is no 'jython'"],
    ),
    "neither strategies nor probe": (
        "experiments/second",
        {"question": "What?", "sizes": [1]},
        ["experiments.second: the key 'strategies' is missing"],
    ),
    "only a probe left": (
        "experiments",
        {"second": {"question": "What?", "probe": "pickling"}},
        ["experiments: none is left to run", "that measures"],
    ),
    "no experiment left": (
        "experiments",
        {"first": None, "second": None},
        ["experiments: none is left to run"],
    ),
    "no experiment": ("experiments", {}, ["experiments: it must not be empty"]),
    "no interpreter left": (
        "interpreters",
        {"cpython": None, "pypy": None},
        ["none is left"],
    ),
    "study in the published folder": (
        "study",
        "published",
        ["study: published is not accepted", "is taken"],
    ),
    "study outside of results": ("study", "../mine", ["study: ../mine", "Name of the study"]),
    "name of an experiment": ("experiments/a b", VALID["experiments"]["first"], ["a b", "folder"]),
}


def test_valid_configuration_passes():
    experiments = check(VALID)
    assert list(experiments) == ["first", "second"]
    assert experiments["first"]["max_repeats"] == 5
    assert experiments["second"]["max_repeats"] == 3
    assert experiments["second"]["workers"] == [1, 2]


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_answered_by_one_line(name):
    path, value, texts = MISTAKES[name]
    with pytest.raises(ConfigError) as answer:
        check_all(changed(path, value))
    line = str(answer.value)
    assert "\n" not in line
    assert len(line) < 400
    for text in texts:
        assert text in line


def test_probe_stands_apart_from_what_is_measured():
    measured, probed = check_all(
        changed("experiments/third", {"question": "What?", "probe": "pickling"})
    )
    assert list(measured) == ["first", "second"]
    assert probed == {
        "third": {
            "question": "What?",
            "interpreters": ["cpython", "pypy"],
            "probe": "pickling",
            "figures": ["pickling"],
        }
    }


@pytest.mark.parametrize(
    "given", [None, {"question": "What?", "probe": "pickling", "interpreters": ["pypy"]}]
)
def test_probe_is_dropped_by_null_and_with_its_last_interpreter(given):
    config = changed("experiments/third", given)
    config["interpreters"]["pypy"] = None
    assert check_all(config)[1] == {}


def test_null_drops_an_experiment_and_an_interpreter():
    config = changed("experiments/second", None)
    config["interpreters"]["pypy"] = None
    experiments = check(config)
    assert list(experiments) == ["first"]
    assert experiments["first"]["interpreters"] == ["cpython"]


def test_experiment_of_a_dropped_interpreter_alone_is_dropped():
    config = changed("experiments/second/interpreters", ["pypy"])
    config["interpreters"]["pypy"] = None
    assert list(check(config)) == ["first"]


def test_exclude_may_name_a_dropped_interpreter():
    config = changed(f"{FIRST}/exclude", [{"interpreter": "pypy"}])
    config["interpreters"]["pypy"] = None
    assert list(check(config)) == ["first", "second"]
