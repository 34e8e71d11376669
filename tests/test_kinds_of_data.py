"""The report's sections on kinds of data and on recipes, from synthetic tables."""

import pandas as pd
from test_report import in_blocks, run

from report.kinds_of_data import kinds_of_data
from report.recipes import recipes
from sharing import strategies
from stats.summarise_runs import summarise
from wording.workloads import sentence_of

TIMES = {"serial": 1.0, "initializer": 0.5, "out_of_band": 0.8, "argument": 5.0, "futures": 0.51}
OWN_MIB = {"initializer": 60.0, "out_of_band": 11.0, "argument": 70.0, "futures": 61.0}


def rows_of(workload, methods=("fork",), **values):
    """Return runs of five strategies, and one of a single item by each start method."""
    given = {"experiment": f"about_{workload}", "workload": workload, "data_mib": 100.0}
    found = [run("serial", TIMES["serial"], **given | values)]
    for method in methods:
        for name in ("initializer", "out_of_band", "argument", "futures"):
            own = {"start_method": method, "workers_uss_mib": OWN_MIB[name], "tree_pss_mib": 300.0}
            if name == "out_of_band":
                own["tree_pss_mib"] = 200.0
            found.append(run(name, TIMES[name], **given | own | values))
        own = {"start_method": method, "workers_uss_mib": 10.0, "size": 1}
        found.append(run("initializer", 0.1, **given | own))
    return found


def lines_of(rows, section=kinds_of_data):
    runs = pd.DataFrame(in_blocks(rows))
    return "\n".join(section(runs, summarise(runs)))


def test_every_kind_of_data_has_a_line_for_each_start_method():
    text = lines_of([*rows_of("records"), *rows_of("index", ("fork", "spawn"))])
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(lines) == 3
    ends = (
        "| `initializer` and `futures` | 500 ms (484 ms – 516 ms) | `out_of_band` 200.0 MiB | "
        "`initializer` 50.0 MiB; `out_of_band` 1.0 MiB; data 100.0 MiB |"
    )
    starts = [("index", "fork"), ("index", "spawn"), ("records", "fork")]
    for line, (workload, method) in zip(lines, starts, strict=True):
        assert line.startswith(f"| `{workload}`, 1 000 items | CPython 3.11 | {method} | ")
        assert line.endswith(ends), line
    assert f"- `records`: {sentence_of('records')}" in text


def test_one_kind_of_data_is_no_comparison():
    assert lines_of(rows_of("records")) == ""
    own = rows_of("my_workload.py")
    assert lines_of([*rows_of("records"), *own]) == ""


def test_what_a_worker_imports_is_not_known_without_a_run_of_one_item():
    rows = [row for row in rows_of("records") if row["size"] > 1]
    text = lines_of([*rows, *rows_of("index")])
    (line,) = (line for line in text.splitlines() if line.startswith("| `records`"))
    assert line.endswith("| `out_of_band` 200.0 MiB | – |")


def test_usual_recipe_stands_beside_the_experts():
    rows = rows_of("scan")
    rows.append(run("argument_chunked", 1.0, experiment="about_scan"))
    text = lines_of(rows, recipes)
    (line,) = (line for line in text.splitlines() if line.startswith("| `argument`"))
    assert line.startswith("| `argument` | `argument_chunked` | CPython 3.11 | 5 s ")
    assert "| 5 (5 – 5) times |" in line


def test_recipes_that_are_tied_are_called_that():
    rows = rows_of("scan")
    rows.append(run("argument_chunked", 5.0, experiment="about_scan"))
    assert "| tied |" in lines_of(rows, recipes)
    assert lines_of(rows_of("scan"), recipes) == ""


def test_better_recipes_are_strategies():
    names = strategies.names()
    better = [strategies.better_of(name) for name in names]
    assert {name for name in better if name} < set(names)
