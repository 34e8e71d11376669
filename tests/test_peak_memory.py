"""Peak memory: each cell has a run for it; tables prefer it to the memory after the last job."""

import csv

import pandas as pd
import pytest
from measuring import WORKLOADS, table
from study_folder import StudyFolder

from stats.summarise_runs import with_memory
from supervisor.columns import MEMORY_RUN_COLUMNS
from wording.memory import moment_of

HELD_MIB = 100  # by a job of transient.py
CELL = {
    "experiment": "e", "interpreter": "i", "strategy": "s", "start_method": "fork",
    "workload": "w", "size": 1, "workers": 2, "jobs": 3,
}  # fmt: skip


def test_height_is_seen_that_is_gone_after_the_last_job(measurement):
    peak_measured = measurement(
        workload=WORKLOADS / "transient.py", strategy="global", jobs=4, measure_memory=True
    ).run()
    assert tuple(peak_measured.row) == MEMORY_RUN_COLUMNS
    assert (peak_measured.row["status"], peak_measured.jobs) == ("ok", [])
    left = float(peak_measured.row["tree_pss_mib"])
    assert (
        float(peak_measured.row["peak_pss_mib"]) > left + HELD_MIB
    )  # two workers hold as much each
    assert int(peak_measured.row["samples"]) > 3


def test_what_had_no_result_has_no_peak(measurement):
    one = measurement(workload=WORKLOADS / "raises.py", strategy="global")
    assert one.run().row["status"] == "failed"
    first = one.folder / "first.csv"
    (one.folder / "run.csv").rename(first)
    started = measurement(
        workload=WORKLOADS / "raises.py", strategy="global", measure_memory=True, after=first
    ).run()
    assert started.row["status"] == "failed"
    assert (started.row["peak_pss_mib"], started.row["data_mib"]) == ("", "")


# What lays the data out anew has both while it does so, 31 MiB of numbers beside 153 MiB of ints,
# and keeps one.
LAID_OUT = ["array_global", "shared_memory", "mmap_file", "raw_array"]


@pytest.mark.parametrize("strategy", LAID_OUT)
def test_laying_out_is_in_the_peak_and_the_list_not_in_the_end(strategy, measurement):
    run = measurement(
        workload="scan", size=4_000_000, strategy=strategy, jobs=2, measure_memory=True
    ).run()
    assert run.row["status"] == "ok", run.log
    numbers_mib = 8 * 4_000_000 / 2**20
    processes_mib = 3 * 10  # a Python each
    data_mib = float(run.row["data_mib"])
    assert numbers_mib < float(run.row["tree_pss_mib"]) < numbers_mib + processes_mib
    assert data_mib > 2 * numbers_mib
    assert float(run.row["peak_pss_mib"]) > data_mib + numbers_mib / 2


def test_summary_prefers_the_height():
    cells = pd.DataFrame(
        [
            CELL | {"strategy": name, "n": n}
            | dict.fromkeys(("tree_pss_mib", "tree_pss_mib_min", "tree_pss_mib_max"), left)
            for name, n, left in (("peak_measured", 2, 30.0), ("not", 2, 20.0), ("failed", 0, None))
        ]
    )  # fmt: skip
    peak_measured = pd.DataFrame(
        [CELL | {"strategy": "peak_measured", "peak_pss_mib": 90.0},
         CELL | {"strategy": "failed", "peak_pss_mib": None}]
    )  # fmt: skip
    table = with_memory(cells, peak_measured).set_index("strategy")
    assert table["memory_mib"].dropna().to_dict() == {"peak_measured": 90.0, "not": 20.0}
    assert table["peak_measured"].to_dict() == {
        "peak_measured": True,
        "not": False,
        "failed": False,
    }
    assert moment_of(table[table["peak_measured"]]) == "at its peak while the jobs ran"
    assert moment_of(table.loc[["not"]]) == "after the last job"
    assert "else after the last job" in moment_of(table)


def test_height_is_never_below_what_is_left():
    cells = pd.DataFrame(
        [CELL | {"n": 1} | {f"tree_pss_mib{end}": 30.0 for end in ("", "_min", "_max")}]
    )
    peak_measured = pd.DataFrame([CELL | {"peak_pss_mib": 29.0}])
    assert with_memory(cells, peak_measured)["memory_mib"].tolist() == [30.0]


def test_study_measures_every_cells_memory_once(tmp_path):
    folder = StudyFolder.create(tmp_path / "project")
    folder.config["defaults"]["peak_memory"] = True
    folder.snakemake("report").check()
    rows = table(folder.results() / "memory.csv")
    cells = {(row["experiment"], row["interpreter"], row["strategy"]) for row in rows}
    assert len(cells) == len(rows) == 4
    assert all(float(row["peak_pss_mib"]) >= float(row["tree_pss_mib"]) > 0 for row in rows)
    with (folder.results() / "summary.csv").open(encoding="utf-8", newline="") as file:
        assert {row["peak_measured"] for row in csv.DictReader(file)} == {"True"}
    report = (folder.results() / "report.md").read_text(encoding="utf-8")
    assert "at its peak while the jobs ran" in report
    assert folder.planned("report") == {}
    folder.edit("scripts/sharing/strategies/argument.py", "MECHANISM", "# edited\nMECHANISM")
    planned = folder.planned("report")
    assert (planned["measure_run"], planned["measure_memory"]) == (4, 2)
