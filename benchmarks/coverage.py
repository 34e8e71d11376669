"""How often do the intervals hold the truth, and is the best ever excluded?

``python benchmarks/coverage.py results/published`` prints two tables in Markdown: of a study whose
runs are split (some blocks of each cell against the mean of its others), and of simulated studies
that are measured by the rule that decides which runs are made, on a quiet machine, on a noisy one,
and on one whose runs are disturbed as ``benchmarks/disturb.py`` disturbs them.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from claims.judge_claims import Claimed
from stats.evidence import counted, disturbed_columns, times_by_block
from stats.priors import (
    fitted,
    priors_of,
    published_priors,
    to_reference,
    variances_of,
)
from stats.ratios import of_logs, paired
from stats.wanted import Settings, column_of, reference_of, wanted_cells, within_budget
from stats.with_the_best import standing
from supervisor.columns import GROUP, IDENTITY
from tables.read_tables import read_table_of

BLOCKS = (1, 2, 3, 4, 6, 10)
SPLITS = 5  # of each cell
GROUPS = 20  # of a simulated study
DRIFT = 0.25  # standard deviation of a block's log time, common to its runs
LENGTHS_S = (0.05, 10.0)  # of the fastest of a group
# Log times of a group's cells beside the fastest: two are equal, two others nearly.
EFFECTS = np.log([1.0, 1.0, 1.02, 1.04, 1.1, 1.3, 1.8, 3.0])
HIT = 0.3  # of the runs, where runs are disturbed
HIT_TIMES = (1.1, 2.0)  # as long
NOTICED = 0.9  # of those that were hit


@dataclass(frozen=True)
class Machine:
    """A simulated machine: its noise as a multiple of the published study's, and what hits runs."""

    name: str
    noise: float = 1.0
    hit: float = 0.0


MACHINES = (Machine("quiet"), Machine("noisy", noise=2.5), Machine("disturbed", hit=HIT))
# The rules of `make quick`, `make mine` and the study, and a study that is measured to the last.
RULES = {
    "quick": (Settings(1, 1, 2, 0.1), 0.0),
    "mine": (Settings(1, 1, 2, 0.1), np.inf),
    "study": (Settings(1, 1, 10, 0.1), np.inf),
    "precise": (Settings(1, 1, 10, 0.05), np.inf),
}


