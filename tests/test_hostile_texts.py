"""Texts of others in report, page, comparison and figures: readable, and nothing but text."""

import re
import shlex
from dataclasses import asdict
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from browser import require_browser
from hostile_study import (
    FIELDS,
    NONE_IS_SHOWN,
    ONE_IS_SHOWN,
    ROWS,
    RUNS,
    TEXTS,
    VERDICT,
    VERDICTS,
    save,
    written,
)
from markdown_it import MarkdownIt
from test_report import STUDY, run

from figures import plot_failures, plot_time
from report import compare_studies, write_page, write_report
from report.foreign import as_markdown, guarded
from stats.groups import rerun_command
from supervisor.terminal import printable


class Seen(HTMLParser):
    """What a page is made of: its text, its elements, how many cells each row has."""

    def __init__(self, html):
        super().__init__()
        self.text, self.elements, self.handlers, self.tables, self.inside = [], [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.handlers += [name for name, _ in attributes if name.startswith("on")]
        self.inside += [tag] if tag in ("script", "style", "title") else []
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append(0)
        elif tag in ("td", "th"):
            self.tables[-1][-1] += 1

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.text.append(data)

    def reads(self, text):
        """Return whether a text can be read in the page."""
        return as_read(text) in as_read("".join(self.text))


def as_read(text):
    return re.sub(r"\s+", "", printable(text))


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """Write report and page of the study with hostile texts in a field, once; return its folder."""
    known = {}

    def report_of(field):
        if field not in known:
            known[field] = written(tmp_path_factory.mktemp("texts") / "study", field)
            report, answer = (known[field] / name for name in ("report.md", "answer.txt"))
            write_report.main([str(known[field]), str(report), "--answer", str(answer)])
            write_page.main([str(known[field]), str(known[field] / "report.html")])
        return known[field]

    return report_of


def as_on_github(text):
    """Return Markdown as GitHub makes HTML of it, before it takes out what it does not allow."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)


def check_read(seen, field):
    """Check that the texts of a field can be read, all of them or the only one that is shown."""
    readable = [text for text in TEXTS if seen.reads(text)]
    if field in NONE_IS_SHOWN:
        assert readable == []
    elif field in ONE_IS_SHOWN:
        assert len(readable) == len(TEXTS) // ROWS
    else:
        assert readable == TEXTS


def cells_by_row(markdown):
    """Return how many cells each row has, for every table of a Markdown text."""
    blocks = [block.splitlines() for block in markdown.split("\n\n") if block.startswith("|")]
    return [[len(re.findall(r"(?<!\\)\|", row)) for row in rows] for rows in blocks]


OWN = {"details", "summary", "h1", "h2", "h3", "p", "ul", "ol", "li", "strong", "code", "a",
       "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_report_shows_texts_as_they_are(field, reported):
    markdown = (reported(field) / "report.md").read_text(encoding="utf-8")
    seen = Seen(as_on_github(markdown))
    assert set(seen.elements) <= OWN and seen.handlers == []
    tables = cells_by_row(markdown)
    assert len(tables) == len(seen.tables)
    assert all(len(set(rows)) == 1 for rows in tables)
    check_read(seen, field)
    assert "\x1b" not in markdown
    answer = (reported(field) / "answer.txt").read_text(encoding="utf-8")
    assert 3 <= len(answer.splitlines()) <= 3 + 3 * ROWS
    assert all(line.isprintable() for line in answer.splitlines())


@pytest.mark.parametrize("field", FIELDS)
def test_page_runs_no_text_of_others(field, reported, browser):
    path = reported(field) / "report.html"
    source = path.read_text(encoding="utf-8")
    html, log = browser.opened(path)
    before, after = (Seen(text) for text in (source, html))
    assert title_of(html) == title_of(source)
    assert after.elements.count("script") == source.count("<script")
    assert after.handlers == []
    assert "Content Security Policy" not in log
    report = Seen(html.partition("<article>")[2].partition("</article>")[0])
    assert set(report.elements) <= {*OWN, "div"}
    assert report.tables == before.tables[: len(report.tables)]
    assert all(len(set(rows)) == 1 for rows in after.tables)
    check_read(report, field)


def title_of(html):
    return re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1]


def test_title_names_a_users_file_as_it_is_called(tmp_path):
    name = "<b>*my*</b> & `own`.py"
    rows = [run(one, 1.0, workload=name) for one in ("serial", "global")]
    experiment = STUDY["experiments"]["matrix"] | {"workload": name}
    save(tmp_path, rows, [asdict(VERDICT)], [], STUDY | {"experiments": {"matrix": experiment}})
    write_report.main([str(tmp_path), str(tmp_path / "report.md")])
    write_page.main([str(tmp_path), str(tmp_path / "report.html")])
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    heading = f"How should the data of {name} reach Python worker processes?"
    assert unescape(title_of(page)) == heading
    assert Seen(page).reads(heading)


def test_command_to_paste_has_names_as_words():
    group = {"experiment": "a; rm x", "interpreter": "$(rm y)", "size": 1, "jobs": 2}
    command = shlex.split(rerun_command(group, "study"))
    assert command == [
        *("rm", "-f", "results/study/*.csv", "results/study/report.md"),
        "results/study/a; rm x/runs.csv",
        "results/study/a; rm x/runs/$(rm y)/*/*/n1_w*_j2_r*.csv",
        "results/study/a; rm x/memory/$(rm y)/*/*/n1_w*_j2.csv",
    ]


def test_browser_can_be_required(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.UsageError, match="no Chromium"):
        require_browser()


SCRIPTS = [
    "<img src=x onerror=\"document.title='changed'\">",
    "<script>document.title='changed'</script>",
    "<svg><script>document.title='changed'</script></svg>",
]


@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_policy_alone_stops_scripts(script, policy, reported, browser, tmp_path):
    """Text that came to stand in the page as HTML runs nothing; without the policy it would."""
    source = (reported("runs.reason") / "report.html").read_text(encoding="utf-8")
    source = source.replace("<article>", f"<article>{script}")
    if not policy:
        source = re.sub(r"<meta http-equiv=.*>", "", source)
    (tmp_path / "page.html").write_text(source, encoding="utf-8")
    html, log = browser.opened(tmp_path / "page.html")
    assert ("Content Security Policy" in log) == policy
    assert (title_of(html) == title_of(source)) == policy


def test_html_of_a_report_that_somebody_else_wrote_is_text(tmp_path):
    text = "a <b>x</b>\n\n<details><summary>3 <img src=x></summary>\n\n<div onclick=x>\n\n"
    html = write_page.html_of(f"{text}<details><summary>ways</summary>\n\nb\n\n</details>\n",
                              tmp_path, {})  # fmt: skip
    seen = Seen(html)
    assert seen.elements == ["p", "details", "summary", "p"]
    assert seen.reads(text)


COMPARED = [f"runs.{name}" for name in RUNS[:-1]] + [f"verdicts.{name}" for name in VERDICTS[:4]]


@pytest.mark.parametrize("field", COMPARED)
def test_comparison_shows_texts_as_they_are(field, reported, tmp_path):
    folder, output = reported(field), tmp_path / "comparison.md"
    # Studies with other interpreters have nothing in common.
    alike = field in ("runs.interpreter", "runs.implementation")
    other = folder if alike else reported("study.study")
    assert compare_studies.main([str(folder), str(other), str(output)]) == 0
    markdown = output.read_text(encoding="utf-8")
    seen = Seen(as_on_github(markdown))
    assert set(seen.elements) <= OWN and seen.handlers == []
    assert all(len(set(rows)) == 1 for rows in cells_by_row(markdown))
    if field in ("runs.version", "verdicts.text", "verdicts.verdict"):
        check_read(seen, field)


NAMES = ["<script>1</script>", "$\\two$ & <b>", "\x1b[31mthree", "__four__", "a | `five`"]


@pytest.mark.parametrize("plot", [plot_time, plot_failures])
@pytest.mark.parametrize("field", ["interpreter", "strategy"])
def test_figures_show_texts_as_they_are(plot, field, tmp_path):
    rows = [run("serial", 1.0), run("global", 0.5)]
    for name in NAMES:
        named = {"strategy": "argument", field: name}
        rows += [run(total_s=2.0, **named)]
        rows += [run(total_s=None, status="failed", reason="E: no", **named | {"workers": 4})]
    save(tmp_path, rows, [], [], STUDY)
    plot.main([str(tmp_path), "matrix"])
    (path,) = tmp_path.glob("figures/*.svg")
    drawn = ElementTree.parse(path)
    kinds = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    assert not kinds & {"script", "b", "a", "foreignObject"}
    shown = as_read("".join(drawn.getroot().itertext()))
    assert [name for name in NAMES if as_read(name) not in shown] == []


@pytest.mark.parametrize(
    "text",
    ["list[int] (3.11) - a * b < c & d; my_file.py, line 3: [Errno 2] #5 + C:\\x", "-5", "1.5"],
)
def test_ordinary_text_needs_no_backslash(text):
    assert as_markdown(guarded(text)) == text


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "place", ["{}", "**{}**", "`{}`", "x `{}` y", "- {}", "### x: {}", "({}) `y`"]
)
def test_text_is_read_as_it_is_wherever_it_stands(text, place):
    for cell in (False, True):
        line = place.format(guarded(text))
        if cell and place[:2] in ("- ", "##"):
            continue
        line = f"| a |\n| --- |\n| {line} |" if cell else line
        seen = Seen(as_on_github(as_markdown(line)))
        assert set(seen.elements) <= OWN and "a" not in seen.elements
        assert seen.reads(text)
