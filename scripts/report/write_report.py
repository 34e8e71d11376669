"""Write the report of a study: the answer first, then the experiments, verdicts and conditions."""

import argparse
from collections import Counter
from pathlib import Path

import pandas as pd
import yaml

from report.answer import answer_section
from report.cautions import cautions, not_ok
from report.claims import claims_section
from report.costs import costs_section
from report.experiments import experiment_section
from report.first_screen import first_screen
from report.foreign import as_markdown, guarded, guarded_table
from report.forking import FORKING
from report.kinds_of_data import kinds_of_data
from report.library_phases import library_phases
from report.lifetimes import lifetime_section
from report.markdown import markdown, plain_text, text
from report.own_program import own_program
from report.pickling import pickling_section
from report.recipes import recipes
from report.render import render
from stats.evidence import Evidence
from tables.read_tables import read_lifetimes, read_pickling, read_table_of
from wording import units
from wording.labels import names_of
from wording.machine_faults import faults_of
from wording.machines import cores_in_words, usable_cpus_of
from wording.units import is_own, mib

LONGEST_ANSWER = 300  # characters, on the terminal
MAIN_QUESTION = "# Do I need worker processes, and how should big read-only data reach them?"
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
    screen = first_screen(evidence, lifetimes, folder) if evidence else []
    parts = [MAIN_QUESTION, *screen, SIDE_BY_SIDE] if screen else [title(study)]
    parts += answer_section(study, folder, runs, summary)
    parts += kinds_of_data(runs, summary)
    parts += own_program(evidence) if evidence else []
    parts += recipes(runs, summary)
    if phases := library_phases(runs, summary):
        parts.append(render("library_phases.md.j2", phases=phases))
    parts += costs_section(evidence) if evidence else []
    parts += ["## The experiments"]
    names, cpus = names_of(runs), usable_cpus_of(runs)
    for name, experiment in study["experiments"].items():
        if "probe" in experiment:
            own = pickling[pickling["experiment"] == name]
            parts += pickling_section(name, experiment, folder, own)
        elif "lifetime" in experiment:
            own = lifetimes[lifetimes["experiment"] == name]
            parts += lifetime_section(name, experiment, folder, own, names_of(own))
        else:
            own = summary[summary["experiment"] == name]
            parts += experiment_section(name, experiment, folder, own, runs, names, cpus)
    if set(verdicts["experiment"]) & set(study["experiments"]):
        parts += claims_section(verdicts)
    parts += conditions(study, runs, summary)
    parts += failures(runs)
    parts += closing(study)
    return as_markdown("\n\n".join(parts) + "\n")


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


def title(study):
    """Return the heading: the question of the study, about the user's data if it is that alone."""
    experiments = study["experiments"].values()
    workloads = {one["workload"] for one in experiments if "workload" in one}
    own = all(map(is_own, workloads))
    data = (
        f"the data of {' and '.join(sorted(workloads))}" if own else "a big chunk of read-only data"
    )
    return f"# How should {data} reach Python worker processes?"


def conditions(study, runs, summary):
    """Return machine, interpreters and warnings."""
    machine = runs.iloc[-1]
    facts = {
        "machine": machine["machine"],
        "cores": cores_in_words(machine),
        "memory": mib(machine["memory_total_mib"]),
        "control group": "no limit"
        if pd.isna(machine["cgroup_memory_mib"])
        else mib(machine["cgroup_memory_mib"]),
        "kernel": machine["kernel"],
        "transparent huge pages": text(machine["transparent_huge_pages"]),
        "frequency governor": text(machine["governor"]),
        "measured": f"{runs['started_utc'].min()[:16]} to {runs['started_utc'].max()[:16]} UTC, "
        f"{len(runs)} runs, {runs['wall_s'].sum() / 60:.0f} min of run time",
        **given(runs),
    }
    named = runs.drop_duplicates(["interpreter", "version"]).sort_values("interpreter")
    interpreters = [
        {
            "interpreter": row.interpreter,
            "implementation": f"{row.implementation} {row.version}",
            "GIL": "yes" if row.gil else "no",
            "build": text(getattr(row, "build", None)),  # the frozen study's rows have none
            "command": f"`{row.command}`",
        }
        | library_versions(runs, row.interpreter)
        for row in named[named["version"].notna()].itertuples()
    ]
    warned = cautions(runs, summary, study["study"]) or ["None."]
    return [
        "## Machine and interpreters",
        markdown([{"": key, " ": value} for key, value in facts.items()]),
        markdown(interpreters),
        "## Warnings",
        "\n".join(f"- {sentence}" for sentence in warned),
    ]


