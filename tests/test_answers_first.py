"""The first screen of a full study: numbered answers, computed, with intervals, none typed."""

import re
from pathlib import Path

import pandas as pd
import pytest
from test_lifetimes import rows_of
from test_report import in_blocks, run

from report.first_screen import CALLS, first_screen
from report.links import EXAMPLES_FOLDER
from stats.evidence import Evidence
from stats.summarise_runs import summarise
from supervisor.columns import IDENTITY

MILLION = 1_000_000
NO_LIVES = rows_of({})


def a_study(**left_out):
    """Return rows of a small full study; what is `left_out` by experiment is not there."""
    rows = []
    for jobs, seconds in ((10, 0.02), (1000, 0.119)):
        given = {"size": 0, "jobs": jobs, "workers_uss_mib": 2.0, "data_mib": 0.0}
        given["map_s"] = jobs * 1e-4
        rows.append(run("empty", seconds, experiment="empty_workers", **given))
    data = {"size": 4 * MILLION, "jobs": 100, "experiment": "alternatives", "data_mib": 160.0}
    times = {"serial": 2.0, "initializer": 1.2, "argument": 20.0, "argument_chunked": 3.0}
    times |= {"shared_memory": 4.0, "joblib": 26.0, "joblib_initializer": 3.5}
    for name, seconds in times.items():
        own = {"workers_uss_mib": 126.0 if name == "initializer" else 5.0}
        own["libraries"] = "joblib 1.5" if name.startswith("joblib") else None
        own["start_method"] = {"serial": "none"}.get(name, "own" if own["libraries"] else "fork")
        rows.append(run(name, seconds, **data | own))
    for name, reason in (("global", "NameError: x in map"), ("closure", "PicklingError: y in map")):
        own = {"start_method": "spawn", "status": "failed", "reason": reason}
        rows.append(run(name, None, experiment="start_methods", **own))
    for workload, size, copy in (("records", MILLION, 60.0), ("array2d", MILLION, 10.5)):
        for method, name in (("fork", "initializer"), ("spawn", "initializer"),
                             ("spawn", "shared_memory"), ("spawn", "out_of_band")):  # fmt: skip
            own = {"workload": workload, "experiment": f"about_{workload}", "data_mib": 90.0}
            own |= {"start_method": method, "workers_uss_mib": copy, "size": size}
            rows.append(run(name, 0.5, **own))
            if name == "initializer":
                rows.append(run(name, 0.1, **own | {"size": 1, "workers_uss_mib": 10.0}))
    rows.append(run("closure", 9.0, experiment="closure_scaling", size=MILLION, data_mib=40.0))
    return [row for row in rows if row["experiment"] not in left_out]


def screen(rows, lifetimes=NO_LIVES, folder=Path("nowhere")):
    runs = pd.DataFrame(in_blocks(rows))
    jobs = [
        {name: row[name] for name in IDENTITY}
        | {"repeat": row["repeat"], "job": number, "worker": number % 2 + 1}
        | {"started_s": float(number), "finished_s": number + (0.3 if number < 2 else 0.1)}
        | {"minor_faults": 0, "worker_minor_faults": 0}
        for row in runs.to_dict("records")
        for number in range(4)
    ]
    return first_screen(Evidence(runs, pd.DataFrame(jobs), summarise(runs)), lifetimes, folder)


def point(text, begin):
    """Return the block that begins so."""
    (found,) = (block for block in text if re.match(rf"\d\. \*\*{begin}", block))
    return found


def test_every_question_has_its_answer_in_order():
    text = screen(a_study())
    begins = [re.match(r"\d\. \*\*(.*?)[*:.,]", block) for block in text]
    assert [found[1] for found in begins if found] == [
        "Jobs shorter than these",
        "Never send the data with each job",
        "Inherit it by fork",
        "No fork",
        "Numbers and arrays",
        "Libraries",
        "Not measured here",
    ]
    assert len("\n\n".join(text).splitlines()) < 60


def table_of(blocks, begin):
    """Return the head and the rows of the table behind the point that begins so."""
    place = next(number for number, block in enumerate(blocks) if f"**{begin}" in block)
    head, _, *rows = blocks[place + 1].splitlines()
    return head, *rows


