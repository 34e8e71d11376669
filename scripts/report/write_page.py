"""Write the report as one page that opens offline: a form on top, the report, all runs as a table.

Nothing is fetched: figures stand in it as SVG, scripts and styles as they are. The table's rows
and the costs are gzipped, which every browser of 2023 and later unpacks by itself.
"""

import argparse
import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import jinja2
import pandas as pd
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from costs.cost_file import read_costs
from costs.types import CostFile
from report import links
from report.render import anchor
from report.symptoms import symptoms
from stats.evidence import Evidence
from tables.read_tables import read_lifetimes
from wording.labels import names_of

PAGE_PARTS = Path(__file__).with_name("page")
PAGE_SCRIPTS = ("unpack.js", "figures.js", "advice.js", "form.js", "tabulator.min.js", "table.js")
STYLES = ("page.css", "tabulator.min.css")
# The report's own HTML, the only one that is no text.
FOLD = re.compile(r"<details><summary>[^<>]*</summary>\s*|</details>\s*")
SHOWN_COLUMNS = [
    "experiment", "interpreter", "strategy", "start_method", "workload", "size", "workers", "jobs",
    "repeat", "status", "total_s", "map_s", "tree_pss_mib", "workers_uss_max_mib", "disturbed",
    "reason",
]  # fmt: skip
DIGITS = 4  # of the numbers in the table of runs
USUAL_ITEMS = 1_000_000  # what the form begins with, if so many were measured
# Of a kind's costs, what only the report shows.
NOT_IN_PAGE = ("fitted", "runs", "mechanism")


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    folder = arguments.study
    evidence = Evidence.read(folder)
    report = (folder / "report.md").read_text(encoding="utf-8")
    arguments.output.write_text(page_of(report, folder, evidence), encoding="utf-8")


def page_of(report: str, folder: Path, evidence: Evidence) -> str:
    """Return the page of a study; `report` is its Markdown, `folder` has its figures."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE_PARTS),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    title, _, text = report.partition("\n")
    title = title.removeprefix("# ")
    costs = read_costs(folder)
    classes: dict[str, str] = {}
    html = html_of(text, folder, classes)
    styles = [(PAGE_PARTS / name).read_text(encoding="utf-8") for name in STYLES]
    styles += [f".{name}{{{style}}}" for style, name in classes.items()]
    scripts = [safe_script(PAGE_PARTS / name) for name in PAGE_SCRIPTS]
    return environment.get_template("page.html.j2").render(
        policy=policy(scripts),
        title=plain_text(title),
        heading=Markup(markdown_it().renderInline(title)),
        style=Markup("\n".join(styles)),
        scripts=list(map(Markup, scripts)),
        versions=costs["versions"] if costs["kinds"] else [],
        data=costs["data"],
        start_methods=costs["start_methods"],
        items=usual_items(costs),
        workers=max(2, int(costs["cpus"])),
        cpus=f"{costs['cpus']:g}",
        loader=symptoms(evidence, read_lifetimes(folder), names_of(evidence.runs))["data_loader"],
        report=Markup(html),
        costs=packed(costs_for_page(costs)),
        recipes=recipes_of(),
        immortal=links.IMMORTAL_MODULE.read_text(encoding="utf-8"),
        rows=packed(runs_for_page(evidence.runs)),
    )


def usual_items(costs: CostFile) -> int:
    """Return the number of items with which the form begins: no more than were measured."""
    first = [one["workload"] for one in costs["data"][:1]]
    most = [one["is"]["most items"] for one in costs["kinds"] if one["workload"] in first]
    return int(min([USUAL_ITEMS, *([max(most)] if most else [])]))


def recipes_of() -> list[tuple[str, str]]:
    """Return (strategy, the program to paste) of all strategies that have one."""
    return [
        (path.stem.partition("_")[2], path.read_text(encoding="utf-8"))
        for path in sorted(links.EXAMPLES_FOLDER.glob("use_*.py"))
    ]


def html_of(text: str, folder: Path, classes: dict[str, str]) -> str:
    """Return Markdown as HTML: figures in it as SVG, wide tables in a frame that scrolls.

    The figures' styles are gathered in `classes`, a dict of style to the name of a class.
    """
    html = markdown_it().render(text)
    # The page has the programs in itself: it may be sent to somebody who has no other file.
    html = re.sub(rf'href="{links.EXAMPLES}/use_(\w+)\.py"', r'href="#recipe-\1"', html)
    html = html.replace("<table>", '<div class="wide"><table>').replace(
        "</table>", "</table></div>"
    )
    first, section, rest = html.partition("<h2")
    first = first.replace("<table>", '<table class="symptoms">')
    return figures_in(first, folder, classes) + section + figures_in(rest, folder, classes, True)


def figures_in(html: str, folder: Path, classes: dict[str, str], gzipped: bool = False) -> str:
    """Return HTML with its figures; gzipped, they are unpacked where the reader comes to see them.

    All of a large study's figures are megabytes, of which a reader opens a few.
    """

    def figure(found: re.Match[str]) -> str:
        svg = svg_of(folder / found[1], classes)
        label = f'<figure role="img" aria-label="{found[2]}"'
        if not gzipped:
            return f"{label}>{svg}</figure>"
        ((width, height), *_) = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
        inner = f'<script type="text/plain">{packed_text(svg)}</script>'  # which nobody reads
        size = f"aspect-ratio: {width} / {height}; max-width: {width}pt"
        return f'{label} class="packed" style="{size}">{inner}</figure>'

    return re.sub(r'<p><img src="(figures/[\w.-]+\.svg)" alt="([^"]*)"\s*/?></p>', figure, html)


def markdown_it() -> MarkdownIt:
    """Return what makes HTML of the report's Markdown; of HTML in it only what folds is let in."""
    found = MarkdownIt("commonmark", {"html": True}).enable("table")
    found.add_render_rule("html_inline", text_of_html)
    found.add_render_rule("html_block", text_of_html)
    found.add_render_rule("heading_open", heading_with_anchor)
    return found