def given(runs):
    """Return what the machine gave while it was measured, in words; nothing if none was asked.

    Cores as the yardstick found them before a run; how many runs were disturbed.
    """
    if runs["capacity_before"].isna().all():
        return {}
    low, middle, high = runs["capacity_before"].quantile([0.1, 0.5, 0.9])
    return {
        "cores it gave": f"{middle:.2f} in the median (8 of 10 readings: {low:.2f} – {high:.2f})",
        "disturbed runs": f"{runs['disturbed'].eq(True).sum()} of {len(runs)}",
    }


def library_versions(runs, interpreter):
    """Return the table's field with the libraries that an interpreter's runs used, if any did."""
    if runs["libraries"].isna().all():
        return {}
    used = runs.loc[runs["interpreter"] == interpreter, "libraries"].dropna()
    return {
        "libraries": ", ".join(sorted({one for many in used for one in many.split(", ")})) or "–"
    }


def failures(runs):
    """Return every run that is not ok: failures by cell, what is unsupported by its reason.

    Those that name the machine stand apart.
    """
    faults = faults_of(runs)
    table = not_ok(runs[[fault is None for fault in faults]])
    bad = runs["status"].ne("ok").sum()
    if not bad:
        return ["## Runs that are not ok", "None: every planned run is `ok`."]
    parts = [
        "## Runs that are not ok",
        f"{bad} of {len(runs)} runs. A failure is a result, too: it is shown and never dropped.",
    ]
    if any(faults):
        parts += faults_of_the_machine(runs, faults)
    if table.empty:
        return parts
    unsupported = table["status"] == "unsupported"
    if not unsupported.all():
        if any(faults):
            parts.append("### Of the strategy")
        parts.append(failed(table[~unsupported]))
    if unsupported.any():
        key = ["strategy", "interpreter", "reason"]
        groups = table[unsupported].groupby(key, sort=False)["runs"].sum().reset_index()
        parts.append("Unsupported, which was known before anything was measured:")
        parts.append(markdown(groups.sort_values(key).to_dict("records")))
    return parts


def faults_of_the_machine(runs, faults):
    """Return the runs that failed for want of something the machine did not give, with remedies."""
    counts = Counter(filter(None, faults))
    return [
        "### Of the machine, not of the strategy",
        "They say nothing about the strategies and enter no verdict.",
        "\n".join(
            f"- {what}, {units.runs(number)}: {remedy}."
            for (what, remedy), number in counts.most_common()
        ),
        failed(not_ok(runs[[fault is not None for fault in faults]])),
    ]


def failed(table):
    """Return rows of `not_ok` as a table."""
    names = {"start_method": "start method", "size": "items"}
    return markdown(table.rename(columns=names).to_dict("records"))


def closing(study):
    """Return how to repeat the study and where the data are."""
    make = {"full": "`make study`", "quick": "`make quick`", "mine": "`make mine`"}
    again = make.get(study["study"], "the `snakemake` command that made it")
    return [
        "## Data and repetition",
        f"Study `{study['study']}`, seed {study['seed']}. Every run: `runs.csv`; every job: "
        "`jobs.csv`; medians and intervals: `summary.csv`; what was asked for: "
        f"[study.yaml](study.yaml). To repeat it: {again}.",
    ]


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="folder with the study's tables and figures")
    parser.add_argument("output", type=Path, help="report.md")
    parser.add_argument("--answer", type=Path, help="three lines for the terminal")
    return parser.parse_args(argv)
