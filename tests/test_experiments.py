"""An experiment in the report: sentences that answer its question, a table short enough to read."""

import pandas as pd
from test_report import in_blocks, run

from report.conclusions import conclusions
from report.experiments import MOST_ROWS, experiment_section
from stats.summarise_runs import summarise
from wording.labels import names_of

ASKED = {"question": "Which?", "workload": "scan", "jobs": [10], "figures": ["time"]}


def answered(rows, blocks=5, **asked):
    runs = pd.DataFrame(in_blocks(rows, blocks))
    return " ".join(conclusions(ASKED | asked, summarise(runs), runs, names_of(runs), 2))


def section(rows, folder, **asked):
    runs = pd.DataFrame(in_blocks(rows))
    cells = summarise(runs)
    return experiment_section("e", ASKED | asked, folder, cells, runs, names_of(runs), 2)


def test_fastest_is_named_with_the_slowest_beside_it():
    rows = [run("argument", 4.0), run("global", 0.5), run("serial", 1.0)]
    text = answered(rows)
    assert text.startswith("Fastest, 1 000 items, 10 jobs: CPython 3.11 `global`, 500 ms (")
    assert text.endswith(" (`argument`: 8 (8 – 8) times as long).")


def test_what_is_equal_is_tied():
    rows = [run("closure", 1.0), run("global", 1.01), run("serial", 3.0)]
    assert "`closure` and `global`, tied" in answered(rows)


def test_few_blocks_name_no_winner():
    rows = [run("argument", 1.2), run("global", 1.0), run("serial", 1.1), run("closure", 1.05)]
    assert "4 of 4 are tied" in answered(rows, blocks=2)


def test_strategies_that_fail_under_a_start_method_are_named_with_how():
    rows = [run("global", 1.0), run("argument", 2.0), run("argument", 2.5, start_method="spawn")]
    bad = {"status": "failed", "reason": "NameError: name 'DATA' is not defined"}
    rows.append(run("global", None, start_method="spawn", **bad))
    text = answered(rows)
    assert "No result under spawn (NameError): `global`; under all of them: `argument`." in text


def test_gain_of_every_step_of_workers_is_shown():
    rows = [run("closure", seconds, workers=number) for number, seconds in ((1, 4), (2, 2), (4, 2))]
    text = answered(rows, figures=["speedup"])
    assert "CPython 3.11, `closure`, 2 workers against 1: 2 (2 – 2); 4 workers against 2: 1" in text
    assert "not decided" in text


def test_private_memory_is_shown_where_memory_is_the_question():
    rows = [run(name, 1.0, workers_uss_mib=mib, data_mib=100.0, size=9_000)
            for name, mib in (("global", 90.0), ("immortal", 2.0))]  # fmt: skip
    text = answered(rows, figures=["memory"])
    assert (
        "private memory: CPython 3.11 `immortal` 2.0 MiB to `global` 90.0 MiB of 100.0 MiB." in text
    )


def test_workers_with_nothing_to_do_are_shown_by_jobs():
    rows = [run("empty", seconds, jobs=jobs, size=0) for jobs, seconds in ((10, 0.1), (1000, 0.5))]
    text = answered(rows)
    assert text.startswith("With 2 workers that have nothing to do: CPython 3.11 100 ms (")
    assert "for 10 jobs and 500 ms (" in text


def test_without_a_result_there_is_no_answer():
    bad = {"status": "failed", "reason": "ValueError: no"}
    assert answered([run("global", None, **bad)]) == "No answer: no run has a result."


def test_table_has_a_column_for_each_interpreter_and_shows_failures(tmp_path):
    other = {"interpreter": "pypy", "implementation": "PyPy", "version": "7.3.11"}
    bad = {"status": "failed", "reason": "NameError: no"}
    rows = [run("global", 0.5), run("serial", 1.0), run("serial", 0.1, **other)]
    text = "\n".join(section([*rows, run("global", None, **bad | other)], tmp_path))
    assert "| strategy | CPython 3.11 | PyPy 7.3 |" in text
    assert "| × NameError |" in next(line for line in text.splitlines() if "| `global` |" in line)


def test_table_is_short_and_says_what_it_leaves_out(tmp_path):
    rows = [
        run(name, 1.0 + number / 10, size=size, workers=workers, jobs=jobs)
        for number, name in enumerate(("global", "closure", "argument"))
        for size in (1_000, 2_000)
        for workers in (1, 2, 4)
        for jobs in (10, 20)
    ]
    parts = section(rows, tmp_path)
    (table,) = (part for part in parts if part.startswith("| strategy"))
    assert len(table.splitlines()) <= MOST_ROWS + 2
    assert any("with the largest data, most jobs" in part for part in parts)


def test_first_figure_stands_open_and_the_others_fold(tmp_path):
    (tmp_path / "figures").mkdir()
    for kind in ("time", "memory"):
        (tmp_path / "figures" / f"e_{kind}.svg").write_text("")
    text = "\n\n".join(section([run("global", 1.0)], tmp_path, figures=["time", "memory"]))
    before, folded = text.split("<details>")
    assert "figures/e_time.svg" in before and "figures/e_memory.svg" in folded
