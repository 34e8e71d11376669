"""The report on synthetic tables: the answer first, failures shown, nothing typed by hand."""

import re
from dataclasses import asdict
from functools import partial

import pandas as pd
import pytest

from claims.judge_claims import Verdict
from report import publish_study
from report.cautions import cautions, failures
from report.cell_facts import fact_of
from report.first_screen import first_screen
from report.machine import measuring
from report.render import render, time_of_cell
from report.write_report import report
from stats.best import answering_cells, best_cells
from stats.evidence import Evidence, counted
from stats.summarise_runs import VALUES, summarise
from supervisor.columns import IDENTITY, LIFETIME_COLUMNS, MACHINE, MEMORY_RUN_COLUMNS
from wording.labels import names_of


def run(strategy, total_s, repeat=1, **values):
    """Return one row of runs.csv."""
    row = dict.fromkeys(MACHINE) | dict.fromkeys(VALUES, 1.0)
    row |= {
        "experiment": "matrix",
        "interpreter": "cpython",
        "strategy": strategy,
        "start_method": "none" if strategy == "serial" else "fork",
        "workload": "scan",
        "size": 1000,
        "workers": 1 if strategy == "serial" else 2,
        "jobs": 10,
        "repeat": repeat,
        "status": "ok",
        "reason": None,
        "total_s": total_s,
        "implementation": "CPython",
        "version": "3.11.2",
        "gil": True,
        "build": "PGO, LTO",
        "command": "python3",
        "machine": "test, 2 cores",
        "physical_cores": 2,
        "logical_cores": 2,
        "usable_cpus": 2,
        "node": None,
        "libraries": None,
        "digest": None,
        "block": repeat,
        "counts": total_s is not None,
        "disturbed": False,
        "capacity_before": None,
        "smt": False,
        "memory_total_mib": 1024,
        "load_average": 0.1,
        "started_utc": "2020-01-01T00:00:00.000Z",
        "code_version": "abc",
    }
    if total_s is None:
        row |= dict.fromkeys(VALUES)
    return row | values


STUDY = {
    "study": "tiny",
    "seed": 1,
    "builds": {},
    "experiments": {
        "matrix": {
            "question": "Which one?",
            "workload": "scan",
            "jobs": [10],
            "min_repeats": 1,
            "figures": ["time"],
        }
    },
}
VERDICTS = pd.DataFrame(
    [asdict(Verdict("S1", "a|b", "CPython 3.11", "holds", "x", experiment="e"))]
)
NO_JOBS = pd.DataFrame(columns=[*IDENTITY, "repeat", "worker", "started_s", "finished_s",
                                "minor_faults", "worker_minor_faults"])  # fmt: skip
DRIFT = (1.0, 1.03, 0.98, 1.02, 0.97)  # of the machine, from block to block


def in_blocks(rows, blocks=5):
    """Return every row once for each block, its time as the machine drifts."""
    found = []
    for number, drift in enumerate(DRIFT[:blocks], 1):
        block = {"repeat": number, "block": number}
        found += [
            row | block | {"total_s": row["total_s"] and row["total_s"] * drift} for row in rows
        ]
    return found


def text_of(rows, folder, blocks=5):
    runs = pd.DataFrame(in_blocks(rows, blocks))
    evidence = Evidence(runs, NO_JOBS, summarise(runs))
    lifetimes = pd.DataFrame(columns=LIFETIME_COLUMNS)
    screen = first_screen(evidence, lifetimes, folder)
    return report(STUDY, folder, evidence, screen, VERDICTS, lifetimes)


def test_answer_is_given_where_most_strategies_have_one():
    rows = [run(name, 1.0, size=10) for name in ("argument", "global", "closure", "threads")]
    rows += [run(name, 1.0, size=20) for name in ("argument", "global", "closure")]
    rows += [run("global", 1.0, size=30)]
    chosen = answering_cells(summarise(pd.DataFrame(rows)))
    assert set(chosen["size"]) == {20}


def test_every_run_that_is_not_ok_is_listed(tmp_path):
    rows = [run("global", 1.0), run("argument", 2.0)]
    rows += [run("closure", None, status="timeout", reason="over 1 s")]
    text = text_of(rows, tmp_path, blocks=2)
    assert "2 of 6 runs" in text
    assert "| timeout | 2 | over 1 s |" in text
    (ended,) = failures(pd.DataFrame(in_blocks(rows, 2))).by_strategy
    assert ended["number"] == 2


def test_what_is_unsupported_is_listed_by_its_reason(tmp_path):
    rows = [run("global", 1.0), run("argument", 2.0)]
    for size in (10, 20):
        given = {"size": size, "status": "unsupported", "reason": "no module named ray"}
        rows.append(run("ray", None, start_method="own", **given))
    assert "| ray | cpython | no module named ray | 2 |" in text_of(rows, tmp_path, blocks=1)