def test_from_which_job_length_on_workers_pay():
    """A job costs 0.1 ms; 20 of them and 19 ms to start are earned back by half of their work."""
    head, row = table_of(screen(a_study()), "Jobs shorter")
    assert "| each job of it | 20 jobs pay, if one takes at least | 1000 jobs pay" in head
    starts, job, pays, _ = row.split(" | ")[1:]
    assert (starts[:7], job[:8], pays[:8]) == ("19 ms (", "100 µs (", "2.1 ms (")


def test_passing_is_shown_one_by_one_and_in_chunks():
    head, row = table_of(screen(a_study()), "Never send")
    assert head.split(" | ")[1:4] == ["sent one by one", "in chunks (`Pool.map`)", "inherited"]
    for field, seconds in zip(row.split(" | ")[1:], ("20 s", "3 s", "1.2 s"), strict=False):
        assert field.startswith(seconds)


def test_what_the_runs_do_not_carry_is_not_said():
    """Neither that sending is dear, where it is not, nor that workers copy what they do not."""
    rows = [row | ({"total_s": 1.2} if row["strategy"] == "argument" else {}) for row in a_study()]
    text = "\n".join(screen(rows))
    assert "**Sending the data with each job**" in text and "Never send" not in text
    assert "**Workers of CPython 3.11 copy the ints that they read**" in text
    shared = [
        row | ({"workers_uss_mib": 3.0} if row["strategy"] == "initializer" else {})
        for row in a_study()
    ]
    assert "**Those of CPython 3.11 do not**" in "\n".join(screen(shared))


def test_private_memory_for_every_kind_of_data():
    text = screen(a_study())
    table = next(block for block in text if block.startswith("| data"))
    head, _, row = table.splitlines()
    assert (
        head == "| data → private memory | list of ints, 4 M items | tuples, 1 M items "
        "| array, 1 M items |"
    )
    assert row == (
        "| CPython 3.11 | 160.0 MiB → 124.0 MiB | 90.0 MiB → 50.0 MiB | 90.0 MiB → 0.5 MiB |"
    )
    assert "a worker's first job pays for it: CPython 3.11 300 ms (" in point(text, "Inherit it")


def test_danger_of_a_fork_stands_beside_its_praise():
    """What hung is named where it was measured, and only there; macOS in any case."""
    advice = "Fork before other threads start, which workers can wait for in vain"
    answer = point(screen(a_study()), "Inherit it by fork")
    assert f"{advice}. On macOS system libraries start some" in answer
    own = {"workload": "frame_polars", "experiment": "about_polars", "status": "timeout"}
    own |= {"reason": "over 20 s, in map, where it hung: nothing computed any more"}
    hung = [run(name, None, threads_at_fork=10, **own) for name in ("global", "futures")]
    answer = point(screen([*a_study(), *hung]), "Inherit it by fork")
    assert f"{advice} (`futures` and `global` of frame_polars hung beside 9 and more)." in answer


def test_what_breaks_without_fork_is_what_was_measured():
    answer = point(screen(a_study()), "No fork")
    assert "a global ends in NameError and a closure ends in PicklingError" in answer
    assert "`initializer` 50.0 MiB" in answer
    assert "No fork" not in "".join(screen(a_study(start_methods=True)))


def test_libraries_by_their_best_recipe_first():
    head, best, usual = table_of(screen(a_study()), "Libraries")
    assert head == "|  | the call | CPython 3.11 |"
    program = "../../examples/use_joblib_initializer.py"
    assert best.startswith(f"| [`joblib_initializer`]({program}) | `Parallel")
    assert usual.startswith("| [`joblib`](../../examples/use_joblib.py) | `Parallel(n)(")
    assert best.split(" | ")[-1].startswith("3.5 s") and usual.split(" | ")[-1].startswith("26 s")


