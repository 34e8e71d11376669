"""The figures: every script on small tables, whatever they hold, and the parts that compute."""

import importlib
import re
from colorsys import rgb_to_hls
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from figures import plot_memory, plot_speedup, style
from figures.experiment import experiments_of, failure_in_words
from figures.techniques import TECHNIQUES, strategies_shown, technique_of
from sharing import strategies
from stats.evidence import ending, placed
from stats.summarise_runs import with_memory
from study.matrix import FIGURES as ALL_FIGURES
from study.matrix import OF_LIFETIMES, PROBES
from supervisor.columns import CELL, JOB_COLUMNS, KEY, RUN_COLUMNS
from wording.mechanisms import MECHANISMS, strategies_of

COLUMN_PIXELS = 850  # of a page that a browser shows
FIGURES = [figure for figure in ALL_FIGURES if figure not in (*PROBES, *OF_LIFETIMES)]


def study(interpreters=("cpython", "pypy"), workers=(1, 2), status="ok", repeats=2):
    """Return runs, jobs and summary of an experiment `e` with easy numbers."""
    runs, jobs = [], []
    strategies = [("serial", "none", 0.1), ("empty", "fork", 0.05), ("global", "fork", 0.2)]
    for interpreter in interpreters:
        for strategy, method, seconds in [*strategies, ("a_library", "fork", 3.0)]:
            for number in (1,) if strategy == "serial" else workers:
                size = 0 if strategy == "empty" else 10_000
                for repeat in range(1, repeats + 1):
                    key = ("e", interpreter, strategy, method, "scan", size, number, 4, repeat)
                    run = dict.fromkeys(RUN_COLUMNS) | dict(zip(KEY, key, strict=True))
                    bad = status != "ok" or (strategy == "a_library" and number == max(workers))
                    run |= {"status": (status if status != "ok" else "failed") if bad else "ok"}
                    run |= {"physical_cores": 2, "logical_cores": 4, "machine": "a machine"}
                    run |= {
                        "usable_cpus": 2,
                        "block": repeat,
                        "counts": not bad,
                        "disturbed": False,
                    }
                    if bad:
                        run["reason"] = "ValueError: no"
                    else:
                        values = dict.fromkeys(("publish_s", "start_s", "stop_s"), 0.01)
                        values |= {"map_s": seconds / number, "total_s": seconds * (1 + repeat)}
                        values |= {"data_mib": 5.0, "tree_pss_mib": 30.0, "workers_uss_mib": 7.0}
                        run |= values
                        jobs += [(*key, job, 1, 0, job, job + 0.5, 256, 0) for job in range(4)]
                    runs.append(run)
    runs = pd.DataFrame(runs)
    return runs, pd.DataFrame(jobs, columns=JOB_COLUMNS), summary_of(runs)


def summary_of(runs):
    """Return the columns of summary.csv that figures read, without the bootstrap."""
    rows = []
    for cell, group in runs.groupby(list(CELL), sort=False):
        bad = group[group["status"] != "ok"]
        row = dict(zip(CELL, cell, strict=True))
        row |= {"runs": len(group), "n": len(group) - len(bad), "status": "ok", "reason": ""}
        if len(bad):
            row |= {"status": bad["status"].iloc[0], "reason": bad["reason"].iloc[0]}
        names = ("publish_s", "start_s", "map_s", "stop_s", "total_s", "data_mib", "tree_pss_mib")
        for name in (*names, "workers_uss_mib"):
            values = pd.to_numeric(group[name])
            row |= {name: values.median(), f"{name}_min": values.min(), f"{name}_max": values.max()}
        rows.append(row | dict.fromkeys(("total_s_low", "total_s_high"), np.nan))
    return with_memory(pd.DataFrame(rows))


def written(folder, tables):
    """Write the tables, draw everything, and return the files by name."""
    for name, table in zip(("runs", "jobs", "summary"), tables, strict=True):
        table.to_csv(folder / f"{name}.csv", index=False)
    for figure in FIGURES:
        importlib.import_module(f"figures.plot_{figure}").main([str(folder), "e"])
    return {path.name: path.read_bytes() for path in (folder / "figures").iterdir()}