def plain_text(line: str) -> str:
    """Return a line of Markdown as its reader sees it, without any mark."""
    (block,) = MarkdownIt("commonmark", {"html": False}).parseInline(line)
    return "".join(one.content for one in block.children or ())


def heading_with_anchor(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """Return a heading's tag with the name that GitHub gives it, by which links find it."""
    words = "".join(one.content for one in tokens[place + 1].children or ())
    tokens[place].attrSet("id", anchor(words))
    return renderer.renderToken(tokens, place, options, env)


def text_of_html(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, *others: object
) -> str:
    """Return HTML as a text that can be read; the report's own as it is."""
    content = tokens[place].content
    return content if FOLD.fullmatch(content) else escape(content)


def policy(scripts: Iterable[str]) -> str:
    """Return the page's Content-Security-Policy: these scripts run, and nothing is fetched."""
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    allowed = " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def svg_of(path: Path, classes: dict[str, str]) -> str:
    """Return a figure's SVG, to two digits, without what only a file of its own has.

    Thousands of marks have the same few styles: each becomes a class of the page.
    """
    svg = path.read_text(encoding="utf-8")
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"(\.\d\d)\d+", r"\1", svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    # Nothing refers to a group by its name, a rotation by nothing turns nothing, and a path needs
    # no spaces around its letters: a sixth of the page.
    svg = re.sub(r'<g id="[A-Za-z0-9.]+_\d+"', "<g", svg)
    svg = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", svg)
    svg = re.sub(r' d="[^"]*"', lambda found: re.sub(r"\s*([A-Z]|z)\s*", r"\1", found[0]), svg)
    svg = re.sub(r"<g>\n(<[^/g][^>]*/>)\n</g>", r"\1", svg)
    svg = re.sub(
        r' style="([^"]*)"',
        lambda found: f' class="{classes.setdefault(found[1], f"s{len(classes)}")}"',
        svg,
    )
    # A mark's name is a digest of what it looks like: its beginning is unique.
    return re.sub(r'(id="|href="#|url\(#)([mp][0-9a-f]{6})[0-9a-f]{4}\b', r"\1\2", svg)


def costs_for_page(costs: CostFile) -> dict[str, object]:
    """Return what the form reads of costs.json."""
    kinds = [
        {name: value for name, value in kind.items() if name not in NOT_IN_PAGE}
        for kind in costs["kinds"]
    ]
    return {**costs, "kinds": kinds}


def runs_for_page(runs: pd.DataFrame) -> dict[str, object]:
    """Return the runs as {columns, rows}, numbers to a few digits."""
    shown = runs[[name for name in SHOWN_COLUMNS if name in runs]]
    rows = [[value_for_page(value) for value in row] for row in shown.itertuples(index=False)]
    return {"columns": list(shown.columns), "rows": rows}


def value_for_page(value: str | float | None) -> object:
    """Return a value as it stands in the table: nothing for what is missing."""
    if not isinstance(value, str) and pd.isna(value):
        return None
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value.item() if hasattr(value, "item") else value


def packed(value: object) -> str:
    """Return JSON, gzipped, as base64: what may stand in a page and is a tenth of the size."""
    return packed_text(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def packed_text(text: str) -> str:
    """Return a text, gzipped, as base64."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def safe_script(path: Path) -> str:
    """Return a script that may stand inside a script element."""
    return path.read_text(encoding="utf-8").replace("</script", "<\\/script")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path, help="folder with the study's tables and figures")
    parser.add_argument("output", type=Path, help="report.html")
    return parser.parse_args(argv)