def test_library_that_is_missing_for_an_interpreter_has_a_dash_there():
    rows = [row for row in a_study() if row["strategy"] != "joblib"]
    other = {"interpreter": "other", "version": "3.13.0"}
    rows = [*a_study(), *(row | other for row in rows)]
    head, best, usual = table_of(screen(rows), "Libraries")
    assert head == "|  | the call | CPython 3.11 | CPython 3.13 |"
    assert "3.5 s" in best.split(" | ")[-1] and usual.split(" | ")[-1] == "– |"


@pytest.mark.parametrize("strategy", CALLS)
def test_call_of_the_first_screen_is_that_of_the_example(strategy):
    source = (EXAMPLES_FOLDER / f"use_{strategy}.py").read_text(encoding="utf-8")
    called = set(re.findall(r"(\w+)\(", CALLS[strategy])) - {"f"}
    assert called and {name for name in called if f"{name}(" not in source} == set()


def test_other_data_that_is_sent_has_its_own_ratio():
    sent = {"workload": "records", "experiment": "about_records", "data_mib": 90.0}
    sent |= {"start_method": "fork", "size": MILLION}
    text = screen([*a_study(), run("argument", 4.0, **sent)])
    place = text.index("Other data sent with each of 10 jobs: times as long as inherited.")
    head, _, row = text[place + 1].splitlines()
    assert head == "|  | tuples, 1 M items |"
    assert row.startswith("| CPython 3.11 | 8 (")


LIFE = {"global": [2.0, 30.0, 80.0, 90.0, 95.0], "immortal": [1.0, 1.0, 1.0, 1.0, 1.5]}


def test_memory_over_a_life_stands_behind_fork_with_its_picture(tmp_path):
    picture = tmp_path / "figures" / "life_lifetime.svg"
    picture.parent.mkdir()
    picture.write_text("<svg/>")
    text = screen(a_study(), rows_of(LIFE), tmp_path)
    place = next(number for number, block in enumerate(text) if block.startswith("4. "))
    assert text[place].startswith("4. **A worker copies the data** as it reads on CPython 3.11. ")
    head, _, plain, immortal = text[place + 1].splitlines()
    assert head.split(" | ")[2:5] == ["1 % read", "10 % read", "100 % read"]
    assert "| `global` | 30.0 MiB | 80.0 MiB | 90.0 MiB | 95.0 MiB | 100.0 MiB |" in plain
    assert "| `immortal` | 1.0 MiB |" in immortal
    assert "(figures/life_lifetime.svg)" in text[place + 2]


def test_nothing_is_said_to_grow_that_does_not(tmp_path):
    text = "\n".join(screen(a_study(), rows_of({"global": [2.0] * 5}), tmp_path))
    assert "**A worker's memory stays shared.**" in text
    assert "**A worker copies the data**" not in text


def test_who_copies_when_garbage_is_collected_is_what_was_measured(tmp_path):
    text = "\n".join(
        screen(a_study(), rows_of({"gc_collect": [2.0, 2.0, 3.0, 4.0, 95.0]}), tmp_path)
    )
    assert "**A worker copies the data** when it collects garbage on CPython 3.11." in text
    assert "as it reads on" not in text


@pytest.mark.parametrize("seconds", [0.25, 1.0])
def test_threads_over_arrays_are_compared_with_no_workers(seconds):
    key = {"workload": "array2d", "experiment": "about_array2d", "start_method": "none"}
    key |= {"size": MILLION, "data_mib": 90.0}
    rows = [*a_study(), run("serial", 0.5, workers=1, **key), run("threads", seconds, **key)]
    (said,) = (block for block in screen(rows) if block.startswith("Threads, times as fast"))
    assert f"CPython 3.11 array {0.5 / seconds:.3g} (" in said
    assert "Threads, times" not in "\n".join(screen(a_study()))


def test_study_of_little_has_no_first_screen():
    left_out = ("empty_workers", "start_methods", "alternatives", "about_array2d")
    assert screen(a_study(**dict.fromkeys(left_out, True))) == []


@pytest.mark.parametrize("experiment", ["empty_workers", "about_array2d", "closure_scaling"])
def test_what_was_not_measured_is_left_out_and_not_invented(experiment):
    text = "\n".join(screen(a_study(**{experiment: True})))
    assert "nan" not in text and "None" not in text