@pytest.mark.parametrize(
    "tables",
    [
        study(),
        study(status="timeout"),
        study(interpreters=["cpython"], workers=[2], repeats=1),
    ],
    ids=["normal", "all failed", "one interpreter, one number of workers"],
)
def test_every_figure_has_two_files(tmp_path, tables):
    files = written(tmp_path, tables)
    names = {f"e_{figure}.{kind}" for figure in FIGURES for kind in ("svg", "png")}
    assert set(files) == names
    assert all(content.startswith((b"<?xml", b"\x89PNG")) for content in files.values())
    svgs = {name: content.decode() for name, content in files.items() if name.endswith(".svg")}
    too_small = {name: smallest_text(svg) for name, svg in svgs.items() if smallest_text(svg) < 9}
    assert too_small == {}


def smallest_text(svg):
    """Return the height of the smallest text in pixels, where a browser shows the figure."""
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', svg)[1])
    texts = re.findall(r"<text [^>]*>", svg)
    sizes = [re.search(r"[;\"] ?font(?:-size)?: [^;\"]*?([\d.]+)px", text)[1] for text in texts]
    return min(map(float, sizes)) * COLUMN_PIXELS / width


def test_too_small_a_text_is_found():
    svg = '<svg viewBox="0 0 {} 9"><text style="font: bold 7px x"/></svg>'
    assert smallest_text(svg.format(648)) > 9 > smallest_text(svg.format(700))


def test_what_is_too_wide_goes_on_below():
    figure, panels = style.page([1.0, 2.0], 5, 1.5, "title", [], [])
    assert figure.get_figwidth() == style.PAGE_INCHES
    assert [len(row) for row in panels] == [5, 5]
    places = [axes.get_position() for row in panels for axes in row]
    assert all(0 < place.x0 < place.x1 < 1 and 0 < place.y0 < place.y1 < 1 for place in places)
    assert all(not one.overlaps(two) for one, two in combinations(places, 2))
    assert places[0].y0 > places[5].y0 > places[4].y0  # both rows of the first, then the others


