"""The page: one file, nothing fetched, and a form that answers as the Python model does."""

import base64
import gzip
import html
import json
import re

import pandas as pd
import pytest
from browser import body_of
from test_compare import rows_of, written

from costs.cost_file import read_costs
from report import write_page
from report.links import EXAMPLES_FOLDER, IMMORTAL_MODULE
from report.render import link_to_program

FIGURE = """<?xml version="1.0"?>
<!DOCTYPE svg>
<svg viewBox="0 0 10 20"><!-- x --><g id="patch_2">
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

## More

![Another](figures/matrix_time.svg)
"""


@pytest.fixture
def page(tmp_path):
    return page_of_study(tmp_path, {"serial": 1.0, "global": 0.5, "argument": 4.0})


def page_of_study(tmp_path, seconds, **values):
    """Return the page of a study, and write it to report.html; `seconds` are by strategy."""
    rows = [
        row | {"usable_cpus": 2, "size": size} | values
        for row in rows_of(seconds)
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
        '<figure role="img" aria-label="A title"><svg viewBox="0 0 10 20">'
        '<path id="m012345" d="M1.23 2L3 4z"/>' in page
    )
    assert "<g><text>0</text></g>" in page
    assert '<use href="#m012345" class="s0"/><use class="s0"/></svg>' in page
    assert ".s0{fill: red}" in page
    assert '<div class="wide"><table class="symptoms">' in page
    assert '<option value="0">CPython 3.11</option>' in page
    assert ">a list of ints</option>" in page and ">a list of strings</option>" not in page


def unpacked(text):
    return gzip.decompress(base64.b64decode(text)).decode()


def test_figures_below_the_first_screen_are_gzipped(page):
    figure = (
        r'aria-label="Another" class="packed" style="([^"]*)"><script type="text/plain">([^<]*)<'
    )
    found = re.search(figure, page)
    assert found[1] == "aspect-ratio: 10 / 20; max-width: 10pt"
    assert unpacked(found[2]) in page  # the same figure as on the first screen


def test_page_holds_every_run(page):
    text = re.search(r'id="rows">(.*?)</script>', page, re.DOTALL)[1]
    table = json.loads(unpacked(text))
    assert len(table["rows"]) == 3 * 2 * 5
    row = dict(zip(table["columns"], table["rows"][0], strict=True))
    assert (row["strategy"], row["size"], row["status"]) == ("serial", 1000, "ok")


def test_form_has_the_costs_and_the_programs_to_paste(page):
    text = re.search(r'id="costs">(.*?)</script>', page, re.DOTALL)[1]
    costs = json.loads(unpacked(text))
    assert {one["strategy"] for one in costs["kinds"]} == {"serial", "global", "argument"}
    assert all(name not in kind for kind in costs["kinds"] for name in write_page.NOT_IN_PAGE)
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


def test_form_answers_as_soon_as_the_page_is_open(page, tmp_path, chromium):
    shown = body_of(tmp_path / "report.html", chromium)
    answer = shown.partition('<div id="answer"')[2].partition('<p class="note">')[0]
    assert '<p class="verdict">' in answer and "The program to paste: " in answer
    assert "def build():" in answer
    rows = re.findall(r'<th scope="row">([^<]*)<span class="about">([^<]+)</span>', answer)
    assert sorted(name for name, _ in rows) == ["argument", "global", "serial (no workers)"]
    assert dict(rows)["serial (no workers)"].startswith("No workers: ")
    assert answer.count('<span class="length" style="width: 94%;">') >= 2  # the most of each
    assert "<figure" in shown and 'class="packed"' not in shown  # drawn, since it is near
    assert 'style="aspect-ratio: auto' in shown
    assert 'class="tabulator-row' in shown  # the table of all runs stands too


def test_program_to_paste_stands_word_for_word(tmp_path, chromium):
    page_of_study(tmp_path, {"serial": 4.0, "argument_chunked": 0.5})
    shown = body_of(tmp_path / "report.html", chromium)
    pasted = html.unescape(re.search(r'<pre tabindex="0">(.*?)</pre>', shown, re.DOTALL)[1])
    program = (EXAMPLES_FOLDER / "use_argument_chunked.py").read_text(encoding="utf-8")
    assert "`" in program  # which sentences lose
    assert pasted == program


def test_module_that_a_program_imports_stands_beside_it(tmp_path, chromium, monkeypatch):
    program = (EXAMPLES_FOLDER / "use_immortal.py").read_text(encoding="utf-8")
    monkeypatch.setattr(write_page, "recipes_of", lambda: [("argument_chunked", program)])
    page_of_study(tmp_path, {"serial": 4.0, "argument_chunked": 0.5})
    shown = body_of(tmp_path / "report.html", chromium)
    pasted, module = re.findall(r'<pre tabindex="0">(.*?)</pre>', shown, re.DOTALL)
    assert html.unescape(pasted) == program
    assert html.unescape(module) == IMMORTAL_MODULE.read_text(encoding="utf-8")


@pytest.mark.parametrize("version", ["3.13.1", "3.14.2"])
def test_fork_is_to_be_asked_for_where_it_is_not_the_default(version, tmp_path, chromium):
    page_of_study(tmp_path, {"serial": 4.0, "argument_chunked": 0.5}, version=version)
    asked = "forks only where it is asked to, as the program to paste does"
    assert (asked in body_of(tmp_path / "report.html", chromium)) == (version >= "3.14")


@pytest.mark.parametrize(
    ("called", "changed", "said"),
    [
        ("CPython 3.11", {}, "Use "),
        ("CPython 3.12", {}, "Not measured in full: CPython 3.12. The nearest is CPython 3.11."),
        ("PyPy", {}, "Not known from this study: PyPy was not measured in full"),
        ("CPython 3.12", {"uses": {"x": "cpython"}}, "such data was not measured with that Python"),
        ("CPython 3.12", {"too_new": ["argument_chunked"]}, "Without workers: "),
    ],
)
def test_form_answers_for_the_version_that_is_chosen(
    called, changed, said, tmp_path, chromium, monkeypatch
):
    def with_it_first(folder):
        costs = read_costs(folder)
        versions = sorted(costs["versions"], key=lambda one: one["called"] != called)
        return costs | {"versions": [versions[0] | changed, *versions[1:]]}

    monkeypatch.setattr(write_page, "read_costs", with_it_first)
    page_of_study(tmp_path, {"serial": 4.0, "argument_chunked": 0.5})
    shown = body_of(tmp_path / "report.html", chromium)
    answer = shown.partition('<div id="answer"')[2].partition('<p class="note">')[0]
    assert said in answer
    near = called == "CPython 3.12" and "uses" not in changed
    assert ("Not measured in full" in answer) == near


def test_loaders_row_is_pointed_to_where_it_stands(tmp_path, monkeypatch):
    pointed = "PyTorch's DataLoader starts workers of its own"
    for row in (None, "a row"):
        folder = tmp_path / str(row)
        folder.mkdir()
        monkeypatch.setattr(write_page, "symptoms", lambda *_, row=row: {"data_loader": row})
        page = page_of_study(folder, {"serial": 1.0, "torch_dataloader": 0.5})
        assert (pointed in page) == bool(row)


def test_missing_values_stand_empty():
    assert (
        write_page.value_for_page(float("nan")) is None and write_page.value_for_page(pd.NA) is None
    )
    assert (write_page.value_for_page(1.23456789), write_page.value_for_page("x")) == (1.235, "x")
