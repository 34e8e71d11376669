"""An experiment in the report: sentences that answer its question, a table short enough to read."""

from pathlib import Path

import pandas as pd
from test_report import best_by_name, in_blocks, run

from report.experiments import MOST_ROWS, experiment_facts
from report.render import render
from sharing import strategies
from stats.summarise_runs import summarise
from wording.labels import names_of

ASKED = {"question": "Which?", "workload": "scan", "jobs": [10], "figures": ["time"]}


def facts(rows, folder=Path("nowhere"), blocks=5, **asked):
    runs = pd.DataFrame(in_blocks(rows, blocks)).assign(experiment="e")
    return experiment_facts(
        "e", ASKED | asked, folder, summarise(runs), best_by_name(runs), names_of(runs), 2
    )


def text_of(*rows, **asked):
    return render("experiment.md.j2", one=facts(*rows, **asked))


def answered(*rows, **asked):
    """Return what is said above the fold, without the heading."""
    return text_of(*rows, **asked).partition("<details>")[0].partition("\n")[2].strip()


def test_fastest_is_named_with_the_slowest_beside_it():
    rows = [run("argument", 4.0), run("global", 0.5), run("serial", 1.0)]
    assert answered(rows) == (
        "- Fastest, 1 000 items, 10 jobs: CPython 3.11 `global`, 500 ms (`argument`: 8× slower)."
    )


def test_what_is_equal_is_tied():
    rows = [run("closure", 1.0), run("global", 1.01), run("serial", 3.0)]
    assert "CPython 3.11 `closure` and `global` (tied), 1 s" in answered(rows)


def test_what_is_not_shown_to_be_slower_is_not_called_slower():
    rows = [run("closure", 1.0), run("global", 1.01)]
    assert "slower" not in answered(rows)


def test_too_many_that_are_tied_are_counted():
    rows = [run(name, 1.0) for name in ("argument", "global", "serial", "closure")]
    assert "and 1 more (tied)" in answered(rows)


def test_fastest_is_named_for_each_start_method():
    rows = [run(name, seconds, start_method=method)
            for method, name, seconds in (("fork", "global", 1.0), ("fork", "argument", 2.0),
                                          ("spawn", "argument", 2.0), ("spawn", "initializer", 1.5))
            ]  # fmt: skip
    fork, spawn = answered(rows).splitlines()
    assert fork.startswith("- Fastest by fork, ") and "`global`" in fork
    assert spawn.startswith("- Fastest by spawn, ") and "`initializer`" in spawn


def test_gain_of_every_step_of_workers_is_shown():
    rows = [run("closure", seconds, workers=number) for number, seconds in ((1, 4), (2, 2), (4, 2))]
    said = answered(rows, figures=["speedup"])
    assert said.startswith(
        "- CPython 3.11, `closure`: 2 workers are 2× faster than 1, 4 workers are tied with 2."
    )


def test_more_workers_may_be_slower():
    rows = [run("closure", seconds, workers=number) for number, seconds in ((2, 2), (4, 3))]
    assert "4 workers are 1.5× slower than 2." in answered(rows, figures=["speedup"])


def test_private_memory_is_shown_where_memory_is_the_question():
    rows = [run(name, 1.0, workers_uss_mib=mib, data_mib=100.0, size=9_000)
            for name, mib in (("global", 90.0), ("immortal", 2.0))]  # fmt: skip
    said = "CPython 3.11 2 MiB by `immortal`, 90 MiB by `global`, of 100 MiB of data."
    assert f"- Private memory of a forked worker: {said}" in answered(rows, figures=["memory"])
    assert "Private memory" not in answered(rows)


def test_private_memory_is_less_that_of_a_worker_with_a_single_item():
    given = {"workload": "records", "data_mib": 100.0}
    rows = [run("initializer", 1.0, workers_uss_mib=mib, size=size, **given)
            for size, mib in ((1, 10.0), (9_000, 70.0))]  # fmt: skip
    assert "CPython 3.11 60 MiB by `initializer`, of" in answered(rows, figures=["memory"])