def cells_of(seconds, memory=None):
    """Return rows of a summary, a strategy each, NaN for one that failed."""
    rows = [
        {"interpreter": "cpython", "strategy": name, "n": int(value == value), "total_s": value,
         "memory_mib": (memory or {}).get(name, 1.0)}
        for name, value in seconds.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_a_technique_is_shown_by_its_fastest_strategy_and_flat_data_by_the_smallest():
    seconds = {
        "argument": 9.0,
        "global": 2.0,
        "closure": 1.0,
        "mmap_file": 3.0,
        "array_global": 4.0,
    }
    found = strategies_shown(cells_of(seconds, {"mmap_file": 7.0}), most=8)
    assert found == {
        "inherited": "closure", "flat and shared": "array_global", "sent with each job": "argument",
    }  # fmt: skip
    assert list(found) == ["inherited", "flat and shared", "sent with each job"]


def test_the_fastest_is_shown_and_a_failure_does_not_vanish():
    seconds = {"sqlite": 1.0, "global": 2.0, "serial": 3.0, "argument": np.nan, "threads": 2.5}
    assert list(strategies_shown(cells_of(seconds), most=4).values()) == [
        "sqlite", "global", "serial", "argument",
    ]  # fmt: skip


@pytest.mark.parametrize("name", strategies.names())
def test_every_strategy_has_a_technique(name):
    assert technique_of(name) in TECHNIQUES[:-1]


def test_an_unchanged_figure_is_the_same_file(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    tables = study(interpreters=["pypy"])
    assert written(tmp_path / "a", tables) == written(tmp_path / "b", tables)


def test_every_strategy_has_a_colour_of_its_own_in_the_hue_of_its_mechanism():
    colours = {name: style.colour_of(name) for name in strategies.names()}
    assert len(set(colours.values())) == len(colours)
    for mechanism in MECHANISMS:
        hues = [rgb_to_hls(*to_rgb(colours[name]))[0] for name in strategies_of(mechanism)]
        grey = mechanism == "no workers or no data"  # has no hue
        assert grey or not hues or max(hues) - min(hues) < 1 / 12


@pytest.mark.parametrize("name", [*strategies.names(), "of_yesterday"])
def test_a_strategys_name_can_be_read_in_its_colour(name):
    assert contrast_with_white(style.colour_of(name)) >= 2.5


def contrast_with_white(colour):
    """The contrast of a colour against white, from 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in to_rgb(colour))
    luminance = sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
    return 1.05 / (luminance + 0.05)


def test_ticks_are_round():
    assert style.log_ticks(0.005, 3) == pytest.approx([0.01, 0.1, 1])
    assert style.log_ticks(0.9, 12) == pytest.approx([1, 2, 5, 10])
    assert [style.seconds_tick(value) for value in (0.01, 1, 100)] == [
        "10 ms", "1 s", "100 s",
    ]  # fmt: skip


def test_limits_hold_the_values_and_a_decade():
    low, high = style.log_limits([3.0, 3.0, float("nan"), 0.0])
    assert low < 3 < high
    assert high / low == pytest.approx(10)
    assert style.log_limits([]) == pytest.approx((0.01, 1.0))


def test_labels_are_moved_apart_in_order():
    assert style.spread_apart([0.0, 10.0], 1).tolist() == [0, 10]
    assert style.spread_apart([5.0, 5.0], 1).tolist() == [4.5, 5.5]
    assert np.diff(np.sort(style.spread_apart([1.0, 1.1, 1.2, 9.0], 1))).min() > 0.99


def test_no_line_ends_inside_a_number():
    lines = style.wrapped(["x" * 30 + " 10 000 items " + "y" * 30], 3, 8.5)
    assert any("10\N{NO-BREAK SPACE}000" in line for line in lines)


@pytest.mark.parametrize("against, expected", [("none", 0.5), ("one", 1.0)])
def test_speedup_is_taken_block_by_block(against, expected):
    """Against the run without workers (0.1 s) or with one (0.2 s), in the same repeat."""
    runs, _, summary = study(interpreters=["cpython"])
    runs["total_s"] += 5.0 * (runs["repeat"] == 2) * runs["total_s"]  # a slower hour
    (experiment,) = experiments_of(runs, summary, ["e"])
    curves = plot_speedup.curves_of(experiment, experiment.cells, "total_s", against)
    points = dict(curves)["global"]
    assert [workers for workers, _, _ in points] == [1, 2]
    for _, each, ratio in points:
        assert each == pytest.approx([expected] * 2)
        assert (ratio.value, ratio.blocks) == (pytest.approx(expected), 2)


def test_a_jobs_place_counts_within_its_worker():
    key = ("e", "cpython", "global", "fork", "scan", 10, 2, 3, 1)
    rows = [(*key, 0, 1, 0, 0.0, 2.0, 512, 0), (*key, 1, 2, 0, 0.1, 1.0, 0, 0),
            (*key, 2, 1, 0, 2.5, 3.0, 256, 0)]  # fmt: skip
    jobs = placed(pd.DataFrame(rows, columns=JOB_COLUMNS))
    assert jobs["place"].tolist() == [1, 1, 2]
    assert jobs["seconds"].tolist() == [2.0, 0.9, 0.5]
    assert jobs["faults_mib"].tolist() == [2.0, 0.0, 1.0]


def test_an_outcome_names_the_exception_and_how_many_runs():
    cell = {"status": "failed", "kind": ending("failed", "NameError: x"), "runs": 5}
    assert failure_in_words(cell | {"n": 0}) == "NameError"
    assert failure_in_words(cell | {"n": 3}) == "2 of 5: NameError"
    assert failure_in_words({"status": "ok"}) == ""
    assert ending("out_of_memory", "no: more") == "out_of_memory"


def test_the_empty_strategy_makes_no_facet_and_threads_stand_in_each():
    runs, _, summary = study()
    (experiment,) = experiments_of(runs, summary, ["e"])
    ((label, cells),) = experiment.facets()
    assert label == ""
    assert set(cells["strategy"]) == {"serial", "global", "a_library"}
    assert set(experiment.idle["strategy"]) == {"empty"}


def test_what_is_not_drawn_is_said():
    runs, _, summary = study()
    summary = pd.concat([summary.assign(size=size) for size in range(10, 70, 10)])
    (experiment,) = experiments_of(runs, summary, ["e"])
    experiment.largest("size")
    assert set(experiment.cells["size"]) == {60}
    assert experiment.left_out == ["Not drawn: 10 items, 20 items, 30 items, 40 items, 50 items."]


def test_title_of_memory_is_of_what_was_measured():
    runs, _, summary = study()
    hung = summary.assign(start_method="fork", workers_uss_mib=np.nan)
    other = summary.assign(start_method="spawn")
    (experiment,) = experiments_of(runs, pd.concat([hung, other]), ["e"])
    assert "spawn: 5 MiB of data cost each worker 7 MiB" in plot_memory.messages(experiment)[0]


def test_an_experiment_that_is_not_there_is_named():
    runs, _, summary = study()
    with pytest.raises(SystemExit, match="nowhere"):
        list(experiments_of(runs, summary, ["nowhere"]))
