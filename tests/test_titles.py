"""No title and no first screen names a winner, or a factor, that the runs do not carry.

Synthetic studies whose truth is known: all strategies are equal, one is clearly better, or two
are clearly better and tied; each with one, two and six blocks of noisy runs.
"""

import importlib
import re

import numpy as np
import pandas as pd
import pytest

from claims.judge_claims import judge
from figures import drawing
from report.first_screen import first_screen, opening
from stats.evidence import Evidence
from stats.summarise_runs import VALUES, summarise
from supervisor.columns import JOB_COLUMNS, KEY, LIFETIME_COLUMNS, MACHINE, RUN_COLUMNS

NO_LIVES = pd.DataFrame(columns=LIFETIME_COLUMNS)
STRATEGIES = {  # and their start methods
    "serial": "none", "argument": "fork", "global": "fork", "closure": "fork",
    "initializer": "fork", "threads": "none", "array_global": "fork",
}  # fmt: skip
INTERPRETERS = ("cpython", "pypy")
FIGURES = ("time", "speedup", "phases", "memory", "warmup", "comparison", "failures")
TRUTHS = {
    "all equal": {},
    "one clearly better": {"global": 0.35},
    "two tied": {"global": 0.35, "closure": 0.35},
}
DRIFT, NOISE = 0.15, 0.02  # standard deviations of log time: between blocks, between runs
WINNER = re.compile(r"([\w, ]+?) (?:is|are) the fastest|the fastest is ([\w`, ]+)")
RANGE = re.compile(r"\d[\d.]* \((\d[\d.]*) – (\d[\d.]*)\) times")
# What figures say without a factor: two times, of which one is longer.
TAKES = re.compile(r"takes \d")
INHERITING = re.compile(r"inheriting takes \d+ ms, no workers [\d.]+ m?s, sending [\d.]+ m?s")
# What is said without a range is no comparison of strategies: counts, sizes, shares of memory.
FACTOR = re.compile(r"\d[\d.]* times as (?:fast|long)")


def study(truth, blocks, seed=1):
    """Return runs and jobs of an experiment `e`, its times drawn at random around the truth."""
    rng = np.random.default_rng(seed)
    runs, jobs = [], []
    for interpreter in INTERPRETERS:
        for block in range(1, blocks + 1):
            drift = rng.normal(0, DRIFT)
            for strategy, method in STRATEGIES.items():
                for workers in (1,) if strategy == "serial" else (1, 2):
                    key = ("e", interpreter, strategy, method, "scan", 1000, workers, 4, block)
                    took = TRUTHS[truth].get(strategy, 1.0) * np.exp(drift + rng.normal(0, NOISE))
                    runs.append(run(key, took, f"2026-01-0{block}T00:00:00Z"))
                    jobs += [
                        (*key, job, 1, 0, job, job + took * np.exp(rng.normal(0, NOISE)), 256, 0)
                        for job in range(4)
                    ]
    return pd.DataFrame(runs), pd.DataFrame(jobs, columns=JOB_COLUMNS)


