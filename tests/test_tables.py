"""From runs to tables: every planned run has one row, answers are compared, medians are exact."""

import math
import statistics

import pandas as pd
import pytest
from scipy.stats import t as student

from stats import summarise_runs
from stats.priors import published_priors
from supervisor.columns import CELL, JOB_COLUMNS, RUN_COLUMNS
from tables import aggregate_runs, merge_experiments


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_aggregate_keeps_every_row_as_it_is(tmp_path):
    files = [write(tmp_path / f"{n}.csv", "a,b", f'{n},"x, y"') for n in (1, 2)]
    files.append(write(tmp_path / "3.csv", "a,b", "3,", "4,é"))
    aggregate_runs.concatenate(files, ("a", "b"), tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_text(encoding="utf-8") == (
        'a,b\n1,"x, y"\n2,"x, y"\n3,\n4,é\n'
    )


@pytest.mark.parametrize("header", ["a,c", "b,a", "a", "a,b,c"])
def test_aggregate_refuses_other_columns(header, tmp_path):
    files = [write(tmp_path / "1.csv", "a,b", "1,2"), write(tmp_path / "2.csv", header, "1,2")]
    with pytest.raises(aggregate_runs.SpoiltTable, match=r"2\.csv has other columns"):
        aggregate_runs.concatenate(files, ("a", "b"), tmp_path / "all.csv")


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", "is empty"),
        ("status,a\nok", "is not whole"),
        ("status,a\nok,1", "is not whole"),
        ("status,a\nok,1\nok,2,3\n", "is not whole"),
        ("status;a\nok;1\n", "has other columns"),
        ("status,a\nfine,1\n", "was edited: 'fine' is no status"),
    ],
)
def test_spoilt_file_of_a_run_is_named_with_what_to_do(text, trouble, tmp_path):
    (tmp_path / "1.csv").write_text(text, encoding="utf-8")
    with pytest.raises(aggregate_runs.SpoiltTable) as ended:
        aggregate_runs.concatenate([tmp_path / "1.csv"], ("status", "a"), tmp_path / "all.csv")
    said = str(ended.value)
    assert said.startswith(f"{tmp_path / '1.csv'} {trouble}") and "delete it" in said


def test_edited_table_of_all_runs_is_named_with_what_to_do(tmp_path):
    runs({"status": "fine"}).to_csv(tmp_path / "runs.csv", index=False)
    said = summarise_runs.main([str(tmp_path / "runs.csv"), str(tmp_path / "summary.csv")])
    assert "runs.csv was edited: 'fine' is no status" in said


@pytest.mark.parametrize("columns", [RUN_COLUMNS, JOB_COLUMNS], ids=["runs", "jobs"])
def test_columns_are_named_once(columns):
    assert len(set(columns)) == len(columns)


def runs(*rows):
    """A table of runs in which only what is given differs."""
    base = {
        "experiment": "one",
        "interpreter": "cpython",
        "strategy": "global",
        "start_method": "fork",
        "workload": "scan",
        "size": 10,
        "workers": 2,
        "jobs": 3,
        "repeat": 1,
        "status": "ok",
        "reason": None,
        "digest": "right",
        "machine": "here",
        "node": None,
        "kernel": "Linux",
        "wall_s": 1.0,
        **dict.fromkeys(("yardstick_before_s", "yardstick_after_s")),
        **dict.fromkeys(("other_cpu_s", "watched_s", "on_cpu_s", "publish_s", "start_s"), 1.0),
        "started_utc": "2026-01-01T00:00:00.000Z",
        **dict.fromkeys(summarise_runs.VALUES, 1.0),
    }
    rows = [base | row for row in rows]
    return pd.DataFrame([{"counts": row["status"] == "ok"} | row for row in rows])


def test_position_is_the_order_of_execution():
    table = runs(
        {"repeat": 1, "started_utc": "2026-01-01T10:00:00.500Z"},
        {"repeat": 2, "started_utc": "2026-01-01T09:00:00.000Z"},
        {"repeat": 3, "started_utc": "2026-01-01T10:00:00.499Z"},
    )
    ordered = merge_experiments.in_order(table)
    assert list(ordered["repeat"]) == [2, 3, 1]
    assert list(ordered["position"]) == [1, 2, 3]
    assert list(ordered.columns).index("position") == list(ordered.columns).index("repeat") + 1


def statuses(table):
    return list(merge_experiments.compare_answers(table)["status"])


def test_answer_that_differs_from_most_is_wrong():
    table = runs({}, {"strategy": "closure", "digest": "other"}, {"strategy": "argument"})
    compared = merge_experiments.compare_answers(table)
    assert list(compared["status"]) == ["ok", "wrong", "ok"]
    assert compared["reason"][1] == "answers differ from the 2 other runs"
    assert list(table["status"]) == ["ok"] * 3  # the table given stays as it is
    two = runs({"strategy": "serial"}, {"strategy": "closure", "digest": "other"})
    reasons = merge_experiments.compare_answers(two)["reason"]
    assert reasons[1] == "answers differ from the other run"


def test_serial_is_right_whatever_most_found():
    table = runs({"strategy": "serial"}, {"digest": "other"}, {"digest": "other"})
    assert statuses(table) == ["ok", "wrong", "wrong"]


def test_answers_are_compared_between_experiments():
    table = runs({}, {"experiment": "two", "digest": "other"}, {"repeat": 2})
    assert statuses(table) == ["ok", "wrong", "ok"]


