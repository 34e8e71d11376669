"""One study of two machines: nothing is pooled, and what is not the same is refused."""

import pandas as pd
import test_lifetimes as lives
import yaml
from test_compare import ASKED, ROWS, rows_of, written

from stats import merge_studies
from stats.evidence import Evidence
from tables.read_tables import read_lifetimes
from wording.labels import names_of


def two(folder, **machine):
    return [
        written(folder / "one", rows_of(ROWS)),
        written(folder / "other", rows_of({name: 2 * s for name, s in ROWS.items()}), **machine),
    ]


def merged(folder, studies, *options):
    output = folder / "merged"
    said = merge_studies.main([*map(str, studies), "--output", str(output), *options])
    return said or output


def test_every_machine_keeps_its_rows(tmp_path):
    output = merged(tmp_path, two(tmp_path, machine="another, 8 cores"))
    evidence = Evidence.read(output)
    assert names_of(evidence.runs) == {
        "cpython on another, 8 cores": "CPython 3.11 (cpython on another, 8 cores)",
        "cpython on test, 2 cores": "CPython 3.11 (cpython on test, 2 cores)",
    }
    cells = evidence.summary.set_index(["interpreter", "strategy"])["total_s"]
    assert len(cells) == 2 * len(ROWS)
    slow, quick = (
        cells[f"cpython on {name}"]["global"] for name in ("another, 8 cores", "test, 2 cores")
    )
    assert slow == 2 * quick
    assert yaml.safe_load((output / "study.yaml").read_text())["machines"] == {
        "test, 2 cores": ["cpython on test, 2 cores"],
        "another, 8 cores": ["cpython on another, 8 cores"],
    }
    assert pd.read_csv(output / "runs.csv")["position"].is_unique


def test_lives_of_every_machine_are_kept(tmp_path):
    studies = two(tmp_path, machine="another, 8 cores")
    lives.rows_of({"global": [1.0, 2.0, 3.0, 4.0, 5.0]}).to_csv(
        studies[0] / "lifetimes.csv", index=False
    )
    table = read_lifetimes(merged(tmp_path, studies))
    assert set(table["interpreter"]) == {"cpython on test, 2 cores"}
    assert len(table) == 10


def test_machines_of_the_same_name_need_labels(tmp_path):
    studies = two(tmp_path)
    assert "give each its own by --labels" in merged(tmp_path, studies)
    output = merged(tmp_path, studies, "--labels", "a", "b")
    runs = pd.read_csv(output / "runs.csv")
    assert set(runs["interpreter"]) == {"cpython on a", "cpython on b"}
    assert merged(tmp_path, studies, "--labels", "a") == "1 labels for 2 studies"


def test_the_same_name_for_another_experiment_is_refused(tmp_path):
    studies = two(tmp_path)
    for folder, workload in zip(studies, ("scan", "records"), strict=True):
        asked = ASKED | {"study": folder.name, "experiments": {"matrix": {"workload": workload}}}
        (folder / "study.yaml").write_text(yaml.safe_dump(asked))
    said = merged(tmp_path, studies, "--labels", "a", "b")
    assert said.startswith("matrix has the workload scan in one study and records in another")