def test_figures_are_shown_if_they_exist(tmp_path):
    rows = [run("global", 1.0), run("argument", 2.0)]
    assert "![" not in text_of(rows, tmp_path)
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "matrix_time.svg").write_text("<svg/>")
    assert "](figures/matrix_time.svg)" in text_of(rows, tmp_path)


def best_by_name(runs):
    """Return what finds the `Best` of cells among runs."""
    return partial(best_cells, counted=counted(runs))


def best_of(*rows):
    runs = pd.DataFrame(in_blocks(rows))
    (best,) = best_cells(summarise(runs), runs).values()
    return best.strategies


def test_of_those_equally_fast_the_one_with_least_memory_comes_first():
    rows = [run("global", 1.0, tree_pss_mib=300.0), run("closure", 1.2, tree_pss_mib=10.0)]
    assert best_of(*rows, run("immortal", 1.0, tree_pss_mib=100.0)) == ["immortal", "global"]
    assert best_of(*rows) == ["global"]


@pytest.mark.parametrize("strategy", ["mpire", "threads", "serial", "argument"])
def test_every_strategy_may_be_the_best(strategy):
    method = {"serial": "none", "threads": "none"}.get(strategy, "fork")
    assert best_of(run(strategy, 1.0, start_method=method), run("global", 2.0)) == [strategy]


def test_interpreters_are_called_by_their_version():
    rows = [run("global", 1.0), run("global", 1.0, interpreter="free", gil=False)]
    rows += [run("global", 1.0, interpreter="pypy", implementation="PyPy", version="7.3.11 (Py…)")]
    rows += [run("global", None, interpreter="never", version=None)]
    assert names_of(pd.DataFrame(rows)) == {
        "cpython": "CPython 3.11",
        "free": "CPython 3.11 without a GIL",
        "pypy": "PyPy 7.3",
    }
    twice = pd.DataFrame([*rows, run("global", 1.0, interpreter="other")])
    assert names_of(twice)["other"] == "CPython 3.11 (other)"


def test_interval_is_shown_where_there_is_one():
    cell = summarise(pd.DataFrame(in_blocks([run("global", 2.0)]))).iloc[0]
    assert re.fullmatch(r"2 s \(1\.9\d s – 2\.0\d s\)", time_of_cell(fact_of(cell)))
    cell[["total_s_low", "total_s_high"]] = None
    assert time_of_cell(fact_of(cell)) == "2 s"


@pytest.mark.parametrize("own", ["scan", "mine.py"])
def test_first_screen_warns_of_a_build_that_is_not_optimised(own, tmp_path):
    rows = [run("global", 1.0, workload=own), run("serial", 2.0, workload=own)]
    first = text_of(rows, tmp_path).partition("\n## ")[0]
    assert "no optimised build" not in first
    for build in ("no PGO, LTO", "no PGO, no LTO, JIT off", "PGO, LTO, debug"):
        first = text_of([row | {"build": build} for row in rows], tmp_path).partition("\n## ")[0]
        assert f"**CPython 3.11 is no optimised build** ({build})" in first


def test_how_each_interpreter_was_built_has_a_line(tmp_path):
    slow = {"interpreter": "slow", "build": "no PGO, no LTO"}
    text = text_of([run("global", 1.0), run("global", 1.0, **slow), run("serial", 1.0)], tmp_path)
    lines = [line for line in text.splitlines() if line.startswith(("| cpython |", "| slow |"))]
    built = [line.split(" | ")[3] for line in lines if "`python3`" in line]
    assert built == ["PGO, LTO", "no PGO, no LTO"]


def warnings_of(runs):
    return render("cautions.md.j2", cautions=cautions(runs, summarise(runs), "tiny"))


def test_without_a_warning_none_is_said():
    assert warned([run("global", 1.0)]) == "## Warnings\n\nNone."


@pytest.mark.parametrize(
    "change, word",
    [
        ({"machine": "other"}, "machines"),
        ({"version": "3.12.0"}, "builds"),
        ({"code_version": "def"}, "older version of the measuring code"),
        ({"total_s": 3.0}, "differ by more than"),
        ({"workers": 4}, "more workers than"),
        ({"threads_at_fork": 3}, "the program had other threads when it forked (scan)"),
    ],
)
def test_cautions(change, word):
    def said(**values):
        rows = [run("global", 1.0, 1), run("global", 1.0, 2)]
        rows[1] |= values
        runs = pd.DataFrame(rows)
        return warnings_of(runs)

    assert word not in said()
    assert word in said(**change)


