"""Judge the article's claims by the tables of a study: one row a claim."""

import argparse
from dataclasses import asdict, dataclass

import pandas as pd

from answers.claims import CLAIMS
from answers.evidence import Evidence, Missing
from answers.pickling_table import interpreters_fail_differently
from words.labels import names_of

CONFIRMED = "confirmed"
CONDITION = "confirmed with a condition"
REFUTED = "refuted"
UNTESTABLE = "not testable here"


def main(argv=None):
    arguments = parse(argv)
    verdicts = judge(Evidence.read(arguments.study))
    pd.DataFrame(map(asdict, verdicts)).to_csv(arguments.output, index=False, lineterminator="\n")


@dataclass(frozen=True)
class Verdict:
    """What became of one claim."""

    claim: str
    text: str
    verdict: str
    measured: str
    experiment: str


def judge(evidence):
    """Return the verdicts on all claims, in order."""
    verdicts = []
    names = names_of(evidence.runs)
    for name, (text, experiment, function) in CLAIMS.items():
        try:
            verdict, measured = verdict_of(
                named(findings_of(evidence, experiment, function), names)
            )
        except Missing as missing:
            verdict, measured = UNTESTABLE, str(missing)
        verdicts.append(Verdict(name, text, verdict, measured, experiment))
    return verdicts


def findings_of(evidence, experiment, function):
    """Return the findings by interpreter; one called "all" for a comparison of interpreters.

    An interpreter without the numbers is left out; raises `Missing` if none has them.
    """
    if function is interpreters_fail_differently:
        return {"all": function(evidence)}
    findings, missing = {}, None
    for interpreter in evidence.interpreters(experiment):
        try:
            findings[interpreter] = function(evidence, interpreter)
        except Missing as problem:
            missing = problem
    if not findings:
        raise missing
    return findings


def named(findings, names):
    """Return the findings by what the interpreters are called, such as ``CPython 3.14``."""
    return {names.get(name, name): finding for name, finding in findings.items()}


def verdict_of(findings):
    """Return (verdict, measured) for findings by interpreter."""
    measured = "; ".join(
        finding.measured if name == "all" else f"{name}: {finding.measured}"
        for name, finding in findings.items()
    )
    holding = [name for name, finding in findings.items() if finding.holds]
    if len(holding) == len(findings):
        return CONFIRMED, measured
    if not holding:
        return REFUTED, measured
    failing = [name for name in findings if name not in holding]
    return CONDITION, f"holds on {', '.join(holding)}, not on {', '.join(failing)}. {measured}"


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", help="folder with the study's tables")
    parser.add_argument("output", help="verdicts.csv")
    return parser.parse_args(argv)