def test_workers_with_nothing_to_do_are_shown_by_jobs():
    rows = [run("empty", seconds, jobs=jobs, size=0) for jobs, seconds in ((10, 0.1), (1000, 0.5))]
    assert answered(rows) == (
        "- CPython 3.11, 2 workers with nothing to do: 100 ms for 10 jobs, 500 ms for 1000 jobs."
    )


def test_without_a_result_there_is_no_answer():
    bad = {"status": "failed", "reason": "ValueError: no"}
    assert answered([run("global", None, **bad)]) == "- No answer: no run has a result."


def test_one_strategy_alone_is_no_answer():
    assert answered([run("global", 1.0)]) == (
        "- No answer: no two strategies have results that can be compared."
    )


def test_table_has_a_column_for_each_interpreter_and_shows_failures():
    other = {"interpreter": "pypy", "implementation": "PyPy", "version": "7.3.11"}
    bad = {"status": "failed", "reason": "NameError: no"}
    rows = [run("global", 0.5), run("serial", 1.0), run("serial", 0.1, **other)]
    text = text_of([*rows, run("global", None, **bad | other)])
    assert "| strategy | CPython 3.11 | PyPy 7.3 |" in text
    assert "| × NameError |" in next(line for line in text.splitlines() if "| `global` |" in line)


def test_table_is_short_and_says_what_it_leaves_out():
    rows = [
        run(name, 1.0 + number / 10, size=size, workers=workers, jobs=jobs)
        for number, name in enumerate(("global", "closure", "argument"))
        for size in (1_000, 2_000)
        for workers in (1, 2, 4)
        for jobs in (10, 20)
    ]
    found = facts(rows)
    assert len(found.rows) <= MOST_ROWS and found.narrowed and not found.hidden
    assert "Shown: the largest data, the most jobs" in text_of(rows)
    assert "Shown:" not in text_of(rows[:2]) and not facts(rows[:2]).narrowed


def test_table_shows_the_cells_that_the_sentence_is_about():
    """Only smaller data has many jobs, and one interpreter alone."""
    names = list(strategies.names())[:MOST_ROWS]
    other = {"interpreter": "pypy", "implementation": "PyPy", "version": "7.3.11"}
    rows = [run(name, 1.0 + number, size=2_000, jobs=10, **given)
            for number, name in enumerate(names) for given in ({}, other)]  # fmt: skip
    rows += [run(name, 1.0 + number, size=1_000, jobs=100) for number, name in enumerate(names)]
    text = text_of(rows)
    assert "- Fastest, 2 000 items, 10 jobs: CPython 3.11" in text
    assert "| strategy | CPython 3.11 | PyPy 7.3 |" in text


def test_slow_rows_are_left_out_and_that_is_said():
    names = list(strategies.names())[: MOST_ROWS + 1]
    rows = [run(name, 1.0 + number) for number, name in enumerate(names)]
    found = facts(rows)
    assert {row[0] for row in found.rows} == {*names[:MOST_ROWS]} and found.hidden
    assert "The slowest are left out" in text_of(rows)


def test_conditions_are_columns_where_they_differ():
    rows = [run("serial", 2.0), *(run("global", 1.0, workers=number) for number in (2, 10))]
    found = facts(rows)
    assert found.conditions == ["workers"]
    assert [row[:2] for row in found.rows] == [("global", [2]), ("global", [10]), ("serial", ["–"])]


def test_figures_stand_in_the_fold_if_they_exist(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "e_time.svg").write_text("")
    text = text_of([run("global", 1.0)], tmp_path, figures=["time", "memory"])
    assert "![e: time](figures/e_time.svg)" in text.partition("<details>")[2]
    assert "e_memory" not in text