def test_interpreters_that_do_not_agree_are_noticed():
    rows = [run("global", 1.0, digest="a"), run("global", 1.0, digest="b", interpreter="pypy")]
    runs = pd.DataFrame(rows)
    said = warnings_of(runs)
    assert "The interpreters do not agree on the answers of scan" in said
    runs = pd.DataFrame([rows[0], rows[1] | {"digest": "a"}, rows[1] | {"jobs": 99}])
    assert "do not agree" not in warnings_of(runs)


def test_short_totals_are_noticed():
    runs = pd.DataFrame([run("global", 0.001)])
    assert "1 cell took less than 10 ms" in warnings_of(runs)
    assert "took less" not in warnings_of(pd.DataFrame([run("global", 0.1)]))


@pytest.fixture
def finished(tmp_path):
    study = tmp_path / "study"
    (study / "figures").mkdir(parents=True)
    for name in ("a.svg", "b.svg", "b.png", "alternatives_comparison.png"):
        (study / "figures" / name).write_text("<svg/>")
    for name in publish_study.TABLES:
        (study / name).write_text("x\n")
    (study / "report.md").write_text("![one](figures/a.svg)\n")
    pd.DataFrame([run("global", 1.0, block=1)]).to_csv(study / "runs.csv", index=False)
    pd.DataFrame(columns=MEMORY_RUN_COLUMNS).to_csv(study / "memory.csv", index=False)
    return study


def test_publish_refuses_cells_of_an_older_version_and_says_how_to_measure_them(
    finished, tmp_path, capsys
):
    new = {"code_version": "def", "started_utc": "2020-01-02T00:00:00.000Z"}
    rows = [
        run("global", 1.0, block=1),
        run("global", 1.0, block=1, jobs=100, **new),
        run("closure", 1.0, block=1),  # all of one version, if another one than of `global`
        run("serial", 1.0, block=1, **new),
    ]
    pd.DataFrame(rows).to_csv(finished / "runs.csv", index=False)
    assert publish_study.main([str(finished), str(tmp_path / "published")]) == 1
    refusal, *lines = capsys.readouterr().err.splitlines()
    assert "older version" in refusal
    (line,) = lines
    assert "matrix on cpython, global/fork w2: " in line
    command = (
        "rm -f results/study/*.csv results/study/report.md results/study/matrix/runs.csv "
        "results/study/matrix/runs/cpython/*/*/n1000_w*_j10_r*.csv "
        "results/study/matrix/memory/cpython/*/*/n1000_w*_j10.csv"
    )
    assert f"`{command}`" in line
    assert not (tmp_path / "published").exists()


def test_publish_refuses_a_peak_of_an_older_version(finished, tmp_path, capsys):
    keys = {name: run("global", 1.0)[name] for name in MEMORY_RUN_COLUMNS[:8]}
    old = keys | {"code_version": "old", "started_utc": "2019-01-01T00:00:00.000Z"}
    pd.DataFrame([old], columns=MEMORY_RUN_COLUMNS).to_csv(finished / "memory.csv", index=False)
    assert publish_study.main([str(finished), str(tmp_path / "published")]) == 1
    assert "matrix on cpython, global/fork w2: " in capsys.readouterr().err


def test_cells_of_an_older_version_are_noticed_in_one_sentence():
    new = {"code_version": "def", "started_utc": "2020-01-02T00:00:00.000Z"}
    rows = [run("global", 1.0, experiment=f"e{n}", workload="scan") for n in range(9)]
    rows += [run("global", 1.0, experiment="e9", **new)]
    rows += [run("global", 1.0, experiment="own", workload="mine.py")]
    rows += [run("global", 1.0, experiment="other", workload="mine.py", **new)]
    runs = pd.DataFrame(rows)
    (said,) = [one for one in warnings_of(runs).splitlines() if "older version" in one]
    assert "9 cells of e0 on cpython, e1 on cpython, e2 on cpython and 6 more. To" in said
    assert "`rm -f results/tiny/*.csv results/tiny/report.md results/tiny/e0/runs.csv" in said
    assert "abc" not in said and len(said) < 500


def test_publish_refuses_what_was_not_measured_together(finished, tmp_path, capsys):
    rows = [run("global", 1.0, block=1), run("serial", 1.0, block=1), run("closure", 1.0, block=2)]
    pd.DataFrame(rows).to_csv(finished / "runs.csv")
    assert publish_study.main([str(finished), str(tmp_path / "published")]) == 1
    said = capsys.readouterr().err
    assert "matrix on cpython, closure/fork w2, global/fork w2 and serial/none w1" in said
    assert "results/study/matrix/runs.csv results/study/matrix/runs/cpython/*/*/n1" in said
    assert not (tmp_path / "published").exists()