def main():
    arguments = parse()
    runs = counted(read_table_of(arguments.study, "runs"))
    print("| blocks | cells | cover the mean of the others, its own error reckoned in | ± |")
    print("| --- | --- | --- | --- |")
    for blocks in BLOCKS:
        found = split(runs, blocks, np.random.default_rng(blocks))
        if len(found):
            print(
                f"| {blocks} | {found['cell'].nunique()} | {found['covered'].mean():.1%} "
                f"| {found['half_width'].median():.0%} |"
            )
    print("\n| rule | machine | runs a cell | intervals | cover | groups | a best one excluded |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for rule in RULES:
        for machine in MACHINES:
            found = simulated(rule, machine, arguments.studies)
            print(
                f"| {rule} | {machine.name} | {found.runs:.2f} | {len(found.covered)} "
                f"| {np.mean(found.covered):.1%} | {len(found.excluded)} "
                f"| {np.mean(found.excluded):.1%} |"
            )


def split(runs, blocks, random):
    """Return a row for every split of every cell with more blocks than `blocks`.

    covered: whether the interval of some blocks holds the mean of the others, wider by that mean's
    own error; half_width: of the interval itself. The prior is that of the other half of the
    groups, so that nothing is judged by itself.
    """
    times = runs[runs["total_s"] > 0]
    times = times.assign(log=np.log(times["total_s"].astype(float)))
    cell = list(IDENTITY)
    times = times.groupby([*cell, "block"], sort=False, as_index=False)["log"].mean()
    ratios = to_reference(times)
    half = pd.util.hash_pandas_object(ratios[GROUP], index=False) % 2
    priors = [fitted(variances_of(runs_of_half(runs, number))["ratios"]) for number in (1, 0)]
    rows = []
    for number, (_, own) in enumerate(ratios.groupby(cell, sort=False)):
        logs = own["log"].to_numpy()
        if len(logs) <= blocks:
            continue
        prior, seconds = priors[half[own.index[0]]], np.exp(own["length"].mean())
        for _ in range(SPLITS):
            some = random.permutation(len(logs)) < blocks
            ratio, rest = of_logs(logs[some], prior, seconds), logs[~some]
            low, high, middle = np.log([ratio.low, ratio.high, ratio.value])
            wider = (high - low) / 2 * np.sqrt(1 + blocks / len(rest))
            rows.append((number, abs(rest.mean() - middle) <= wider, ratio.half_width))
    return pd.DataFrame(rows, columns=["cell", "covered", "half_width"])


def runs_of_half(runs, number):
    """Return the runs of the groups of one half, 0 or 1."""
    return runs[pd.util.hash_pandas_object(runs[GROUP], index=False) % 2 == number]


def simulated(rule, machine, studies, seed=1):
    """Return what became of so many simulated studies.

    runs: a cell, on average; covered: of every interval of a ratio to the reference, whether it
    holds the truth; excluded: of every group, whether one of the best was shown to be slower.
    """
    random = np.random.default_rng(seed)
    found = [one_study(*RULES[rule], machine, random) for _ in range(studies)]
    return SimpleNamespace(
        runs=np.mean([runs for runs, _, _ in found]),
        covered=np.concatenate([covered for _, covered, _ in found]),
        excluded=np.concatenate([excluded for _, _, excluded in found]),
    )


def one_study(settings, budget_s, machine, random):
    """Measure one study by the rule; return (runs a cell, covered, excluded)."""
    truth = cells_of_study(random, machine)
    rows, claimed = [], Claimed({}, set())
    for number in range(1, settings.max_repeats + 1):
        asked = list(truth)
        if number > settings.planned:
            evidence = evidence_of(pd.DataFrame(rows))
            wanted = wanted_cells(evidence, number, {"e": settings}, claimed)
            asked = within_budget(wanted, evidence.runs, budget_s)
        if number > 2 and not asked:
            break
        rows += measured(truth, asked, number, machine, random)
    evidence = evidence_of(pd.DataFrame(rows))
    return (len(rows) / len(truth), *judged(evidence, truth))


def cells_of_study(random, machine):
    """Return the cells of a study as a dict to (log of its time, standard deviation of a run's).

    How noisy a group is is drawn from the published prior; of a ratio two runs have a part.
    """
    prior = published_priors().ratios
    rows = {}
    for group in range(GROUPS):
        shortest = np.exp(random.uniform(*np.log(LENGTHS_S)))
        noisier = prior.freedom / random.chisquare(prior.freedom)
        for place, effect in enumerate(random.permutation(EFFECTS)):
            strategy = "serial" if place == 0 else f"s{place}"
            cell = ("e", "cpython", strategy, "fork", 1000 + group, 2, 10)
            seconds = shortest * np.exp(effect)
            variance = noisier * float(prior.variance(seconds)) / 2
            rows[cell] = (np.log(seconds), machine.noise * np.sqrt(variance))
    return rows


def measured(truth, asked, number, machine, random):
    """Return the rows of the runs of one round, a block for each group."""
    drift, rows = random.normal(0, DRIFT, GROUPS), []
    for cell in asked:
        log, sd = truth[cell]
        group = cell[IDENTITY.index("size")] - 1000
        hit = random.random() < machine.hit
        log += drift[group] + random.normal(0, sd)
        longer = random.uniform(*HIT_TIMES) if hit else 1.0
        log += np.log(longer)
        noticed = hit and random.random() < NOTICED
        gave = 2.0 / longer if noticed else 2.0
        own = dict(zip(IDENTITY, cell, strict=True)) | {"repeat": number, "status": "ok"}
        own |= {"block": number * GROUPS + group, "disturbed": noticed, "workers_uss_mib": 1.0}
        own |= {"capacity_before": gave, "usable_cpus": 2.0}
        rows.append(own | {"total_s": np.exp(log), "wall_s": np.exp(log)})
    return rows


def evidence_of(runs):
    """Return what the rule asks of an `Evidence`, for runs of which disturbed ones do not count.

    Where a cell has no others they do.
    """
    fair = ~runs["disturbed"].astype(bool)
    some = fair.groupby([runs[name] for name in IDENTITY]).transform("any")
    runs = runs.assign(counts=fair | ~some)
    summary = runs.drop_duplicates(list(IDENTITY)).assign(n=1)
    own = counted(runs)
    return SimpleNamespace(
        runs=runs, counted=own, summary=summary, every=False, priors=priors_of(own)
    )


def judged(evidence, truth):
    """Return (covered, excluded) of what was measured."""
    covered, excluded = [], []
    for _, rows in evidence.counted.groupby(GROUP, sort=False):
        cells = list(rows[list(IDENTITY)].drop_duplicates().itertuples(index=False, name=None))
        times, by = times_by_block(rows), disturbed_columns(rows, evidence.priors)
        reference = reference_of(times, cells)
        for cell in cells:
            ratio = paired(
                times[column_of(cell)].dropna(), times[column_of(reference)].dropna(),
                evidence.priors.of_pair(by[column_of(cell)], by[column_of(reference)]),
            )  # fmt: skip
            if cell != reference and ratio is not None:
                is_so = truth[cell][0] - truth[reference][0]
                covered.append(np.log(ratio.low) <= is_so <= np.log(ratio.high))
        logs = {column_of(cell): truth[cell][0] for cell in cells}
        best = [name for name, log in logs.items() if log <= min(logs.values()) + 1e-9]
        kept = standing(times, evidence.priors, disturbed=by).may_be_best
        # Of those that are equally good, one that is picked at random is the best of the textbook.
        excluded.append(best[0] not in kept)
    return covered, excluded


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="folder of a finished study")
    parser.add_argument("--studies", type=int, default=10, help="simulated ones of every kind")
    return parser.parse_args()


if __name__ == "__main__":
    main()
