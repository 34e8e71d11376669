"""The first screen of a study: each row says what was measured, turns round with it, or is gone."""

import re
from pathlib import Path

import pandas as pd
import pytest
from test_lifetimes import rows_of
from test_report import in_blocks, run

from report.first_screen import first_screen, opening
from report.links import EXAMPLES_FOLDER
from report.render import TEMPLATES, anchor
from stats.evidence import Evidence
from stats.summarise_runs import summarise
from supervisor.columns import IDENTITY

MILLION = 1_000_000
NO_LIVES = rows_of({})
FREE = {"interpreter": "free", "version": "3.14.0", "gil": False}
PYPY = {"interpreter": "pypy", "implementation": "PyPy", "version": "7.3.11"}
OWN_METHOD = {"joblib": "own", "ray": "own", "serial": "none", "threads": "none"}


def rows_of_experiment(experiment, times, private=(), **given):
    """Return rows of an experiment: total_s by strategy, MiB of private memory by strategy."""
    rows = []
    for strategy, seconds in times.items():
        library = strategy.split("_")[0] if strategy.startswith(("joblib", "ray")) else None
        own = {"start_method": OWN_METHOD.get(strategy.split("_")[0], "fork"), "libraries": library}
        own |= {"workers": 1 if strategy == "serial" else 2, "map_s": seconds}
        own |= {"workers_uss_mib": dict(private).get(strategy, 2.0)}
        rows.append(run(strategy, seconds, **{"experiment": experiment} | own | given))
    return rows


def a_study():
    """Return the rows of a small study of everything."""
    rows = []
    for jobs, seconds in ((10, 0.02), (1000, 0.119)):
        given = {"size": 0, "jobs": jobs, "map_s": jobs * 1e-4}
        rows += rows_of_experiment("empty_workers", {"empty": seconds}, **given)
    times = {"serial": 2.0, "initializer": 1.2, "argument": 20.0, "argument_chunked": 3.0}
    times |= {"joblib": 26.0, "joblib_initializer": 3.5, "ray": 12.0, "ray_actors": 5.0}
    scan = {"size": 4 * MILLION, "jobs": 100, "data_mib": 160.0}
    rows += rows_of_experiment("alternatives", times, **scan)
    for method in ("spawn", "fork"):
        broken = {"status": "failed", "reason": "NameError: x in map"} if method == "spawn" else {}
        seconds = None if broken else 1.0
        rows.append(run("global", seconds, experiment="starts", start_method=method, **broken))
    objects = {"workload": "records", "data_mib": 90.0, "size": MILLION}
    private = {"global": 80.0, "gc_freeze": 80.0, "immortal": 3.0, "packed": 3.0}
    rows += rows_of_experiment("objects", dict.fromkeys(private, 0.5), private, **objects)
    for method, strategy in (("spawn", "initializer"), ("forkserver", "forkserver_preload")):
        own = objects | {"start_method": method}
        rows += rows_of_experiment("objects", {strategy: 0.5}, {strategy: 70.0}, **own)
    arrays = {"workload": "array2d", "data_mib": 50.0, "size": MILLION}
    rows += rows_of_experiment("arrays", {"initializer": 0.5, "serial": 0.8, "threads": 0.5},
                               **arrays)  # fmt: skip
    rows += rows_of_experiment("arrays", {"out_of_band": 0.5}, **arrays | {"start_method": "spawn"})
    rows += rows_of_experiment("arrays", {"joblib": 0.5, "joblib_initializer": 0.5}, **arrays)
    for workload in ("records", "array2d"):
        for method in ("fork", "spawn", "forkserver"):
            own = {"workload": workload, "size": 1, "start_method": method, "data_mib": 0.0}
            rows += rows_of_experiment("nothing", {"initializer": 0.1}, **own)
    hangs = {"status": "timeout", "reason": "over 20 s, in map, where it hung", "workload": "mine"}
    rows.append(run("global", None, experiment="hangs", threads_at_fork=10, **hangs))
    rows.append(run("initializer", 1.0, experiment="hangs", workload="mine", start_method="spawn"))
    times = {"torch_dataloader": 1.0, "torch_serialized": 1.0}
    private = {"torch_dataloader": 80.0, "torch_serialized": 5.0}
    rows += rows_of_experiment("loader", times, private, **objects)
    times = {"serial": 0.3, "threads": 0.4, "threads_immortal": 0.2}
    rows += rows_of_experiment("threads", times, **scan | FREE)
    return rows