def test_publish_replaces_and_compresses(finished, tmp_path):
    target = tmp_path / "published"
    target.mkdir()
    (target / "stale.csv").touch()
    (finished / "jobs.csv").write_text("1,2,3\n" * publish_study.LARGE)
    assert publish_study.main([str(finished), str(target)]) == 0
    once = (target / "jobs.csv.gz").read_bytes()
    assert not (target / "stale.csv").exists() and not (target / "jobs.csv").exists()
    assert publish_study.main([str(finished), str(target)]) == 0
    assert (target / "jobs.csv.gz").read_bytes() == once


def test_publish_takes_the_figures_that_the_report_or_the_readme_shows(finished, tmp_path):
    assert publish_study.main([str(finished), str(tmp_path / "published")]) == 0
    copied = {path.name for path in (tmp_path / "published" / "figures").iterdir()}
    assert copied == {"a.svg", "alternatives_comparison.png"}


def test_publish_refuses_a_study_without_a_figure_that_the_readme_shows(finished, tmp_path, capsys):
    (finished / "figures" / "alternatives_comparison.png").unlink()
    assert publish_study.main([str(finished), str(tmp_path / "published")]) == 1
    assert "no figure alternatives_comparison.png" in capsys.readouterr().err
    assert not (tmp_path / "published").exists()


@pytest.mark.parametrize("leak", ["/home/someone/data", "a-revealing-host-name"])
def test_publish_refuses_what_names_the_machine(finished, tmp_path, monkeypatch, capsys, leak):
    monkeypatch.setattr(publish_study.platform, "node", lambda: "a-revealing-host-name")
    pd.DataFrame([run("global", 1.0, reason=leak)]).to_csv(finished / "runs.csv")
    assert publish_study.main([str(finished), str(tmp_path / "published")]) == 1
    assert "runs.csv" in capsys.readouterr().err
    assert not (tmp_path / "published").exists()


def test_libraries_are_listed_by_interpreter():
    rows = [
        run("dask", 1.0, libraries="dask 2.1, distributed 2.2"),
        run("mpire", 1.0, libraries="mpire 3.3"),
        run("global", 1.0, interpreter="pypy", libraries=None),
    ]
    found = {one.interpreter: one.libraries for one in measuring(pd.DataFrame(rows)).interpreters}
    assert found == {"cpython": ["dask 2.1", "distributed 2.2", "mpire 3.3"], "pypy": []}


def test_a_librarys_own_processes_take_part_in_the_answer():
    rows = [run("serial", 9.0), run("argument", 5.0), run("ray", 2.0, start_method="own")]
    runs = pd.DataFrame(in_blocks(rows))
    chosen = answering_cells(summarise(runs))
    assert set(chosen["strategy"]) == {"serial", "argument", "ray"}
    assert best_cells(chosen, runs)["cpython"].strategies == ["ray"]


def warned(rows):
    return warnings_of(pd.DataFrame(rows))


def test_cells_that_rest_on_disturbed_runs_are_noticed():
    quiet = run("global", 1.0, disturbed=False, counts=True)
    hit = run("global", 1.0, 2, disturbed=True, counts=False)
    assert "rest on disturbed runs" not in warned([quiet, hit])
    alone = run("closure", 1.0, disturbed=True, counts=True)
    assert "numbers of 1 cell rest on disturbed runs" in warned([quiet, hit, alone])


def test_jobs_that_are_done_at_once_are_noticed():
    assert "less than 50 ms" not in warned([run("global", 1.0, map_s=0.06)])
    assert "No verdict rests on it" in warned([run("global", 1.0, map_s=0.04)])
    assert "less than 50 ms" not in warned([run("serial", 1.0, map_s=0.04)])


def test_strategies_that_share_no_block_are_noticed_with_the_remedy():
    rows = [run("global", 1.0, block=1), run("closure", 1.0, block=1), run("serial", 1.0, block=2)]
    said = warned(rows)
    assert "matrix on cpython: closure/fork w2, global/fork w2 and serial/none w1" in said
    assert "results/tiny/matrix/runs.csv results/tiny/matrix/runs/cpython/" in said
    assert "Not measured together" in said
    assert "Not measured together" not in warned([*rows, run("serial", 1.0, 2, block=1)])


def test_what_the_machine_gave_is_reported(tmp_path):
    rows = [
        run("global", 1.0, capacity_before=1.9, disturbed=False, counts=True),
        run("serial", 1.0, capacity_before=1.5, disturbed=True, counts=True),
    ]
    text = text_of(rows, tmp_path, blocks=1)
    assert "| cores it gave | 1.70 in the median (8 of 10 readings: 1.54 – 1.86) |" in text
    assert "| disturbed runs | 1 of 2 |" in text
    assert "cores it gave" not in text_of([run("global", 1.0)], tmp_path)
