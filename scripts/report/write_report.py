"""Write the report of a study: the answer first, then the experiments, verdicts and conditions."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import yaml

from claims.judge_claims import Verdict
from costs.cost_file import read_costs
from costs.types import CostFile
from report.cautions import cautions, failures
from report.cell_facts import facts_of_rows
from report.costs import costs_shown
from report.experiments import ExperimentFacts, experiment_facts
from report.first_screen import FirstScreen, first_screen, last_lines, opening
from report.foreign import as_markdown, guarded, guarded_costs, guarded_table
from report.kinds_of_data import kinds_of_data, start_methods
from report.library_phases import library_phases
from report.lives import LifetimeFacts, lifetime_facts
from report.machine import measuring
from report.on_machines import on_machines
from report.own_program import own_programs
from report.pickling import PicklingFacts, pickling_facts
from report.recipes import recipes
from report.render import render
from report.trouble import preflights_of, trusted
from report.types import StudyReported
from stats.best import Best, best_cells
from stats.evidence import Evidence
from tables.read_tables import read_lifetimes, read_pickling, read_table_of
from wording.labels import names_of
from wording.machines import usable_cpus_of


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parse(argv)
    folder = arguments.study
    tables = {name: read_table_of(folder, name) for name in ("runs", "jobs", "summary", "verdicts")}
    study: StudyReported = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    tables["pickling"] = read_pickling(folder)
    tables["lifetimes"] = read_lifetimes(folder)
    tables = {name: guarded_table(table) for name, table in tables.items()}
    evidence = Evidence(tables["runs"], tables["jobs"], tables["summary"], tables["pickling"])
    screen = first_screen(evidence, tables["lifetimes"], folder)
    text = report(
        guarded(study), folder, evidence, screen, tables["verdicts"], tables["lifetimes"],
        guarded_costs(read_costs(folder)),
    )  # fmt: skip
    arguments.output.write_text(text, encoding="utf-8")
    if arguments.answer:
        said = last_lines(screen, evidence.runs, arguments.output)
        arguments.answer.write_text(said, encoding="utf-8")


def report(
    study: StudyReported,
    folder: Path,
    evidence: Evidence,
    screen: FirstScreen,
    verdicts: pd.DataFrame,
    lifetimes: pd.DataFrame,
    costs: CostFile | None = None,
) -> str:
    """Return the Markdown text, texts guarded. `folder` is only asked which figures exist.

    Without `costs`, what costs.json holds, there is no section on them.
    """
    runs, summary, pickling = evidence.runs, evidence.summary, evidence.pickling
    names, cpus = names_of(runs), usable_cpus_of(runs)
    preflights = preflights_of(folder, names)

    def best_of(cells: pd.DataFrame) -> dict[str, Best]:
        """Return the best by interpreter, of what may be recommended."""
        safe = trusted(cells, runs, preflights)
        return best_cells(safe, evidence.counted, evidence.priors)

    asked = study["experiments"]
    lives: list[LifetimeFacts] = []
    experiments: list[ExperimentFacts | PicklingFacts] = []
    for name, experiment in asked.items():
        tables = [one[one["experiment"] == name] if len(one) else one
                  for one in (pickling, lifetimes, summary)]  # fmt: skip
        if "probe" in experiment:
            experiments.append(pickling_facts(name, experiment, folder, tables[0]))
        elif "lifetime" in experiment:
            called = names_of(tables[1])
            lives.append(lifetime_facts(name, experiment, folder, tables[1], called))
        else:
            own = experiment_facts(name, experiment, folder, tables[2], best_of, names, cpus)
            experiments.append(own)
    judged = verdicts if set(verdicts["experiment"]) & set(asked) else verdicts[:0]
    text = render(
        "report.md.j2",
        study=study,
        opening=opening(screen, study),
        machines=on_machines(evidence, lifetimes, study["machines"])
        if "machines" in study
        else None,
        own_programs=own_programs(evidence, costs) if costs else [],
        choices=kinds_of_data(summary, best_of, names, cpus),
        phases=library_phases(runs, summary),
        recipes=recipes(summary, best_of, names),
        lifetimes=lives,
        methods=start_methods(summary),
        costs=costs_shown(costs) if costs else None,
        experiments=experiments,
        verdicts=facts_of_rows(judged, Verdict),
        claims_by_verdict=judged["verdict"].value_counts().to_dict(),
        measuring=measuring(runs),
        cautions=cautions(runs, summary, study["study"]),
        failures=failures(runs),
    )
    return as_markdown(f"{text}\n")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="folder with the study's tables and figures")
    parser.add_argument("output", type=Path, help="report.md")
    parser.add_argument("--answer", type=Path, help="three lines for the terminal")
    return parser.parse_args(argv)
