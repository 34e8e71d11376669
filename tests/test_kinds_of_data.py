"""The report's sections on kinds of data, start methods and recipes, from synthetic tables."""

import re

import pandas as pd
from test_report import best_by_name, in_blocks, run

from report.kinds_of_data import kinds_of_data, start_methods
from report.recipes import recipes
from report.render import render
from sharing import strategies
from stats.summarise_runs import summarise
from wording.labels import names_of
from wording.workloads import sentence_of

INTERVAL = re.compile(r" \([\d.]+[^()]* – [^()]*\)")
ABOUT_RECORDS = {"experiment": "about_records", "workload": "records", "data_mib": 100.0}
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


def kinds_of(rows):
    runs = pd.DataFrame(in_blocks(rows))
    return kinds_of_data(summarise(runs), best_by_name(runs), names_of(runs), 2)


def text_of_kinds(choices):
    return render("kinds_of_data.md.j2", choices=choices)


def test_every_kind_of_data_has_a_line_for_each_start_method():
    text = text_of_kinds(kinds_of([*rows_of("records"), *rows_of("index", ("fork", "spawn"))]))
    lines = [line for line in text.splitlines() if line.startswith("| CPython 3.11")]
    ends = (
        "| `initializer` and `futures` | 500 ms | `out_of_band` 200.0 MiB | "
        "`initializer` 50.0 MiB; `out_of_band` 1.0 MiB | 100.0 MiB |"
    )
    for line, method in zip(lines, ("fork", "spawn", "fork"), strict=True):
        assert INTERVAL.sub("", line) == f"| CPython 3.11 | {method} | 1 000 items {ends}"
    assert sentence_of("records") in text
    assert "- `index`, by fork: CPython 3.11 `initializer` and `futures`.\n" in text


def test_one_kind_of_data_is_no_comparison():
    assert kinds_of(rows_of("records")) == []
    own = rows_of("my_workload.py")
    assert kinds_of([*rows_of("records"), *own]) == []


def test_what_a_worker_imports_is_not_known_without_a_run_of_one_item():
    rows = [row for row in rows_of("records") if row["size"] > 1]
    choices = kinds_of([*rows, *rows_of("index")])
    assert [(one.workload, len(one.private)) for one in choices] == [("index", 2), ("records", 0)]
    assert "| `out_of_band` 200.0 MiB | – |" in text_of_kinds(choices)


def test_every_interpreter_has_its_own_answer():
    pypy = {"interpreter": "pypy", "implementation": "PyPy", "version": "7.3.11"}
    rows = [*rows_of("records"), *rows_of("index"), run("serial", 9.0, **ABOUT_RECORDS | pypy)]
    rows.append(run("initializer", 1.0, **ABOUT_RECORDS | pypy))
    text = text_of_kinds(kinds_of(rows))
    assert "CPython 3.11 `initializer` and `futures`; PyPy 7.3 `initializer`." in text


def methods_text(rows):
    runs = pd.DataFrame(in_blocks(rows))
    found = start_methods(summarise(runs))
    return found and render("start_methods.md.j2", methods=found)


def test_strategies_that_fail_by_a_start_method_are_named_with_how():
    rows = [run("global", 1.0), run("argument", 2.0), run("argument", 2.5, start_method="spawn")]
    assert methods_text(rows[:2]) is None
    bad = {"status": "failed", "reason": "NameError: name 'DATA' is not defined"}
    text = methods_text([*rows, run("global", None, start_method="spawn", **bad)])
    assert "| strategy | fork | spawn |" in text
    assert "| `global` | works | NameError |" in text
    assert "| `argument`" not in text
    assert "- fork: `argument` and `global`\n- spawn: `argument`\n" in text


def test_nothing_is_said_to_fail_that_does_not():
    rows = [run(name, 1.0, start_method=method)
            for name in ("initializer", "argument") for method in ("fork", "spawn")]  # fmt: skip
    text = methods_text([*rows, run("closure", 1.0)])
    assert "Every strategy that was tried has a result by fork and spawn." in text
    assert "- spawn: `argument` and `initializer`\n" in text  # `closure` was not tried by it


def recipes_of(rows, keep=lambda runs: runs):
    runs = keep(pd.DataFrame(in_blocks(rows)))
    return recipes(summarise(runs), best_by_name(runs), names_of(runs))


def test_usual_recipe_stands_beside_the_experts():
    rows = rows_of("scan")
    rows.append(run("argument_chunked", 1.0, experiment="about_scan"))
    text = render("recipes.md.j2", recipes=recipes_of(rows))
    (line,) = (line for line in text.splitlines() if line.startswith("| `argument`"))
    assert line.startswith("| `argument` | `argument_chunked` | CPython 3.11 | 5 s ")
    assert "| 5× |" in INTERVAL.sub("", line) and INTERVAL.findall(line)


def test_recipes_that_share_no_block_are_compared_by_their_times():
    def apart(runs):
        early = runs["block"] <= runs["block"].median()
        return runs[early == (runs["strategy"] == "argument")]

    rows = rows_of("scan")
    rows.append(run("argument_chunked", 1.0, experiment="about_scan"))
    (one,) = recipes_of(rows, apart)
    (together,) = recipes_of(rows)
    assert one.slower.low < together.slower.value < one.slower.high
    assert one.slower.low > 1.0


def test_recipes_that_are_tied_are_called_that():
    rows = rows_of("scan")
    rows.append(run("argument_chunked", 5.0, experiment="about_scan"))
    assert "| tied |" in render("recipes.md.j2", recipes=recipes_of(rows))
    assert recipes_of(rows_of("scan")) == []


def test_better_recipes_are_strategies():
    names = strategies.names()
    better = [strategies.better_of(name) for name in names]
    assert {name for name in better if name} < set(names)
