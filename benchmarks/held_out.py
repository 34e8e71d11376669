"""How well does the cost model predict what it has not seen, and is its advice the best strategy?

``python benchmarks/held_out.py results/<study>`` holds every size and every number of jobs out in
turn and prints the errors of the predicted times and memories; then, for every group of cells of
which the other sizes or jobs are known, whether the first choice of the advice, fitted without the
group, is the measured best or at most 10 % slower.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from costs.advice import Program, advise
from costs.cost_file import data_of, file_of, interpreters_of
from costs.cost_model import at_once
from costs.fit_models import fit, runs_with_memory
from costs.held_out import NO_ERRORS, coverage, errors, held_out
from costs.kinds import kinds_fitted
from costs.work import seconds_of_job
from sharing.workloads import base_of
from stats.evidence import Evidence
from wording.machines import most_workers, usable_cpus_of
from wording.mechanisms import SERIAL, has_data

NEAR = 1.10  # times the best, and still a good choice
GROUP = ["interpreter", "workload", "size", "jobs"]
METHODS = ("fork", "none", "own")


def main():
    evidence = Evidence.read(parse().study)
    runs = runs_with_memory(evidence)
    for by in ("size", "jobs"):
        table = held_out(runs, by, data_of(runs), interpreters_of(evidence.runs))
        table = table[table["size"] > 1]
        print(f"{by} held out, {len(table)} cells")
        for name, error in zip(("time", "memory"), errors(table), strict=True):
            print(
                f"  {name}: median {error.median():.0%}, 90th percentile {error.quantile(0.9):.0%}"
            )
        for name, one in coverage(table).items():
            print(f"  {name}: {one['time']:.0%} and {one['memory']:.0%} within the intervals")
    choices = pd.DataFrame(advised(runs, usable_cpus_of(evidence.runs)))
    print(choices.to_string(index=False))
    near = choices["times the best"] <= NEAR
    print(f"within {NEAR - 1:.0%} of the best: {near.sum()} of {len(choices)} groups")


def advised(runs, cpus):
    """Yield a row for every group: what is advised without having seen it, and what was best."""
    runs = runs[runs["start_method"].isin(METHODS) & (runs["size"] > 1)]
    runs = runs[runs["strategy"].map(has_data)]
    data, interpreters = data_of(runs), interpreters_of(runs)
    for key, own in runs.groupby(GROUP):
        named = dict(zip(GROUP, key, strict=True))
        alike = (runs["interpreter"] == named["interpreter"]) & (
            runs["workload"] == named["workload"]
        )
        group = (runs["size"] == named["size"]) & (runs["jobs"] == named["jobs"])
        rest = runs[alike & ~group]
        several = own[own["strategy"] != SERIAL]
        number = most_workers(set(several["workers"]), cpus)
        own = own[(own["workers"] == number) | (own["strategy"] == SERIAL)]
        times = own.groupby("strategy")["total_s"].median()
        if SERIAL not in times or len(times) < 3 or rest["size"].nunique() < 2:
            continue
        kinds = kinds_fitted(fit(rest, 0), data, interpreters, {}, lambda *_: NO_ERRORS)
        times = times[times.index.isin({kind["strategy"] for kind in kinds})]
        job_s = seconds_of_job(own[own["strategy"] == SERIAL], named)
        program = Program(
            named["interpreter"], base_of(named["workload"]), named["size"], named["jobs"], job_s,
            number, at_once(number, cpus),
        )  # fmt: skip
        advice = advise(file_of(kinds, interpreters), program)
        if advice.decision.chosen and advice.decision.chosen.strategy in times:
            first, best = advice.decision.chosen.strategy, times.idxmin()
            yield named | {
                "advised": first, "best": best, "best takes, s": times[best],
                "times the best": times[first] / times[best],
            }  # fmt: skip


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
