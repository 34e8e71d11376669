"""A worker's life: looked at as it reads more and more; a table, a figure, a section."""

import gc
from pathlib import Path

import pandas as pd
import pytest
from carrying import load_or_skip
from markdown_it import MarkdownIt
from measuring import table
from study_folder import StudyFolder

from figures import plot_lifetime
from report.foreign import as_markdown, guarded_table
from report.lives import lifetime_facts
from report.render import render
from sharing import lifetime, workloads
from stats.lifetimes import marks_of, medians_by_mark
from supervisor.columns import LIFETIME_COLUMNS

SIZE = 20_000
SHARES = ["0.01", "0.1", "1"]
MARKS = ["0", *SHARES, "collected"]


def followed(measurement, **given):
    """Return the rows of a run whose workers stop at marks."""
    run = measurement(
        **{"workload": "annotations", "size": SIZE, "jobs": 2, "marks": ",".join(SHARES)} | given
    )
    finished = run.run()
    assert finished.exit_code == 0, finished.terminal
    return table(run.folder / "run.csv")


def test_workers_are_seen_at_every_mark(measurement):
    rows = followed(measurement, strategy="global")
    assert tuple(rows[0]) == LIFETIME_COLUMNS
    assert {row["status"] for row in rows} == {"ok"}, rows[0]["reason"]
    assert [row["mark"] for row in rows] == [mark for mark in MARKS for _ in range(2)]
    assert [row["worker"] for row in rows] == ["1", "2"] * len(MARKS)
    read = [float(row["items"]) for row in rows[::2]]
    assert read == [0, SIZE // 100, SIZE // 10, SIZE, SIZE]
    assert rows[0]["first_item_s"] == ""
    assert float(rows[-1]["first_item_s"]) > 0
    for column in ("reading_s", "tree_pss_mib", "uss_mib", "pss_mib"):
        assert float(rows[-1][column]) > 0


def test_inherited_dicts_are_copied_as_they_are_read_and_pickles_are_not(measurement):
    copied = {}
    for strategy in ("global", "packed"):
        rows = followed(measurement, strategy=strategy)[::2]
        private = [float(row["uss_mib"]) for row in rows]
        assert strategy == "packed" or private == sorted(private)
        copied[strategy] = (private[-2] - private[0]) / float(rows[0]["data_mib"])
    assert copied["global"] > 0.5
    assert copied["packed"] < 0.25


def test_thread_has_no_memory_of_its_own(measurement):
    rows = followed(measurement, strategy="threads")
    assert {row["uss_mib"] for row in rows} == {""}
    assert len(rows) == 2 * len(MARKS)


def test_mark_may_be_a_small_number(measurement):
    rows = followed(measurement, strategy="global", marks="1e-05,1")
    assert [row["mark"] for row in rows[::2]] == ["0", "1e-05", "1", "collected"]


def test_run_without_result_is_one_row(measurement):
    (row,) = followed(measurement, strategy="array_global")
    assert (row["status"], row["mark"]) == ("unsupported", "")
    assert row["reason"].startswith("flat numbers only")


def test_collections_that_come_by_themselves_are_counted(monkeypatch, tmp_path):
    monkeypatch.setenv(lifetime.FOLDER, str(tmp_path))
    worker = lifetime.Worker()
    try:
        gc.collect()
        gc.collect(0)
        assert worker.collections[2] >= 1
        assert worker.collections[0] >= 1
        (tmp_path / "0.5_seen").touch()
        worker.stop("0.5", 7)
        (noted,) = tmp_path.glob("0.5_[0-9]*")
        assert noted.read_text().split()[0] == "7"
    finally:
        gc.callbacks.remove(worker.collected)


class Hurried:
    """A worker that waits for nobody."""

    def goes_on(self):
        pass

    has_read = goes_on

    def stop(self, mark, items):
        pass


@pytest.mark.parametrize("name", workloads.readable_in_part())
@pytest.mark.parametrize("size", [0, 1, 2, 1000])
def test_all_items_are_read_once(name, size, monkeypatch):
    order = lifetime.reading_order(size, 3)
    read = []
    done = 0
    for mark in SHARES:
        upto = lifetime.items_at(mark, size)
        for batch in lifetime.batches(order, done, upto):
            assert 0 < len(batch) <= lifetime.BATCH
            read += batch
        done = upto
    assert sorted(read) == list(range(size))
    monkeypatch.setattr(lifetime, "Worker", Hurried)
    life = lifetime.Life(load_or_skip(name), SHARES)
    assert life.process(life.build(size), 3) == life.expected(size, 3)
    if size > 2:
        assert life.expected(size, 3) != life.expected(size, 4)


def test_wrong_answer_of_a_life_is_found(measurement, tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "def build(size):\n    return list(range(size))\n\n\n"
        "def process(data, job):\n    return 0\n\n\n"
        "def process_items(data, positions):\n    return sum(positions) + 1\n\n\n"
        "def expected_items(size, positions):\n    return sum(positions)\n"
    )
    (row,) = followed(measurement, strategy="global", workload=wrong, size=100)[:1]
    assert row["status"] == "wrong"


def rows_of(copies, **fixed):
    """Return rows of lifetimes.csv: of each strategy the MiB at every mark, by two workers."""
    base = {
        "experiment": "life", "interpreter": "cpython", "start_method": "fork", "workers": 2,
        "size": 1000, "workload": "annotations", "jobs": 2, "status": "ok", "reason": None,
        "data_mib": 100.0, "pss_mib": 50.0, "tree_pss_mib": 200.0, "items": 10.0,
        "reading_s": 0.5, "first_item_s": 0.1, "collections_young": 3, "collections_middle": 0,
        "collections_full": 1, "implementation": "CPython", "version": "3.11.2", "gil": True,
    }  # fmt: skip
    rows = (
        base | fixed | {"strategy": strategy, "mark": mark, "worker": worker, "uss_mib": value}
        for strategy, values in copies.items()
        for mark, value in zip(MARKS, values, strict=True)
        for worker in (1, 2)
    )
    return pd.DataFrame(rows, columns=[*base, "strategy", "mark", "worker", "uss_mib"])


def test_medians_stand_in_the_order_of_the_marks():
    rows = rows_of({"global": [1.0, 10.0, 60.0, 80.0, 90.0]}).sample(frac=1, random_state=1)
    found = medians_by_mark(rows)
    assert marks_of(found) == MARKS
    assert found["uss_mib"].tolist() == [1.0, 10.0, 60.0, 80.0, 90.0]


def test_section_says_what_is_private_and_what_failed():
    rows = pd.concat(
        [
            rows_of({"global": [1.0, 10.0, 60.0, 80.0, 90.0]}),
            rows_of({"threads": [None] * 5}, start_method="none"),
            rows_of({"lmdb": [None] * 5}, status="unsupported", reason="dicts only").head(1),
        ]
    )
    experiment = {"question": "How much?", "workload": "annotations", "sizes": [1000]}
    names = {"cpython": "CPython 3.11"}
    text = section_of(experiment, rows, names)
    assert "| 1 % read | 10 % read | 100 % read | after a collection |" in text
    assert "| 10.0 MiB | 60.0 MiB | 80.0 MiB | 90.0 MiB |" in text
    assert "| `threads` | none | 2 | – | – | – | – | 200.0 MiB |" in text
    assert "- `lmdb` by fork on CPython 3.11, 2 workers: unsupported: dicts only" in text


@pytest.mark.parametrize("column", ["strategy", "interpreter", "mark", "start_method"])
def test_texts_of_others_are_text(column):
    hostile = '<img src=x onerror="document.title=1">|`a`'
    rows = rows_of({"global": [1.0, 2.0, 3.0, 4.0, 5.0]})
    rows.loc[rows["mark"] == "0.1" if column == "mark" else rows.index, column] = hostile
    failed = rows_of({"x": [None] * 5}, status="failed", reason=hostile).head(1)
    rows = guarded_table(pd.concat([rows, failed]))
    experiment = {"question": "How much?", "workload": "annotations", "sizes": [1000]}
    text = as_markdown(section_of(experiment, rows, {}))
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "<img" not in page
    assert text.count("img src=x") >= 1
    plot_lifetime.draw(rows)


@pytest.mark.parametrize(
    ("private", "said"),
    [
        ([1.0, 10.0, 60.0, 80.0, 90.0], "copies over a quarter of the data while it reads"),
        ([1.0, 2.0, 2.0, 2.0, 90.0], "copies over a quarter of the data when it collects garbage"),
        ([1.0] * 5, "the memory stays shared"),
        ([41.0] * 5, "the memory stays shared"),  # what it imports is no data
        ([101.0] * 5, "each worker has a copy of the data from the beginning"),
    ],
)
def test_who_copies_and_when_is_what_was_measured(private, said):
    experiment = {"question": "How much?", "workload": "annotations", "sizes": [1000]}
    text = section_of(experiment, rows_of({"global": private}), {"cpython": "CPython 3.11"})
    lines = [line for line in text.splitlines() if line.startswith("- CPython 3.11: ")]
    assert len(lines) == 1 and said in lines[0] and lines[0].endswith("`global`.")


def test_data_that_another_process_built_is_as_large_as_elsewhere():
    """As a forkserver's: little that its worker has is no copy."""
    rows = rows_of(
        {"global": [1.0, 10.0, 60.0, 80.0, 90.0], "preloaded": [5.0, 6.0, 6.0, 6.0, 6.0]}
    )
    rows.loc[rows["strategy"] == "preloaded", "data_mib"] = 0.0
    assert set(medians_by_mark(rows)["data_mib"]) == {100.0}
    experiment = {"question": "How much?", "workload": "annotations", "sizes": [1000]}
    text = section_of(experiment, rows, {})
    assert "- cpython: the memory stays shared with `preloaded`." in text


def section_of(experiment, rows, names):
    """Return the section of one experiment whose folder has no figure."""
    found = lifetime_facts("life", experiment, Path("nowhere"), rows, names)
    return render("lifetimes.md.j2", lifetimes=[found])


def test_figure_names_every_line_and_the_data():
    rows = rows_of({"global": [1.0, 10.0, 60.0, 80.0, 90.0], "immortal": [1.0, 1.0, 1.0, 2.0, 2.0]})
    figure = plot_lifetime.draw(rows)
    (axes,) = [axes for axes in figure.axes if axes.lines]
    assert {text.get_text() for text in axes.texts} == {
        "global, 90.0 MiB", "immortal, 2.0 MiB", "data: 100.0 MiB",
    }  # fmt: skip
    assert [text.get_text() for text in axes.get_xticklabels()] == [
        "0", "1", "10", "100", "GC",
    ]  # fmt: skip
    title = " ".join(figure.texts[0].get_text().split())
    copies = "copies 9 % of the data on CPython 3.11 into each forked worker"
    assert title == f"Reading 1 % of the items {copies}"


def test_title_names_further_interpreters_in_one_sentence():
    rows = pd.concat(
        rows_of({"global": [1.0, copied, 60.0, 80.0, 90.0]}, interpreter=name, version=version)
        for name, version, copied in (
            ("a", "3.13.0", 10.0), ("b", "3.14.0", 21.0), ("c", "3.15.0", 5.0)
        )
    )  # fmt: skip
    said = " ".join(" ".join(text.get_text().split()) for text in plot_lifetime.draw(rows).texts)
    assert "copies 20 % of the data on CPython 3.14 into each forked worker" in said
    assert "It copies 9 % on CPython 3.13 and 4 % on CPython 3.15." in said
    assert said.count("Reading") == 1


def test_figure_without_any_worker_is_drawn():
    rows = rows_of({"threads": [None] * 5}, start_method="none")
    assert plot_lifetime.draw(rows).texts


EXPERIMENT = {
    "question": "How much?",
    "lifetime": [0.01, 0.1, 1],
    "workload": "annotations",
    "strategies": ["global", "threads"],
    "sizes": [2000],
    "workers": [1, 2],
    "min_repeats": 1,
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"lifetime": [0.1, 0.01]}, "larger than the one before"),
        ({"lifetime": [0.1, 2]}, "2 is more than 1"),
        ({"workload": "scan"}, "a part can be read of"),
        ({"jobs": [4]}, "jobs"),
        ({"strategies": ["globl"]}, "global"),
    ],
)
def test_mistake_is_named(changed, said, tmp_path):
    folder = StudyFolder.create(tmp_path / "project", life=EXPERIMENT | changed, one=ONE)
    ended = folder.snakemake("-n")
    assert ended.exit_code != 0
    assert said in ended.terminal


ONE = {"question": "What?", "strategies": ["serial"], "sizes": [10]}


def test_study_follows_a_life_and_reports_it(tmp_path):
    folder = StudyFolder.create(tmp_path / "project", life=EXPERIMENT, one=ONE)
    folder.snakemake("report").check()
    rows = table(folder.results() / "lifetimes.csv")
    lines = {(row["strategy"], row["workers"], row["jobs"]) for row in rows}
    assert lines == {(name, n, n) for name in ("global", "threads") for n in ("1", "2")}
    report = (folder.results() / "report.md").read_text(encoding="utf-8")
    assert "### life: How much?" in report
    assert "figures/life_lifetime.svg" in report
    assert "life" not in {row["experiment"] for row in table(folder.results() / "runs.csv")}
    assert folder.planned("report") == {}
    folder.config["experiments"]["life"] = EXPERIMENT | {"lifetime": [0.01, 1]}
    assert folder.planned("report")["measure_lifetime"] == 4
