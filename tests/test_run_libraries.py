"""Which libraries' versions a run's row names, and with which it is measured again."""

import pandas as pd
from test_report import run

from study.libraries import all_libraries, libraries_of_data, libraries_of_run
from wording.labels import of_libraries


def test_strategy_comes_first_and_nothing_twice():
    assert libraries_of_run("joblib", "array2d") == ["joblib", "numpy"]
    assert libraries_of_run("numpy_file", "array2d") == ["numpy"]
    assert libraries_of_run("global", "scan") == []
    assert libraries_of_run("serial", "annotations_numpy:64") == ["numpy"]


def test_workload_that_imports_another_has_its_libraries_too():
    assert libraries_of_data("frame_arrow") == {"pandas", "pyarrow"}


def test_users_file_is_read_but_not_run(tmp_path):
    own = tmp_path / "mine.py"
    own.write_text("import numpy as np, os\n\ndef build(size):\n    import polars\n\n1 / 0\n")
    assert {"numpy", "polars"} <= libraries_of_data(str(own))
    unreadable = tmp_path / "unreadable.py"
    unreadable.write_text("def build(size:\n")
    assert libraries_of_data(str(unreadable)) == set()
    assert libraries_of_data(str(tmp_path / "absent.py")) == set()


def test_all_are_asked_for():
    assert {"numpy", "pandas", "polars", "pyarrow", "joblib", "ray"} <= {*all_libraries()}


def test_strategy_whose_data_needs_a_library_is_not_the_librarys():
    rows = [
        run("joblib", 1.0, workload="array2d", libraries="joblib 1.6.0, numpy 2.5.5"),
        run("serial", 1.0, workload="array2d", libraries="numpy 2.5.5"),
        run("numpy_file", 1.0, workload="array2d", libraries="numpy 2.5.5"),
    ]
    assert of_libraries(pd.DataFrame(rows)) == {"joblib"}