def run(key, took, started):
    """Return a row of runs.csv; no phase is the longest."""
    row = dict.fromkeys(RUN_COLUMNS) | dict.fromkeys(MACHINE, "x") | dict.fromkeys(VALUES, 5.0)
    row |= dict(zip(KEY, key, strict=True)) | {"status": "ok", "block": key[-1], "counts": True}
    row |= {"machine": "a machine", "physical_cores": 2, "logical_cores": 2, "usable_cpus": 2}
    row |= {"implementation": "CPython", "version": f"3.11 {key[1]}", "gil": True}
    row |= {"total_s": took, "map_s": took / 2, "publish_s": took / 2, "started_utc": started}
    return row | dict.fromkeys(("start_s", "stop_s"), 0.0) | {"libraries": None, "disturbed": False}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Return what a study says of itself: every title of every figure, and the first screen."""
    known = {}

    def said(truth, blocks):
        if (truth, blocks) not in known:
            folder = tmp_path_factory.mktemp("study")
            known[truth, blocks] = texts_of(folder, *study(truth, blocks))
        return known[truth, blocks]

    return said


def texts_of(folder, runs, jobs):
    summary = summarise(runs)
    for name, table in {"runs": runs, "jobs": jobs, "summary": summary}.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    texts = {}
    for figure in FIGURES:
        module = importlib.import_module(f"figures.plot_{figure}")
        with pytest.MonkeyPatch.context() as patch:
            page = module.page

            def listening(*arguments, page=page, figure=figure, **given):
                title = given["title"] if "title" in given else arguments[3]
                texts[figure] = title if isinstance(title, str) else "\n".join(title)
                return page(*arguments, **given)

            patch.setattr(module, "page", listening)
            patch.setattr(drawing, "save", lambda *drawn: None)  # takes most of the time
            module.main([str(folder), "e"])
    screen = first_screen(Evidence(runs, jobs, summary), NO_LIVES, folder)
    texts["first screen"] = opening(screen, {"experiments": {"e": {"question": "Which?"}}})
    return texts | {"answers": screen.answers}


def spoken(texts):
    """Return the texts alone, without the facts of the answers."""
    return {name: text for name, text in texts.items() if name != "answers"}


def winners(text):
    """Return the sets of strategies that a text calls the fastest."""
    found = []
    for names in WINNER.findall(text):
        known = [name for name in STRATEGIES if re.search(rf"\b{name}\b", " ".join(names))]
        found.append(set(known))
    return found


CASES = [(truth, blocks) for truth in TRUTHS for blocks in (1, 2, 6)]


def test_every_figure_and_the_first_screen_are_read(said):
    texts = spoken(said("one clearly better", 6))
    assert set(texts) == {*FIGURES, "first screen"}
    assert all(texts.values())


@pytest.mark.parametrize("truth, blocks", CASES)
def test_no_factor_without_the_interval_that_carries_it(truth, blocks, said):
    for where, text in spoken(said(truth, blocks)).items():
        factors = [text[one.start() - 40 : one.end()] for one in FACTOR.finditer(text)]
        assert factors == [], where
        for low, high in RANGE.findall(text):
            assert float(low) > 1 or float(high) < 1, (where, text)


@pytest.mark.parametrize("blocks", [1, 2, 6])
def test_where_all_are_equal_nobody_wins(blocks, said):
    for where, text in spoken(said("all equal", blocks)).items():
        assert winners(text) == [], where
        assert RANGE.findall(text) == [], where
        assert TAKES.findall(text) == [] or where not in ("time", "comparison"), (where, text)
    assert "use no workers" in said("all equal", blocks)["first screen"]  # all the same to that


@pytest.mark.parametrize("blocks", [1, 2, 6])
@pytest.mark.parametrize("truth", ["one clearly better", "two tied"])
def test_who_is_clearly_better_is_named_and_nobody_else(truth, blocks, said):
    better = set(TRUTHS[truth])
    texts = said(truth, blocks)
    assert winners(texts["time"]) == [better] * len(INTERPRETERS), texts["time"]
    assert len(TAKES.findall(texts["time"])) == len(INTERPRETERS), texts["time"]
    said_of_all = INHERITING.findall(texts["comparison"])
    assert len(said_of_all) == len(INTERPRETERS), texts["comparison"]
    decisions = [one.decision for one in texts["answers"]]
    named = [{one.chosen.strategy, *(other.strategy for other in one.others), *one.within}
             for one in decisions]  # fmt: skip
    assert named == [better] * len(INTERPRETERS)
    assert all(one.chosen.strategy in texts["first screen"] for one in decisions)


@pytest.mark.parametrize("truth, blocks", CASES)
def test_no_verdict_on_memory_is_passed_by_one_run(truth, blocks):
    runs, jobs = study(truth, blocks)
    runs["experiment"] = jobs["experiment"] = "closure_scaling"
    verdicts = judge(Evidence(runs, jobs, summarise(runs)))
    decided = [one for one in verdicts if one.claim == "S9" and one.verdict != "undecided"]
    assert bool(decided) == (blocks > 1)


def test_what_was_not_sent_is_not_in_a_title(tmp_path):
    runs, jobs = (
        table[(table["strategy"] != "argument") | (table["interpreter"] != "pypy")]
        for table in study("one clearly better", 3)
    )
    title = texts_of(tmp_path, runs, jobs)["comparison"]
    assert title.count("inheriting takes") == 2 and title.count("sending") == 1
    assert "nan" not in title
