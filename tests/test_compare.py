"""Two studies side by side: machines, ratios, claims, advice; what does not fit is refused."""

from dataclasses import asdict

import pandas as pd
import pytest
import yaml
from test_report import in_blocks, run

from claims.judge_claims import Verdict
from figures import draw_forest
from probes.probe_pickling import PICKLING_COLUMNS
from report import compare_studies
from stats.summarise_runs import summarise
from supervisor.columns import IDENTITY, MEMORY_RUN_COLUMNS


def written(folder, rows, verdict="holds", **machine):
    """Write a study's tables to a folder, and return it."""
    folder.mkdir()
    runs = pd.DataFrame(in_blocks(rows)).assign(**machine)
    runs.to_csv(folder / "runs.csv", index=False)
    summarise(runs).to_csv(folder / "summary.csv", index=False)
    jobs = runs[[*IDENTITY, "repeat"]].assign(job=0, worker=1, started_s=0.0, finished_s=1.0)
    jobs.assign(minor_faults=0, worker_minor_faults=0).to_csv(folder / "jobs.csv", index=False)
    for name, columns in (("memory", MEMORY_RUN_COLUMNS), ("pickling", PICKLING_COLUMNS)):
        pd.DataFrame(columns=columns).to_csv(folder / f"{name}.csv", index=False)
    found = Verdict("S1", "a claim", "CPython 3.11", verdict, "x", experiment="e")
    pd.DataFrame([asdict(found)]).to_csv(folder / "verdicts.csv", index=False)
    (folder / "study.yaml").write_text(yaml.safe_dump(ASKED | {"study": folder.name}))
    return folder


ASKED = {"seed": 1, "builds": {}, "experiments": {}}
ROWS = {"serial": 1.0, "global": 0.5, "argument": 4.0}


def rows_of(times, **values):
    return [run(name, seconds, **values) for name, seconds in times.items()]


def compared(folder, one, other, **machine):
    first = written(folder / "one", one)
    second = written(folder / "other", other, **machine)
    output = folder / "comparison.md"
    said = compare_studies.main([str(first), str(second), str(output)])
    return said or output.read_text(encoding="utf-8")


def line_of(text, begin):
    (line,) = (line for line in text.splitlines() if line.startswith(begin))
    return line


def test_slower_machine_is_shown_by_mechanism(tmp_path):
    slower = {name: 2 * seconds for name, seconds in ROWS.items()}
    text = compared(tmp_path, rows_of(ROWS), rows_of(slower), machine="slow, 2 cores")
    assert line_of(text, "| machine |") == "| machine | test, 2 cores | slow, 2 cores |"
    line = line_of(text, "| CPython 3.11 | by fork |")
    assert "| 1 | 2 (" in line and line.endswith("| 1 | 0 | 0 |")
    assert "the same; among the best in both: `global`" in text


def test_forest_plot_stands_in_the_comparison(tmp_path):
    studies = [written(tmp_path / name, rows_of(ROWS)) for name in ("one", "other")]
    figure, text = tmp_path / "comparison.svg", tmp_path / "comparison.md"
    assert draw_forest.main([*map(str, studies), str(figure)]) == 0
    drawn = figure.read_text(encoding="utf-8")
    assert "as long" in drawn
    assert "CPython 3.11: by fork (1)" in drawn
    assert compare_studies.main([*map(str, studies), str(text)]) == 0
    assert "](comparison.svg)" in text.read_text(encoding="utf-8")


def test_forest_of_nothing_is_refused(tmp_path):
    one = written(tmp_path / "one", rows_of(ROWS))
    pypy = written(tmp_path / "other", rows_of(ROWS, implementation="PyPy"))
    said = draw_forest.main([str(one), str(pypy), str(tmp_path / "f.svg")])
    assert said.startswith("no cell in common that has a result")


def test_other_advice_is_named(tmp_path):
    turned = ROWS | {"serial": 0.3}
    text = compared(tmp_path, rows_of(ROWS), rows_of(turned))
    assert "**another one**: `global` in the first, `serial` in the second" in text


def test_claims_stand_in_a_grid(tmp_path):
    first = written(tmp_path / "one", rows_of(ROWS))
    second = written(tmp_path / "other", rows_of(ROWS), verdict="undecided")
    text = compare_studies.compare(*map(compare_studies.Study, (first, second)))
    assert "| S1 a claim | CPython 3.11 | holds | undecided | differ |" in text


def test_another_implementation_is_not_compared(tmp_path):
    pypy = rows_of(ROWS, implementation="PyPy")
    said = compared(tmp_path, rows_of(ROWS), pypy)
    assert "no cell in common" in said
    assert "`cpython` is CPython in one and PyPy in the other" in said
    assert not (tmp_path / "comparison.md").exists()


def test_folder_without_a_study_is_refused(tmp_path):
    with pytest.raises(SystemExit, match=r"is no study that has ended: there is no runs\.csv"):
        compare_studies.main([str(tmp_path), str(tmp_path), "x.md"])
