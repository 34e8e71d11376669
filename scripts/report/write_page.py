"""Write the report as one page that opens offline: a form on top, the report, all runs as a table.

Nothing is fetched: figures stand in it as SVG, scripts and styles as they are.
"""

import argparse
import json
import re
from html import escape
from pathlib import Path

import jinja2
import pandas as pd
from markdown_it import MarkdownIt
from markupsafe import Markup

from answers.cost_model import KIND, fit, with_memory
from answers.evidence import Evidence
from words.labels import names_of
from words.machines import usable_cpus
from words.mechanisms import mechanism_of
from words.units import is_own
from words.workloads import sentence_of

HERE = Path(__file__).with_name("page")
SCRIPTS = ("advice.js", "form.js", "tabulator.min.js", "table.js")
STYLES = ("page.css", "tabulator.min.css")
SHOWN = [
    "experiment", "interpreter", "strategy", "start_method", "workload", "size", "workers", "jobs",
    "repeat", "status", "total_s", "map_s", "tree_pss_mib", "workers_uss_max_mib", "disturbed",
    "reason",
]  # fmt: skip
DIGITS = 4  # of the numbers in the table of runs


def main(argv=None):
    arguments = parse(argv)
    folder = arguments.study
    evidence = Evidence.read(folder)
    report = (folder / "report.md").read_text(encoding="utf-8")
    arguments.output.write_text(page(report, folder, evidence), encoding="utf-8")


def page(report, folder, evidence):
    """Return the page of a study; `report` is its Markdown, `folder` has its figures."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    title, _, text = report.partition("\n")
    names = names_of(evidence.runs)
    models = models_of(evidence)
    workloads = list(dict.fromkeys(one["workload"] for one in models))
    measured = {one["interpreter"] for one in models}
    cpus = usable_cpus(evidence.runs)
    return environment.get_template("page.html.j2").render(
        title=title.lstrip("# "),
        style=Markup("\n".join((HERE / name).read_text(encoding="utf-8") for name in STYLES)),
        scripts=[Markup(safe_script(HERE / name)) for name in SCRIPTS],
        interpreters=[(name, names[name]) for name in names if name in measured],
        workloads=[(name, sentence_of(name) or name) for name in workloads],
        workers=max(2, int(cpus)),
        cpus=f"{cpus:g}",
        report=Markup(html_of(text, folder)),
        models=Markup(safe_json(models)),
        rows=Markup(safe_json(rows_of(evidence.runs))),
    )


def html_of(text, folder):
    """Return Markdown as HTML: figures in it as SVG, wide tables in a frame that scrolls."""
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    html = html.replace("<table>", '<div class="wide"><table>').replace(
        "</table>", "</table></div>"
    )
    return re.sub(
        r'<p><img src="(figures/[\w-]+\.svg)" alt="([^"]*)"\s*/?></p>',
        lambda found: figure(folder / found[1], found[2]),
        html,
    )


def figure(path, title):
    """Return a figure's SVG, without what only a file of its own has, and to two digits."""
    svg = path.read_text(encoding="utf-8")
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"(\.\d\d)\d+", r"\1", svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    return f'<figure role="img" aria-label="{escape(title)}">{svg}</figure>'


def models_of(evidence):
    """Return the fitted costs of this project's data, as the page's form reads them."""
    gil = evidence.runs.dropna(subset="gil").groupby("interpreter")["gil"].last().to_dict()
    found = []
    for key, model in fit(with_memory(evidence), resamples=0).items():
        named = dict(zip(KIND, key, strict=True))
        if is_own(named["workload"]):
            continue
        found.append(
            named
            | {"values": {name: float(f"{value:.6g}") for name, value in model.values.items()}}
            | {"span": model.span, "runs": model.runs}
            | {"mechanism": mechanism_of(named["strategy"])}
            | {"gil": bool(gil.get(named["interpreter"], True))}
        )
    alone = {(one["interpreter"], one["workload"]) for one in found if one["strategy"] == "serial"}
    return [one for one in found if (one["interpreter"], one["workload"]) in alone]


def rows_of(runs):
    """Return the runs as {columns, rows}, numbers to a few digits."""
    shown = runs[[name for name in SHOWN if name in runs]]
    rows = [[short(value) for value in row] for row in shown.itertuples(index=False)]
    return {"columns": list(shown.columns), "rows": rows}


def short(value):
    """Return a value as it stands in the table: nothing for what is missing."""
    if not isinstance(value, str) and pd.isna(value):
        return None
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value.item() if hasattr(value, "item") else value


def safe_json(value):
    """Return JSON that may stand inside a script element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")


def safe_script(path):
    """Return a script that may stand inside a script element."""
    return path.read_text(encoding="utf-8").replace("</script", "<\\/script")


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path, help="folder with the study's tables and figures")
    parser.add_argument("output", type=Path, help="report.html")
    return parser.parse_args(argv)