# An interpreter's own sum of floats is no strategy's fault.
@pytest.mark.parametrize("axis", ["workload", "size", "jobs", "interpreter"])
def test_answers_to_other_questions_are_not_compared(axis):
    table = runs({}, {}, {axis: 99, "digest": "other"})
    assert statuses(table) == ["ok"] * 3


def test_runs_without_answers_are_not_compared():
    table = runs({}, {"digest": None}, {"status": "timeout", "reason": "slow", "digest": "half"})
    assert statuses(table) == ["ok", "ok", "timeout"]


def merge(tmp_path, *options):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    late = {"experiment": "late", "started_utc": "2026-02-01", "reason": "None"}
    runs(late | {"status": "failed", "machine": "here"}).to_csv(one, index=False)
    runs({"digest": "00123", "machine": "here"}).to_csv(two, index=False)
    out = [tmp_path / "runs.csv", tmp_path / "jobs.csv"]
    inputs = ["--runs", one, two, "--jobs", two, one, "--quiet-percent=92", "--other-percent=5"]
    outputs = ["--output", out[0], "--jobs-output", out[1]]
    merge_experiments.main([*map(str, inputs + outputs), *options])
    return [pd.read_csv(path, dtype=str, keep_default_na=False) for path in out]


def test_merge_puts_all_experiments_into_one_table(tmp_path):
    table, jobs = merge(tmp_path)
    assert list(table["experiment"]) == ["one", "late"]
    assert list(table["position"]) == ["1", "2"]
    assert list(table["digest"]) == ["00123", "right"]
    assert list(table["reason"]) == ["", "None"]
    assert list(table["machine"]) == ["here", "here"]
    assert list(jobs["experiment"]) == ["one", "late"]


def test_merge_labels_the_machine(tmp_path):
    table, _ = merge(tmp_path, "--machine=my label")
    assert list(table["machine"]) == ["my label", "my label"]


def summary_of(*rows):
    (row,) = summarise_runs.summarise(runs(*rows)).to_dict("records")
    return row


def test_median_and_range_are_exact():
    row = summary_of(*({"repeat": n, "map_s": value} for n, value in enumerate([4.0, 1.0, 2.5])))
    assert (row["runs"], row["n"], row["status"], row["reason"]) == (3, 3, "ok", "")
    assert (row["map_s"], row["map_s_min"], row["map_s_max"]) == (2.5, 1.0, 4.0)
    row = summary_of({"map_s": 1.0}, {"map_s": 4.0})
    assert row["map_s"] == 2.5


@pytest.mark.parametrize("number", [1, 2, 4])
def test_interval_from_one_run_on(number):
    """A study of one cell has the published prior: by hand, with that and Student's t."""
    values = [1.0, 2.0, 3.0, 4.0][:number]
    row = summary_of(*({"map_s": value} for value in values))
    prior = published_priors().times
    logs = [math.log(value) for value in values]
    own = statistics.variance(logs) * (number - 1) if number > 1 else 0.0
    freedom = prior.freedom + number - 1
    middle = statistics.mean(logs)
    variance = (prior.freedom * float(prior.variance(math.exp(middle))) + own) / freedom
    reach = student.ppf(0.975, freedom) * math.sqrt(variance / number)
    assert row["map_s_low"] == pytest.approx(math.exp(middle - reach), rel=1e-6)
    assert row["map_s_high"] == pytest.approx(math.exp(middle + reach), rel=1e-6)


def test_runs_that_do_not_count_are_neither_in_the_median_nor_in_its_range():
    row = summary_of(
        {"map_s": 3.0, "counts": True},
        {"map_s": 9.0, "counts": False},
        {"map_s": 5.0, "counts": True},
    )
    assert (row["runs"], row["n"], row["counted"]) == (3, 3, 2)
    assert (row["map_s"], row["map_s_max"]) == (4.0, 5.0)


def test_runs_that_failed_do_not_count_but_are_seen():
    row = summary_of(
        {"map_s": 3.0},
        {"map_s": 99.0, "status": "timeout", "reason": "over 9 s"},
        {"map_s": 5.0},
        {"map_s": None, "status": "timeout", "reason": "over 10 s"},
        {"map_s": 98.0, "status": "crashed", "reason": "killed"},
    )
    assert (row["runs"], row["n"], row["map_s"]) == (5, 2, 4.0)
    assert (row["status"], row["reason"]) == ("timeout", "over 9 s")


def test_cell_that_failed_altogether_keeps_its_row():
    row = summary_of({"status": "failed", "reason": "PicklingError: no"})
    assert (row["runs"], row["n"], row["status"]) == (1, 0, "failed")
    assert row["reason"] == "PicklingError: no"
    assert pd.isna(row["map_s"]) and pd.isna(row["total_s_low"])


def test_one_row_a_cell_in_the_order_of_the_table():
    table = runs({"size": 30}, {"size": 10}, {"size": 30, "repeat": 2}, {"workers": 4})
    summary = summarise_runs.summarise(table)
    assert list(summary["size"]) == [30, 10, 10]
    assert list(summary["runs"]) == [2, 1, 1]


def test_summary_is_keyed_as_runs_are():
    assert tuple(summarise_runs.CELL) == CELL
    assert set(summarise_runs.VALUES) <= set(RUN_COLUMNS)
