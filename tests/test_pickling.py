"""The pickling probe under real interpreters, and what its table is taken to say."""

import csv
import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from interpreters_here import interpreter_or_skip, other_cpythons
from measuring import PROJECT

from claims.judge_claims import FAILS, HOLDS, UNDECIDED, UNTESTABLE, judge
from claims.pickling_table import SEVERAL, headings_of, kinds_of, pickling_message
from figures import plot_pickling
from probes.probe_pickling import PICKLING_COLUMNS
from report.foreign import as_markdown, guarded_table
from report.pickling import pickling_facts
from report.render import render
from stats.evidence import Evidence
from supervisor.rows import publishable
from tables.read_tables import TEXT_COLUMNS, read_pickling

PROBE = PROJECT / "scripts" / "probes" / "pickling"
BOTH = pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
# What every implementation and version is expected to agree on.
EVERYWHERE = {
    "list of ints": "pickles",
    "list that holds itself": "pickles",
    "named function": "pickles",
    "bound method": "pickles",
    "partial": "pickles",
    "enum member": "pickles",
    "lambda": "refuses",
    "closure": "refuses",
    "partial of a lambda": "refuses",
    "instance of a class in a function": "refuses",
    "generator": "refuses",
    "lock": "refuses",
    "frame": "refuses",
    "socket": "refuses",
    "exception of two arguments": "cannot be loaded",
}


