"""Write the report of a study: the answer first, then the experiments, verdicts and conditions."""

import argparse
from collections import Counter
from pathlib import Path

import yaml

from claims.judge_claims import Verdict
from report.answer import answer_section
from report.cautions import cautions, failures
from report.cell_facts import facts_of_rows
from report.costs import costs_section
from report.experiments import experiment_facts
from report.first_screen import first_screen
from report.foreign import as_markdown, guarded, guarded_table
from report.forking import FORKING
from report.kinds_of_data import kinds_of_data, start_methods
from report.library_phases import library_phases
from report.lives import lifetime_facts
from report.machine import measuring
from report.markdown import plain_text
from report.own_program import own_program
from report.pickling import pickling_facts
from report.recipes import recipes
from report.render import render
from stats.evidence import Evidence
from tables.read_tables import read_lifetimes, read_pickling, read_table_of
from wording import units
from wording.labels import names_of
from wording.machines import usable_cpus_of
from wording.units import is_own

LONGEST_ANSWER = 300  # characters, on the terminal
SIDE_BY_SIDE = "## Every strategy, side by side"


def main(argv=None):
    arguments = parse(argv)
    folder = arguments.study
    tables = {name: read_table_of(folder, name) for name in ("runs", "jobs", "summary", "verdicts")}
    study = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    tables["pickling"] = read_pickling(folder)
    tables["lifetimes"] = read_lifetimes(folder)
    text = report(study, folder, **tables)
    arguments.output.write_text(text, encoding="utf-8")
    if arguments.answer:
        said = [*in_short(text, tables["runs"]), f"the report: {arguments.output}"]
        arguments.answer.write_text("\n".join(said) + "\n", encoding="utf-8")


def report(study, folder, runs, summary, verdicts, pickling, lifetimes, jobs=None):
    """Return the Markdown text. `folder` is only asked which figures exist.

    Without `jobs` there is no first screen of answers, only what is best.
    """
    study = guarded(study)
    runs, summary, verdicts, pickling = map(guarded_table, (runs, summary, verdicts, pickling))
    jobs = None if jobs is None else guarded_table(jobs)
    lifetimes = guarded_table(lifetimes)
    known = jobs is not None and runs["status"].eq("ok").any()
    evidence = Evidence(runs, jobs, summary, pickling) if known else None
    names, cpus = names_of(runs), usable_cpus_of(runs)
    asked = study["experiments"]
    lives, experiments = [], []
    for name, experiment in asked.items():
        tables = [one[one["experiment"] == name] if len(one) else one
                  for one in (pickling, lifetimes, summary)]  # fmt: skip
        if "probe" in experiment:
            experiments.append(pickling_facts(name, experiment, folder, tables[0]))
        elif "lifetime" in experiment:
            called = names_of(tables[1])
            lives.append(lifetime_facts(name, experiment, folder, tables[1], called))
        else:
            own = experiment_facts(name, experiment, folder, tables[2], runs, names, cpus)
            experiments.append(own)
    judged = verdicts if set(verdicts["experiment"]) & set(asked) else verdicts[:0]
    files = sorted({one["workload"] for one in asked.values() if "workload" in one})
    text = render(
        "report.md.j2",
        study=study,
        own_files=files if all(map(is_own, files)) else [],
        screen=one_text(first_screen(evidence, lifetimes, folder) if evidence else []),
        answer=one_text(answer_section(study, folder, runs, summary)),
        own_program=one_text(own_program(evidence) if evidence else []),
        choices=kinds_of_data(runs, summary, names, cpus),
        phases=library_phases(runs, summary),
        recipes=recipes(runs, summary, names),
        lifetimes=lives,
        methods=start_methods(summary),
        costs=one_text(costs_section(evidence) if evidence else []),
        experiments=experiments,
        verdicts=facts_of_rows(judged, Verdict),
        claims_by_verdict=judged["verdict"].value_counts().to_dict(),
        measuring=measuring(runs),
        cautions=cautions(runs, summary, study["study"]),
        failures=failures(runs),
    )
    return as_markdown(f"{text}\n")


def one_text(blocks):
    """Return blocks of Markdown as one text."""
    return "\n\n".join(blocks)


def in_short(text, runs):
    """Return lines for the terminal: how many runs are not ok and why, the answer, a danger."""
    bad = runs[runs["status"] != "ok"]
    counts = Counter(bad["status"])
    number = units.runs(len(runs))
    first = f"all {number} are ok"
    if len(bad):
        why = ", ".join(f"{count} {status}" for status, count in counts.most_common())
        worst = bad[bad["status"] != "unsupported"]["reason"].dropna()
        most = f"; most often: {worst.mode()[0]:.120}" if len(worst) else ""
        first = f"{len(bad)} of {number} are not ok: {why}{most}"
    answered = text.partition(SIDE_BY_SIDE)[2] or text
    blocks = [block for block in answered.split("\n\n")[1:] if block.strip()]
    rules = [block for block in blocks[:3] if block.startswith("**")]
    # What is missing for some strategies is no answer; what is wrong with data or all workers is.
    first_of_all = rules[0] if rules and blocks[0].startswith("- **No result**") else blocks[0]
    forks = [line for line in text.splitlines() if line.startswith(f"- {FORKING}")]
    return [first, *map(on_one_line, [first_of_all.splitlines()[0], *forks[:1]])]


def on_one_line(sentence):
    """Return a sentence of the report as it stands on the terminal."""
    said = plain_text(sentence.removeprefix("- "))
    return said if len(said) <= LONGEST_ANSWER else f"{said[:LONGEST_ANSWER]}…"


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="folder with the study's tables and figures")
    parser.add_argument("output", type=Path, help="report.md")
    parser.add_argument("--answer", type=Path, help="three lines for the terminal")
    return parser.parse_args(argv)