def changed(rows, strategy, experiment=None, **values):
    """Return rows of which those of a strategy have other values."""
    return [
        row | values
        if row["strategy"] == strategy and experiment in (None, row["experiment"])
        else row
        for row in rows
    ]


def evidence_of(rows, blocks=5):
    runs = pd.DataFrame(in_blocks(rows, blocks))
    jobs = runs[[*IDENTITY, "repeat"]].assign(job=0, worker=1, started_s=0.0, finished_s=0.1)
    jobs = jobs.assign(minor_faults=0, worker_minor_faults=0)
    return Evidence(runs, jobs, summarise(runs))


def text_of_screen(rows, lifetimes=NO_LIVES, folder=Path("nowhere"), blocks=5):
    """Return the first screen as Markdown."""
    evidence = evidence_of(rows, blocks)
    study = {"experiments": {row["experiment"]: {"question": "How, now?"} for row in rows}}
    return opening(first_screen(evidence, lifetimes, folder), study)


SEEN = {  # how each row begins
    "sent": "`submit(f, data, job)`",
    "copied": "every worker's memory grows",
    "not_forked": "NameError on Python 3.14",
    "hung": "workers hang",
    "slow_libraries": "joblib and Ray slow with a list",
    "data_loader": "a DataLoader's workers",
    "slow_threads": "threads on a free-threaded",
    "full": "`Bus error`",
    "no_gain": "it is no faster",
}