def asked(command, *kinds, probe=PROBE):
    """Return the probe's rows by kind."""
    ended = subprocess.run([command, str(probe), *kinds], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return {row["kind"]: row for row in map(json.loads, ended.stdout.splitlines())}


def outcomes(command):
    return {kind: row["outcome"] for kind, row in asked(command).items()}


@BOTH
def test_what_every_interpreter_agrees_on(interpreter):
    found = outcomes(interpreter)
    assert {kind: found[kind] for kind in EVERYWHERE} == EVERYWHERE
    assert "not here" not in found.values()


@pytest.mark.parametrize("label", other_cpythons())
def test_other_versions(label):
    found = outcomes(interpreter_or_skip(label))
    assert {kind: found[kind] for kind in EVERYWHERE} == EVERYWHERE


@pytest.mark.parametrize("kind", ["module", "code", "cell"])
def test_where_implementations_part(kind, pypy):
    cpython = asked(sys.executable, kind)[kind]
    assert (cpython["outcome"], cpython["error"]) == ("refuses", "TypeError")
    assert asked(pypy, kind)[kind]["outcome"] == "pickles"


# A kind in the probe's table, and what becomes of it.
PROVOKED = {
    "dies": ("os.kill(os.getpid(), 11)", "True", "crashed", "SIGSEGV"),
    "hangs": ("[None for _ in iter(int, 1)]", "True", "timeout", None),
    "absent": ("types.no_such_type", "True", "not here", "AttributeError"),
    "other": ("[1]", "copy == [2]", "differs", None),
    "useless": ("[1]", "copy[1]", "differs", "IndexError"),
    "fine": ("[1]", "copy == [1]", "pickles", None),
}


@pytest.fixture(scope="module")
def provoking_probe(tmp_path_factory):
    """A copy of the probe whose kinds are those of PROVOKED."""
    probe = tmp_path_factory.mktemp("probe") / "pickling"
    shutil.copytree(PROBE, probe)
    rows = [("bad", kind, *made[:2]) for kind, made in PROVOKED.items()]
    with (probe / "kinds.py").open("a") as file:
        file.write(f"\nimport os\nKINDS = {rows!r}\n")
    main = probe / "__main__.py"
    assert "TIME_LIMIT_S = 60" in main.read_text()
    main.write_text(main.read_text().replace("TIME_LIMIT_S = 60", "TIME_LIMIT_S = 1"))
    return probe


@BOTH
def test_a_kind_that_dies_or_hangs_ends_no_other(interpreter, provoking_probe):
    found = asked(interpreter, probe=provoking_probe)
    assert {kind: (row["outcome"], row.get("error")) for kind, row in found.items()} == {
        kind: made[2:] for kind, made in PROVOKED.items()
    }


def test_rows_are_fit_to_be_published(tmp_path):
    call = [sys.executable, PROJECT / "scripts", "probe_pickling", "--experiment", "e"]
    call += [
        "--interpreter",
        "i",
        "--command",
        f"{sys.executable} -X dev",
        "--output",
        tmp_path / "o.csv",
    ]
    subprocess.run([*call, "--log", tmp_path / "log"], check=True, capture_output=True)
    with (tmp_path / "o.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == PICKLING_COLUMNS
    assert len(rows) == len({row["kind"] for row in rows}) > 30
    for row in rows:
        assert publishable(row["message"]) == row["message"]
        assert (row["outcome"] == "pickles") == (row["error"] == "") or row["outcome"] == "differs"


def test_text_that_may_be_published_names_no_folder_and_no_address():
    text = "<function f at 0x7f9f54e7dbc0>\n  of /home/me/a.py"
    assert publishable(text) == "<function f at 0x…> of a.py"


def table(*rows):
    """Return rows of pickling.csv: kind, then outcome and exception by interpreter."""
    found = []
    for kind, answers in rows:
        for interpreter, (outcome, error) in answers.items():
            name, _, version = interpreter.partition(" ")
            row = dict.fromkeys(PICKLING_COLUMNS, "") | {
                "experiment": "e",
                "group": "data",
                "kind": kind,
            }
            row |= {"interpreter": interpreter, "implementation": name, "version": version}
            found.append(row | {"outcome": outcome, "error": error, "expression": "x"})
    return pd.DataFrame(found, columns=PICKLING_COLUMNS)


OK, NO, OTHER = ("pickles", ""), ("refuses", "TypeError"), ("refuses", "PicklingError")
OLD, NEW, PYPY = "CPython 3.9", "CPython 3.11", "PyPy 7.3"


def verdict(rows):
    """Return verdict and words on the article's claim."""
    names = ("experiment", "interpreter", "implementation", "version", "repeat", "status", "counts")
    runs = pd.DataFrame({name: [] for name in names})
    key = ["experiment", "interpreter", "strategy", "start_method", "size", "workers", "jobs"]
    jobs = pd.DataFrame(
        columns=[*key, "repeat", "worker", "started_s", "finished_s", "minor_faults"], dtype=float
    )
    (found,) = (one for one in judge(Evidence(runs, jobs, runs, rows)) if one.claim == "S13")
    return found.verdict, found.measured


def test_implementations_that_differ_in_the_outcome():
    apart = [(kind, {NEW: NO, PYPY: OK}) for kind in ("cell", "code", "frame", "cursor")]
    rows = table(("list", {NEW: OK, PYPY: OK}), *apart[:SEVERAL])
    said, words = verdict(rows)
    assert said == HOLDS
    assert f"{SEVERAL} of {SEVERAL + 1} kinds of object end differently; CPython refuses" in words


def test_a_single_kind_that_ends_differently_decides_nothing():
    rows = table(("list", {NEW: OK, PYPY: OK}), ("cell", {NEW: NO, PYPY: OK}))
    assert verdict(rows)[0] == UNDECIDED


def test_what_a_newer_version_may_have_changed_is_undecided():
    apart = [(kind, {NEW: NO, "PyPy 7.3 (Python 3.9.16)": OK}) for kind in "abcd"]
    said, words = verdict(table(*apart))
    assert said == UNDECIDED
    assert "no CPython was asked that is as old as PyPy's Python 3.9" in words


def test_another_exception_alone_is_no_other_place():
    said, words = verdict(table(("lock", {NEW: NO, PYPY: OTHER})))
    assert said == FAILS
    assert "1 more fail with another exception, a lock with TypeError on CPython and" in words


def test_what_changed_between_versions_is_not_laid_to_the_implementation():
    rows = table(("deep", {OLD: NO, NEW: OK, PYPY: OK}))
    assert verdict(rows)[0] == FAILS
    assert kinds_of(rows).loc["deep", ["between", "apart"]].tolist() == ["outcome", ""]


@pytest.mark.parametrize("rows", [table(("lock", {OLD: NO, NEW: OK})), table(), None])
def test_one_implementation_or_none_cannot_be_compared(rows):
    assert verdict(rows)[0] == UNTESTABLE


def test_a_kind_that_an_interpreter_does_not_have_says_nothing():
    rows = table(("odd", {NEW: ("not here", "ImportError"), PYPY: OK}))
    assert verdict(rows)[0] == FAILS


def test_message_counts_what_the_table_holds():
    rows = [("a", {NEW: OK, PYPY: OK}), ("b", {NEW: NO, PYPY: OK}), ("c", {NEW: NO, PYPY: OTHER})]
    assert pickling_message(table(*rows)) == (
        "1 of 3 kinds of object pickle everywhere; CPython and PyPy differ in 1 and fail with "
        "different exceptions in 1 more"
    )
    alone = table(("a", {NEW: OK}), ("b", {NEW: NO}))
    assert pickling_message(alone) == "1 of 2 kinds of object pickle with CPython"
    assert "the interpreters differ in 1" in pickling_message(table(("b", {NEW: NO, OLD: OK})))


def test_headings_are_versions_and_no_two_are_alike():
    rows = table(("a", {NEW: OK, OLD: OK}))
    assert list(headings_of(rows).values()) == [OLD, NEW]
    rows["version"] = "3.13"
    headings = [f"CPython 3.13 ({name})" for name in (OLD, NEW)]
    assert list(headings_of(rows).values()) == headings


@pytest.mark.parametrize("answers", [{NEW: OK}, {NEW: ("crashed", "SIGSEGV"), OLD: NO, PYPY: OK}])
def test_figure_and_report(tmp_path, answers):
    rows = table(
        ("list", answers), ("a|b", dict.fromkeys(answers, ("cannot be loaded", "TypeError")))
    )
    rows.to_csv(tmp_path / "pickling.csv", index=False)
    plot_pickling.main([str(tmp_path), "e"])
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    assert names == {"e_pickling.svg", "e_pickling.png"}
    read = read_pickling(tmp_path)
    found = pickling_facts("e", {"question": "What?"}, tmp_path, guarded_table(read))
    text = as_markdown(render("pickling.md.j2", one=found))
    assert text.startswith(f"### e: What?\n\n{pickling_message(read)}. ")
    assert "](figures/e_pickling.svg)" in text
    assert "| a\\|b | `x` | **cannot be loaded** `TypeError`" in text
    nothing = pickling_facts("e", {"question": "What?"}, tmp_path, read[:0])
    assert render("pickling.md.j2", one=nothing) == "### e: What?\n\nNothing was found."


def test_figure_of_an_experiment_that_is_not_there(tmp_path):
    table(("list", {NEW: OK})).to_csv(tmp_path / "pickling.csv", index=False)
    with pytest.raises(SystemExit, match="nowhere"):
        plot_pickling.main([str(tmp_path), "nowhere"])


def test_every_column_of_the_probe_is_read_as_text():
    assert {*PICKLING_COLUMNS} <= {*TEXT_COLUMNS}


@pytest.fixture(scope="module")
def probed_study(finished_study, tmp_path_factory):
    """A finished small study that also asks both of its interpreters what they pickle."""
    study = finished_study.copy_to(tmp_path_factory.mktemp("probed") / "project")
    study.config["experiments"]["pickling"] = {
        "question": "What pickles?",
        "probe": "pickling",
        "interpreters": ["cpython", "other"],
    }
    study.added = study.snakemake("report", "--dry-run").check().counts()
    study.snakemake("report").check()
    return study


def test_probe_joins_a_finished_study_and_measures_nothing(probed_study):
    assert probed_study.added == {
        "probe_pickling": 2,
        "merge_pickling": 1,
        "plot_pickling": 1,
        "record_study": 1,
        "judge_claims": 1,
        "write_report": 1,
        "write_page": 1,
    }
    results = probed_study.results()
    assert read_pickling(results)["interpreter"].unique().tolist() == ["cpython", "other"]
    assert (results / "figures" / "pickling_pickling.svg").is_file()
    assert "### pickling: What pickles?" in (results / "report.md").read_text()
    assert probed_study.planned("report") == {}


REPORT = {"write_report": 1, "write_page": 1}
FOLLOWING = {"merge_pickling": 1, "plot_pickling": 1, "judge_claims": 1} | REPORT


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("scripts/probes/pickling/kinds.py", {"probe_pickling": 2} | FOLLOWING),
        ("scripts/sharing/run.py", None),
        ("scripts/figures/plot_pickling.py", {"plot_pickling": 1} | REPORT),
        ("scripts/report/pickling.py", REPORT),
    ],
)
def test_edited_code(name, expected, probed_study, tmp_path):
    study = probed_study.copy_to(tmp_path / "project")
    path = study.path / name
    path.write_text(path.read_text() + "\n# edited\n")
    planned = study.planned("report")
    if expected is None:
        assert "measure_run" in planned and "probe_pickling" not in planned
    else:
        assert planned == expected


def test_another_build_of_one_interpreter_is_asked_again(probed_study, tmp_path):
    study = probed_study.copy_to(tmp_path / "project")
    study.config["experiments"] |= {"second": None}
    link = tmp_path / "another-python"
    link.symlink_to(study.config["interpreters"]["other"])
    study.config["interpreters"]["other"] = str(link)
    assert study.planned("report")["probe_pickling"] == 1


def test_removed_probe_leaves_the_table(probed_study, tmp_path):
    study = probed_study.copy_to(tmp_path / "project")
    study.config["experiments"]["pickling"] = None
    study.snakemake("report").check()
    assert read_pickling(study.results()).empty
    assert "### pickling" not in (study.results() / "report.md").read_text()
