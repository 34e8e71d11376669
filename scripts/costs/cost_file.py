"""costs.json: all that is needed to advise, for report, page and command."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pandas as pd

from costs.answer_words import PATTERNS, SPANS
from costs.asked import NUMBERS_ASKED, START_METHODS, data_asked, versions_asked
from costs.cost_model import formulas
from costs.decision import MOST_OTHERS, simplicity
from costs.fit_models import fit, runs_with_memory
from costs.held_out import coverage, errors_of, held_out
from costs.kinds import kinds_fitted
from costs.lives import lives_of
from costs.types import AdviceFile, CostFile, Kind, KindKey, KnownInterpreter
from sharing.workloads import base_of
from stats.evidence import Evidence
from stats.ratios import EQUAL
from tables.read_tables import read_lifetimes
from wording.labels import names_of
from wording.machines import usable_cpus_of
from wording.workloads import sentence_of

NAME = "costs.json"
RESAMPLES_IN_FILE = 25  # of the intervals: enough for two digits of them
LEAST_DATA_MIB = 1.0  # below which the growth of a process is not that of its data


def read_costs(study: str | Path) -> CostFile:
    """Return the costs of a study's folder; fitted now for one that was made before there were."""
    for path in Path(study).glob(f"{NAME}*"):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        file: CostFile = json.loads(text)
        return file
    return costs_of(Evidence.read(study), read_lifetimes(study))


def costs_of(evidence: Evidence, lifetimes: pd.DataFrame) -> CostFile:
    """Return what costs.json holds, from a study's tables."""
    runs = runs_with_memory(evidence)
    interpreters = interpreters_of(evidence.runs)
    data = data_of(runs)
    sizes = held_out(runs, "size", data, interpreters)
    kinds = kinds_fitted(
        fit(runs, RESAMPLES_IN_FILE), data, interpreters, lives_of(lifetimes), errors_of(sizes)
    )
    cpus = float(usable_cpus_of(evidence.runs)) if len(runs) else 1.0
    machines = list(evidence.runs["machine"].dropna()) if "machine" in evidence.runs else []
    return {
        "machine": str(machines[-1]) if machines else "",
        "cpus": cpus,
        **file_of(kinds, interpreters),
        "held_out": coverage(sizes),
    }


def file_of(kinds: list[Kind], interpreters: dict[str, KnownInterpreter]) -> AdviceFile:
    """Return what all costs.json have: how to ask, to compute, to decide and to answer."""
    measured: dict[str, set[str]] = {name: set() for name in interpreters}
    for kind in kinds:
        measured.setdefault(kind["interpreter"], set()).add(kind["workload"])
    names = {one["strategy"] for one in kinds}
    return {
        "interpreters": interpreters,
        "versions": versions_asked(with_most_kinds(kinds, interpreters), measured, names),
        "data": data_asked({one["workload"] for one in kinds}, what_it_is),
        "start_methods": START_METHODS,
        "numbers": list(NUMBERS_ASKED),
        "words": PATTERNS | {"spans": SPANS},
        "equal": EQUAL,
        "others": MOST_OTHERS,
        "simplicity": {name: simplicity(name) for name in sorted(names)},
        **formulas(),
        "kinds": kinds,
    }


def with_most_kinds(
    kinds: list[Kind], interpreters: dict[str, KnownInterpreter]
) -> dict[str, KnownInterpreter]:
    """Return the interpreters of which anything can be predicted, the one with most kinds first."""
    often = Counter(one["interpreter"] for one in kinds)
    return {name: interpreters[name] for name, _ in often.most_common() if name in interpreters}


def what_it_is(workload: str) -> str:
    """Return what the data of a workload is, in a sentence; a user's own by its name."""
    return sentence_of(workload) or workload


def interpreters_of(runs: pd.DataFrame) -> dict[str, KnownInterpreter]:
    """Return {name: called, implementation, version, gil} of the interpreters that answered."""
    found: dict[str, KnownInterpreter] = {}
    for name, called in names_of(runs).items():
        last = runs[(runs["interpreter"] == name) & runs["version"].notna()].iloc[-1]
        found[name] = {
            "called": called,
            "implementation": str(last["implementation"]),
            "version": str(last["version"]).split()[0],
            "gil": bool(last["gil"]),
        }
    return found


def data_of(runs: pd.DataFrame) -> dict[KindKey, float]:
    """Return the MiB of an item by (interpreter, workload): of the largest data, the median.

    What the process grew by as it built the data; without runs that grew enough there is none.
    """
    found: dict[KindKey, float] = {}
    big = runs[runs["data_mib"] >= LEAST_DATA_MIB] if "data_mib" in runs else runs.iloc[:0]
    big = big.assign(base=big["workload"].map(base_of))
    for key, own in big.groupby(["interpreter", "base"]):
        largest = own[own["size"] == own["size"].max()]
        found[key] = float((largest["data_mib"] / largest["size"]).median())
    return found