def row_of(text, name):
    """Return the fields of a row; none if it is not there."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {SEEN[name]}")] or [""]
    return line.strip("| ").split(" | ")


SENT = "in chunks 3 s, inherited 1.2 s, without workers 2 s"


def test_every_row_is_there_in_order_with_its_numbers():
    text = text_of_screen(a_study())
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    assert [line[2:].startswith(begin) for line, begin in zip(rows, SEEN.values(), strict=True)]
    assert all(row_of(text, name) != [""] for name in SEEN)
    assert f"20 s, {SENT}" in row_of(text, "sent")[3]
    assert "each worker copies 78 MiB of 90 MiB; immortal 1 MiB" in row_of(text, "copied")[3]
    assert "a copy is 68 MiB a worker, preloaded 68 MiB" in row_of(text, "not_forked")[3]
    assert "hung beside 9 threads" in row_of(text, "hung")[3]
    assert (
        "joblib 26 s → 3.5 s, Ray 12 s → 5 s, inherited 1.2 s" in row_of(text, "slow_libraries")[3]
    )
    assert "each worker copies 78 MiB of 90 MiB; one tensor 3 MiB" in row_of(text, "data_loader")[3]
    assert "400 ms; immortal 200 ms; without threads 300 ms" in row_of(text, "slow_threads")[3]
    assert "they pay if a job takes 2.1 ms (20 jobs) or " in row_of(text, "no_gain")[3]
    assert "8 workers, CPython 3.11, computed: 7 GiB, immortal 980 MiB." in text


def test_it_is_one_screen_of_round_numbers():
    text = text_of_screen(a_study())
    numbers = re.findall(r"(?<![\w.])\d[\d.]*", re.sub(r"\([^)]*\)", "", text))
    assert len(text.splitlines()) <= 45
    assert len(numbers) <= 100
    assert [one for one in numbers if len(one.replace(".", "").strip("0")) > 3] == []


# What is changed in the study; of which row; what is then said in it, and what is not any more. A
# row of which nothing is said is gone.
REASON = ("pickled, sent and unpickled", "writes its reference count", "workers are not forked")
TURNED = {
    "sending is not slower": ("sent", ["argument", {"total_s": 1.2}], [], []),
    "chunks are no faster": (
        "sent",
        ["argument_chunked", {"total_s": 20.0}],
        ["the data goes with the jobs"],
        ["pickled"],
    ),
    "the data is too small to tell": ("copied", ["global", {"data_mib": 1.5}], [], []),
    "workers do not copy": ("copied", ["global", {"workers_uss_mib": 3.0}], [], []),
    "immortal objects are copied": (
        "copied",
        ["immortal", {"workers_uss_mib": 80.0}],
        ["a worker copies what it reads", "pack it"],
        ["reference count", "make_immortal"],
    ),
    "freezing helps": (
        "copied", ["gc_freeze", {"workers_uss_mib": 3.0}], ["| `gc.freeze()`;"], ["does not stop"]
    ),
    "freezing was not tried": (
        "copied", ["gc_freeze", {"workers_uss_mib": float("nan")}], ["reference"], ["gc.freeze"]
    ),
    "arrays are copied": (
        "copied", ["initializer", {"workers_uss_mib": 60.0}, "arrays"], ["pack it"], ["NumPy"]
    ),
    "globals reach spawned workers": (
        "not_forked", ["global", {"status": "ok", "total_s": 1.0, "counts": True}, "starts"], [], []
    ),
    "globals reach no worker": (
        "not_forked",
        ["global", {"status": "failed", "reason": "NameError: x", "total_s": None,
                    "counts": False}, "starts"],
        ["globals and closures do not reach the workers"],
        ["are not forked", 'get_context("fork")'],
    ),
    "arrays are copied by out_of_band": (
        "not_forked", ["out_of_band", {"workers_uss_mib": 60.0}], ["initializer"], ["out_of_band"]
    ),
    "nothing hangs": (
        "hung", ["global", {"status": "failed", "reason": "E: x"}, "hangs"], [], []
    ),
    "it hangs without threads": (
        "hung", ["global", {"threads_at_fork": 1}, "hangs"], ["not known here"], ["other threads"]
    ),
    "it hangs by spawn, too": (
        "hung", ["initializer", {"status": "timeout", "reason": "hung", "total_s": None,
                                 "counts": False}, "hangs"], ["fork first"], ["spawn"]
    ),
    "joblib is fast": (
        "slow_libraries", ["joblib", {"total_s": 1.2}, "alternatives"], [], []
    ),
    "its recipes are no faster": (
        "slow_libraries",
        ["joblib_initializer", {"total_s": 26.0}],
        ["shown for Ray", "actors"],
        ["initializer"],
    ),
    "arrays need a recipe": (
        "slow_libraries", ["joblib", {"total_s": 5.0}, "arrays"], ["actors"], ["leave arrays"]
    ),
    "a tensor is copied": (
        "data_loader",
        ["torch_serialized", {"workers_uss_mib": 80.0}],
        ["they copy the list that they read"],
        ["one tensor", "reference counts"],
    ),
    "the loader copies nothing": (
        "data_loader", ["torch_dataloader", {"workers_uss_mib": 3.0}], [], []
    ),
    "threads are faster": ("slow_threads", ["threads", {"total_s": 0.2}, "threads"], [], []),
    "threads gain a little": (
        "slow_threads",
        ["threads", {"total_s": 0.25}, "threads"],
        ["gain less than they could", "250 ms; immortal 200 ms; without threads 300 ms"],
        ["slower than none"],
    ),
    "immortal threads are no faster": (
        "slow_threads",
        ["threads_immortal", {"total_s": 0.4}],
        ["not known here", "fork, and inherit"],
        ["fight", "make_immortal"],
    ),
    "threads there have a GIL": ("slow_threads", ["threads", {"gil": True}, "threads"], [], []),
    "threads over arrays are slower": (
        "no_gain", ["threads", {"total_s": 1.0}, "arrays"], ["no workers"], ["threads"]
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def text_before():
    return text_of_screen(a_study())


@pytest.mark.parametrize("name", TURNED)
def test_row_turns_round_with_the_study(name, text_before):
    row, (strategy, values, *experiment), said, unsaid = TURNED[name]
    before = "| " + " | ".join(row_of(text_before, row))
    rows = changed(a_study(), strategy, *experiment, **values)
    after = text_of_screen(rows)
    if name == "joblib is fast":  # the row begins with those that are slow
        assert row_of(after, row) == [""] and "| Ray slow with a list" in after
        return
    fields = "| " + " | ".join(row_of(after, row))
    assert all(one in before for one in unsaid if name != "freezing was not tried")
    if not said:
        assert fields == "| "
    assert [one for one in said if one not in fields] == []
    assert [one for one in unsaid if one in fields] == []


@pytest.mark.parametrize("experiment", sorted({row["experiment"] for row in a_study()}))
def test_what_was_not_measured_is_left_out_and_not_invented(experiment):
    text = text_of_screen([row for row in a_study() if row["experiment"] != experiment])
    assert "nan" not in text and "None" not in text and "| |" not in text


def test_headline_is_what_was_measured():
    headline = "**Build the data before you fork, and let the workers inherit it."
    assert headline in text_of_screen(a_study())
    assert headline not in text_of_screen(changed(a_study(), "argument", total_s=1.2))
    short = text_of_screen(changed(a_study(), "serial", total_s=1.0))
    assert headline not in short
    assert "workers were not shown to gain anything" in short
    assert "not shown to gain" not in text_of_screen(changed(a_study(), "argument", total_s=1.2))
    text = text_of_screen(changed(a_study(), "immortal", workers_uss_mib=80.0))
    assert "memory matters, lay it out flat.**" in text
    assert "memory matters" not in text_of_screen(changed(a_study(), "global", workers_uss_mib=3.0))


def test_interpreter_on_which_a_row_is_not_so_is_named():
    other = [row | PYPY for row in a_study() if row["gil"]]
    text = text_of_screen([*a_study(), *changed(other, "argument", total_s=0.6)])
    assert row_of(text, "sent")[3].startswith(f"CPython 3.11: 20 s, {SENT} (not so on PyPy 7.3)")
    text = text_of_screen([*a_study(), *changed(other, "argument", total_s=1.2)])
    assert "PyPy" not in row_of(text, "sent")[3]  # which of them is faster is open there
    text = text_of_screen([*a_study(), *changed(other, "argument", total_s=60.0)])
    assert "2 s; PyPy 7.3: 60 s, in chunks 3 s, inherited 1.2 s" in row_of(text, "sent")[3]


def test_newest_python_stands_for_all():
    newer = {"interpreter": "newer", "version": "3.13.0"}
    newer = [row | newer for row in a_study() if row["gil"]]
    text = text_of_screen([*a_study(), *changed(newer, "argument", total_s=15.0)])
    assert row_of(text, "sent")[3].startswith(f"CPython 3.13: 15 s, {SENT} [details]")


LIFE = {"global": [2.0, 3.0, 60.0, 65.0, 95.0], "immortal": [1.0, 1.0, 1.0, 1.0, 1.5]}


def test_lives_say_how_much_is_read_when_half_is_copied():
    text = text_of_screen(a_study(), rows_of(LIFE))
    assert "reading 10 % of the items copies at least half of the data" in row_of(text, "copied")[1]
    assert "each worker copies 93 MiB of 100 MiB; immortal 0.5 MiB" in row_of(text, "copied")[3]


def test_collection_that_copies_is_called_so():
    life = {"global": [2.0, 2.0, 2.0, 4.0, 95.0]}
    row = row_of(text_of_screen(a_study(), rows_of(life)), "copied")
    assert row[1].startswith("a garbage collection writes into every object")
    assert "reading" not in row[1]


def test_pictures_are_shown_if_they_exist(tmp_path):
    assert "![" not in text_of_screen(a_study(), rows_of(LIFE), tmp_path)
    (tmp_path / "figures").mkdir()
    for name in ("alternatives_comparison", "life_lifetime"):
        (tmp_path / "figures" / f"{name}.svg").write_text("<svg/>")
    text = text_of_screen(a_study(), rows_of(LIFE), tmp_path)
    assert text.index("](figures/alternatives_comparison.svg)") < text.index("life_lifetime.svg)")


def test_small_study_has_the_same_shape():
    text = text_of_screen(a_study(), blocks=1)
    assert row_of(text, "sent") != [""] and "- CPython 3.11: " in text


def test_anchor_is_as_github_makes_it():
    assert anchor("life: How much, of a `list`?") == "life-how-much-of-a-list"
    assert "](#alternatives-how-now)" in text_of_screen(a_study())


def test_code_to_paste_is_that_of_the_examples():
    text = (TEMPLATES / "first_screen.md.j2").read_text(encoding="utf-8")
    for program, code in (
        ("joblib_initializer", "initializer=receive"),
        ("joblib_initializer", "initargs=(data,)"),
        ("joblib_batched", "batch_size"),
        ("immortal", "make_immortal(DATA)"),
        ("global", "DATA = build()"),
    ):
        assert code in text
        assert code in (EXAMPLES_FOLDER / f"use_{program}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("workload", ["other", "mine"])
def test_only_what_was_forked_there_too_is_said_not_to_hang(workload):
    there = PYPY | {"experiment": "hangs", "threads_at_fork": 10, "workload": workload}
    said = row_of(text_of_screen([*a_study(), run("global", 1.0, **there)]), "hung")[3]
    assert ("not so on PyPy 7.3" in said) == (workload == "mine")


def test_interpreter_that_measured_most_comes_first():
    newer = {"interpreter": "newer", "version": "3.15.2"}
    scan = {"size": 4 * MILLION, "jobs": 100, "data_mib": 160.0}
    times = {"serial": 2.0, "initializer": 1.5, "argument": 30.0}
    rows = rows_of_experiment("alternatives", times, **scan | newer)
    text = text_of_screen([*a_study(), *rows])
    assert text.index("CPython 3.11") < text.index("CPython 3.15")
    assert f"CPython 3.11: 20 s, {SENT}" in row_of(text, "sent")[3]
