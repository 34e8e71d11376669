"""The committed study: of this year's Pythons, computed with, silent about where it was made."""

import json
import re
import struct
import sys

import pytest
import yaml
from measuring import PROJECT

from costs.cost_file import data_of, file_of, interpreters_of, read_costs
from costs.fit_models import runs_with_memory
from costs.held_out import ERRORS_ELSEWHERE, coverage, errors, held_out, needed
from preflight.estimate_duration import own_seconds
from report import give_advice
from stats.evidence import Evidence
from wording.machines import usable_cpus_of

sys.path.append(str(PROJECT / "benchmarks"))
from held_out import NEAR, advised

PUBLISHED = PROJECT / "results" / "published"
# Intervals are made from the errors of sizes that were held out.
SHORT_S = 0.1  # shorter totals of a few runs are noisy
LEAST_COVERED = {"size": 0.85, "jobs": 0.80}


@pytest.fixture(scope="module")
def evidence():
    return Evidence.read(PUBLISHED)


def test_it_has_the_pythons_of_the_year_all_of_optimised_builds(evidence):
    builds = evidence.runs.groupby("interpreter")["build"].unique()
    assert [name for name, words in builds.items() if "no " in " ".join(words)] == []
    study = yaml.safe_load((PUBLISHED / "study.yaml").read_text(encoding="utf-8"))
    assert set(builds.index) == set(study["interpreters"])
    identities = " ".join(study["interpreters"].values())
    for version in ("CPython 3.13", "CPython 3.14", "free-threading", "CPython 3.15", "PyPy 3.11"):
        assert version in identities


@pytest.fixture(scope="module", params=["size", "jobs"])
def by(request):
    return request.param


@pytest.fixture(scope="module")
def unseen(evidence, by):
    """What the costs predict of cells whose size, or number of jobs, was held out."""
    runs = runs_with_memory(evidence)
    table = held_out(runs, by, data_of(runs), interpreters_of(evidence.runs))
    return table[table["size"] > 1]


def test_costs_predict_what_they_have_not_seen(unseen):
    time, memory = errors(unseen)
    assert len(time) > 100
    assert time.median() <= 0.20 and memory.median() <= 0.10
    assert time.quantile(0.9) <= 0.50
    assert memory.quantile(0.9) <= 0.25


def test_intervals_hold_what_they_have_not_seen(unseen, by):
    enough = {name: one for name, one in coverage(unseen).items() if one["cells"] >= 50}
    assert len(enough) >= 2  # of a dozen cells all may lie in their intervals
    for name, one in enough.items():
        assert LEAST_COVERED[by] <= one["time"] <= 0.99, (name, one)
        assert 0.85 <= one["memory"] <= 0.99, (name, one)


def test_its_costs_are_read_with_the_words_and_formulas_of_now():
    """What is fitted stays as it was published, what is computed and said of it does not."""
    costs = read_costs(PUBLISHED)
    own = file_of(costs["kinds"], costs["interpreters"])
    assert {name: costs[name] for name in own} == json.loads(json.dumps(own))


def test_errors_elsewhere_are_those_of_all_its_cells(unseen):
    """What is assumed of other data where nothing can be held out."""
    found = needed(unseen)
    assert all(found[name] <= ERRORS_ELSEWHERE[name] for name in found)


@pytest.fixture(scope="module")
def choices(evidence):
    """How many times as long as the best each choice takes, of a group that was not seen."""
    rows = advised(runs_with_memory(evidence), usable_cpus_of(evidence.runs))
    found = [(row["times the best"], row["best takes, s"]) for row in rows]
    assert len(found) > 70
    return found


def test_advice_picks_a_good_strategy_for_what_it_has_not_seen(choices):
    assert sum(times <= 1.15 for times, _ in choices) >= 0.8 * len(choices)
    assert max(times for times, seconds in choices if seconds > SHORT_S) < 2
    assert max(times for times, _ in choices) < 2.5


@pytest.mark.xfail(strict=True, reason="of runs of tenths of a second, some are up to half slower")
def test_advice_is_within_a_tenth_of_the_best_nine_times_of_ten(choices):
    assert sum(times <= NEAR for times, _ in choices) >= 0.9 * len(choices)


def test_advice_is_given_from_it(capsys):
    options = "--data scan --items 1e6 --jobs 100 --workers 2 --job-seconds 0.05 --interpreter 3.14"
    assert not give_advice.main([*options.split(), "--study", str(PUBLISHED)])
    assert "MiB" in capsys.readouterr().out


def test_durations_are_estimated_from_it():
    seconds = own_seconds(PUBLISHED / "runs.csv.gz")
    assert {"serial", "global", "ray"} <= set(seconds)


def test_figures_of_the_report_and_the_readme_are_there():
    for document in (PUBLISHED / "report.md", PROJECT / "README.md"):
        linked = re.findall(r"!\[[^]]*\]\(([^)]+)\)", document.read_text(encoding="utf-8"))
        assert linked
        assert [link for link in linked if not (document.parent / link).is_file()] == []


def test_no_figure_is_a_tower():
    """At the page's width, 1056 px, none is taller than 1200 px; a PNG has 130 dots an inch."""
    for path in (PUBLISHED / "figures").glob("*.png"):
        width, height = (dots * 96 / 130 for dots in struct.unpack(">II", path.read_bytes()[16:24]))
        assert height * min(1, 1056 / width) <= 1200, path.name


def test_readme_shows_numbers_of_the_published_report():
    answer = (PROJECT / "README.md").read_text(encoding="utf-8").split("![")[0]
    measured = answer[answer.index("the published study") :]
    rows = [line for line in measured.splitlines() if line.startswith("- ")]
    published = (PUBLISHED / "report.md").read_text(encoding="utf-8").splitlines()
    assert len(rows) >= 4
    assert [row for row in rows if row not in published] == []


def test_what_the_readme_says_of_the_time(evidence):
    """Of it, timed runs take more than half; memory, lives and figures the rest."""
    assert "took about two and a half hours" in (PROJECT / "README.md").read_text(encoding="utf-8")
    assert 75 < evidence.runs["wall_s"].sum() / 60 < 120


def test_nothing_says_where_it_was_made(evidence):
    tables = (evidence.runs, evidence.summary)
    texts = {path: path.read_text(encoding="utf-8") for path in PUBLISHED.glob("*.md")}
    texts |= {f"table {number}": table.to_csv() for number, table in enumerate(tables)}
    folders = re.compile(r"(?<![\w.])/(?:home|root|tmp|usr|work|opt|Users)/")
    assert [name for name, text in texts.items() if folders.search(text)] == []
