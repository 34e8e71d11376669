"""Names that a reader of CSVs or YAML takes for something else: NA, nan, None, null, true, 007."""

import sys

import pandas as pd
import pytest
import yaml
from measuring import table
from study_folder import StudyFolder

from figures import plot_time
from stats import merge_studies
from tables.read_tables import read_table, read_table_of

NAMES = ("NA", "nan", "None", "null", "true", "inf", "N-A", "NULL")
LABELS = (*NAMES, "1e3", "007", "-1", "1_000", "#N/A")


@pytest.mark.parametrize("name", LABELS)
def test_names_stay_what_they_are(name, tmp_path):
    columns = ("experiment", "interpreter", "machine", "version", "reason", "threshold")
    rows = pd.DataFrame([dict.fromkeys(columns, name) | {"size": 7, "total_s": 0.5}])
    rows.to_csv(tmp_path / "runs.csv", index=False)
    read = read_table(tmp_path / "runs.csv")
    assert set(read[list(columns)].iloc[0]) == {name}
    assert read["size"].iloc[0] == 7 and read["total_s"].iloc[0] == 0.5


def test_empty_field_is_missing(tmp_path):
    (tmp_path / "runs.csv").write_text("interpreter,reason,total_s,disturbed\na,,,\nb,x,1.5,True\n")
    read = read_table_of(tmp_path, "runs")
    assert read.isna().to_numpy().tolist() == [[False, True, True, True], [False] * 4]
    assert read["total_s"].iloc[1] == 1.5 and read["disturbed"].iloc[1] is True


@pytest.fixture(scope="module")
def odd_study(tmp_path_factory):
    """The folder of a small study in which everything that can be named bears an odd name."""
    experiment = {"question": "Is it there?", "strategies": ["serial", "global"], "sizes": [50]}
    everywhere = {"interpreters": ["nan", "None", "null"], "figures": ["time", "comparison"]}
    folder = StudyFolder.create(
        tmp_path_factory.mktemp("odd") / "project",
        NA=experiment | everywhere,
        true=experiment | {"interpreters": ["nan"], "workers": [1, 2]},
        inf={"question": "What pickles?", "probe": "pickling", "interpreters": ["None"]},
    )
    folder.config |= {"study": "NaN", "machine": "007"}
    folder.config["interpreters"] = {"pypy": None, "cpython": None} | dict.fromkeys(
        everywhere["interpreters"], sys.executable
    )
    folder.config["defaults"]["interpreters"] = ["nan"]
    folder.snakemake("report").check()
    return folder


def test_every_name_stands_in_every_table(odd_study):
    results = odd_study.results()
    cells = {
        ("NA", name, strategy)
        for name in ("nan", "None", "null")
        for strategy in ("serial", "global")
    } | {("true", "nan", "serial"), ("true", "nan", "global")}
    for name in ("runs", "jobs", "summary"):
        read = read_table(results / f"{name}.csv")
        found = read[["experiment", "interpreter", "strategy"]].itertuples(index=False, name=None)
        assert set(found) == cells, name
    runs = read_table(results / "runs.csv")
    assert set(runs["status"]) == {"ok"}
    assert set(runs["machine"]) == {"007"}
    assert {row["interpreter"] for row in table(results / "pickling.csv")} == {"None"}
    asked = yaml.safe_load((results / "study.yaml").read_text())
    assert asked["study"] == "NaN"
    assert set(asked["experiments"]) == {"NA", "true", "inf"}


def test_every_name_stands_in_report_page_and_figures(odd_study):
    results = odd_study.results()
    figures = {path.name for path in (results / "figures").glob("*.svg")}
    assert {"NA_time.svg", "NA_comparison.svg", "inf_pickling.svg"} <= figures
    for path in (results / "report.md", results / "report.html", results / "figures/NA_time.svg"):
        text = path.read_text(encoding="utf-8")
        for name in ("nan", "None", "null"):
            assert f"({name})" in text, (path, name)
    report = (results / "report.md").read_text(encoding="utf-8")
    for heading in ("### NA: ", "### true: ", "### inf: "):
        assert heading in report
    assert "<summary>Machine: 007</summary>" in report


def test_odd_study_is_whole_once_more(odd_study, tmp_path):
    """It is drawn, asked for advice and merged by the commands that read a finished study."""
    results = odd_study.results()
    plot_time.main([str(results), "NA"])
    assert odd_study.planned("report") == {}
    merged = ["--labels", "true", "1e3", "--output", str(tmp_path / "merged")]
    assert merge_studies.main([str(results), str(results), *merged]) == 0
    runs = read_table_of(tmp_path / "merged", "runs")
    assert set(runs["experiment"]) == {"NA", "true"}
    assert {"None on true", "null on 1e3"} <= set(runs["interpreter"])
