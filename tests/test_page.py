"""The page: one file, nothing fetched, and a form that answers as the Python model does."""

import base64
import gzip
import html
import json
import random
import re
import shutil
import subprocess
from dataclasses import asdict, replace

import pandas as pd
import pytest
from browser import body_of
from known_costs import models as known_models
from test_compare import rows_of, written

from costs.advice import Program, equals, predictions
from costs.break_even import job_seconds_to_pay
from report import write_page
from report.links import EXAMPLES_FOLDER
from report.render import link_to_program

FIGURE = """<?xml version="1.0"?>
<!DOCTYPE svg>
<svg><!-- x --><g id="patch_2">
 <path id="m0123456789" d="M 1.23456 2
L 3 4
z
"/>
</g>
<g id="matplotlib.axis_1"><text transform="rotate(-0 1 2)">0</text></g>
<use href="#m0123456789" style="fill: red"/><use style="fill: red"/></svg>
"""
REPORT = """# Which strategy?

1. **One.** A point with `code`.

| a | b |
| --- | --- |
| 1 | 2 |

![A title](figures/matrix_time.svg)
"""


@pytest.fixture
def page(tmp_path):
    rows = [
        row | {"usable_cpus": 2, "size": size}
        for row in rows_of({"serial": 1.0, "global": 0.5, "argument": 4.0})
        for size in (1000, 2000)
    ]
    folder = written(tmp_path / "study", rows)
    (folder / "figures").mkdir()
    (folder / "figures" / "matrix_time.svg").write_text(FIGURE)
    (folder / "report.md").write_text(REPORT)
    write_page.main([str(folder), str(tmp_path / "report.html")])
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_page_has_all_in_itself(page):
    assert re.findall(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=", page) == []
    assert "@import" not in page and "url(http" not in page
    assert "<title>Which strategy?</title>" in page
    assert (
        '<figure role="img" aria-label="A title"><svg><path id="m012345" d="M1.23 2L3 4z"/>' in page
    )
    assert "<g><text>0</text></g>" in page
    assert '<use href="#m012345" class="s0"/><use class="s0"/></svg>' in page
    assert ".s0{fill: red}" in page
    assert '<div class="wide"><table>' in page
    assert '<option value="cpython">CPython 3.11</option>' in page


def test_page_holds_every_run(page):
    text = re.search(r'id="rows">(.*?)</script>', page, re.DOTALL)[1]
    table = json.loads(gzip.decompress(base64.b64decode(text)))
    assert len(table["rows"]) == 3 * 2 * 5
    row = dict(zip(table["columns"], table["rows"][0], strict=True))
    assert (row["strategy"], row["size"], row["status"]) == ("serial", 1000, "ok")


def test_form_has_the_costs_and_the_programs_to_paste(page):
    text = re.search(r'id="models">(.*?)</script>', page, re.DOTALL)[1]
    models = json.loads(gzip.decompress(base64.b64decode(text)))
    assert {one["strategy"] for one in models} == {"serial", "global", "argument"}
    program = re.search(r'<pre id="recipe-global">(.*?)</pre>', page, re.DOTALL)[1]
    assert html.unescape(program) == (EXAMPLES_FOLDER / "use_global.py").read_text(encoding="utf-8")


def test_link_to_a_program_stays_in_the_page(tmp_path):
    """All that the first screen may link has its place; a page may be sent without its folder."""
    text = " ".join(
        link_to_program(path.stem.partition("_")[2]) for path in EXAMPLES_FOLDER.glob("use_*.py")
    )
    aims = re.findall(r'href="([^"]+)"', write_page.html_of(text, tmp_path, {}))
    assert aims
    assert set(aims) == {f"#recipe-{strategy}" for strategy, _ in write_page.recipes_of()}


def test_links_to_sections_stay_in_the_page(tmp_path):
    """Sections are named as GitHub names them, also in what is folded."""
    text = (
        "## The `a`\n\n<details><summary>x</summary>\n\n## Start: apart, and *stop*\n\n</details>\n"
    )
    html = write_page.html_of(text, tmp_path, {})
    assert re.findall(r'<h2 id="([^"]+)">', html) == ["the-a", "start-apart-and-stop"]


def test_study_without_a_result_has_a_page_without_a_form(tmp_path):
    bad = {"status": "failed", "reason": "ValueError: no", "usable_cpus": 2}
    folder = written(tmp_path / "study", rows_of({"serial": None, "global": None}, **bad))
    (folder / "report.md").write_text("# Which strategy?\n\nNo answer.\n")
    write_page.main([str(folder), str(tmp_path / "report.html")])
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "No answer." in page and '<form id="program">' not in page


def programs(number):
    """Return programs of all kinds, with numbers over many magnitudes."""
    choose = random.Random(7)
    for _ in range(number):
        yield Program(
            "cpython",
            "scan",
            size=int(10 ** choose.uniform(2, 8)),
            jobs=int(10 ** choose.uniform(0, 4)),
            workers=(workers := choose.randint(1, 64)),
            cpus=min(workers, choose.choice([1, 2, 8, 64])),
            job_s=choose.choice([0.0, 10 ** choose.uniform(-6, 1)]),
            memory_mib=choose.choice([float("inf"), 10 ** choose.uniform(1, 5)]),
            gil=True,
        )


@pytest.fixture(params=["chromium", "node"])
def calculate(request, tmp_path):
    """Compute an expression of `advice.js`, with `given` at hand, by a browser or without one."""
    if request.param == "chromium":
        engine = request.getfixturevalue("chromium")
    elif (engine := shutil.which("node")) is None:
        pytest.skip("there is no node")
    code = (write_page.PAGE_PARTS / "advice.js").read_text(encoding="utf-8")

    def calculate(expression, given):
        program = f"{code}\nconst given = {json.dumps(given)};\n"
        if request.param == "node":
            (tmp_path / "sum.js").write_text(
                f"{program}console.log(JSON.stringify({expression}));", encoding="utf-8"
            )
            command = [engine, str(tmp_path / "sum.js")]
        else:
            shown = f"document.body.textContent = JSON.stringify({expression});"
            (tmp_path / "sum.html").write_text(
                f'<meta charset="utf-8"><body><script>\n{program}{shown}\n</script>',
                encoding="utf-8",
            )
            return json.loads(html.unescape(body_of(tmp_path / "sum.html", engine)))
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return json.loads(ended.stdout)

    return calculate


def test_form_answers_as_soon_as_the_page_is_open(page, tmp_path, chromium):
    shown = body_of(tmp_path / "report.html", chromium)
    answer = shown.partition('<div id="answer"')[2].partition('<p class="note">')[0]
    assert "Predicted best: " in answer and "The program to paste: " in answer
    assert "def build():" in answer
    assert 'class="tabulator-row' in shown  # the table of all runs stands too


def test_form_answers_as_the_model_does(calculate):
    """Two hundred programs: the same predictions in the same order, numbers to three digits."""
    models = known_models(resamples=20)
    sent = models["cpython", "scan", "argument", "fork"]
    models["cpython", "scan", "argument_chunked", "fork"] = replace(sent, chunked=True)
    exported = [write_page.exported(key, model, True) for key, model in models.items()]
    asked = list(programs(200))
    sent = [asdict(one) | {"memory_mib": min(one.memory_mib, 1e300)} for one in asked]
    answers = calculate(
        "given.programs.map((one) => predictions(given.models, one))",
        {"models": exported, "programs": sent},
    )
    for program, found in zip(asked, answers, strict=True):
        right = predictions(models, program)
        assert [one["strategy"] for one in found] == [one.strategy for one in right], program
        alike = {one.strategy for one in equals(right)}
        assert {one["strategy"] for one in found if one["equal"]} == alike
        for one, other in zip(found, right, strict=True):
            for name in ("low", "high", "least_mib", "most_mib"):
                assert one[name] == pytest.approx(getattr(other, name), rel=1e-3, abs=1e-6)
            assert one["seconds"] == pytest.approx(other.seconds, rel=1e-3)
            assert one["memory_mib"] == pytest.approx(other.memory_mib, rel=1e-3)
            assert one["fits"] == other.fits
            assert one["outside"] == pytest.approx(other.outside, rel=1e-3)


def test_job_length_from_which_workers_pay_is_the_models(calculate):
    models = known_models(resamples=20)
    key = ("cpython", "scan")
    model, alone = models[(*key, "argument", "fork")], models[(*key, "serial", "none")]
    program = Program("cpython", "scan", 1000, 20, 2, 2, memory_mib=1e300)
    sent = [
        write_page.exported(("cpython", "scan", "x", "fork"), one, True) for one in (model, alone)
    ]
    answer = calculate("secondsToPay(...given)", [*sent, asdict(program)])
    walk = alone.values["compute an item"] * program.size
    pays = job_seconds_to_pay(model, alone, program.size, program.jobs, 2, 2)
    assert answer == pytest.approx(walk + pays, rel=1e-3)


def test_missing_values_stand_empty():
    assert (
        write_page.value_for_page(float("nan")) is None and write_page.value_for_page(pd.NA) is None
    )
    assert (write_page.value_for_page(1.23456789), write_page.value_for_page("x")) == (1.235, "x")
