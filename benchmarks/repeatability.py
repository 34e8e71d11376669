"""Do two measurements of the same study agree?

``python benchmarks/repeatability.py results/<one> results/<other> [--experiments NAME …]`` compares
the verdicts, the best of every group, every cell's ratio to the one without workers, or to the
fastest (whether the 95 % interval of the difference between both measurements contains zero), and
the private memory at every mark of a worker's life.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from claims.judge_claims import HOLDS, judge
from stats.evidence import Evidence, disturbed_columns, times_by_block
from stats.groups import GROUP
from stats.lifetimes import ALIKE_BY, medians_by_mark
from stats.ratios import against, paired
from stats.with_the_best import pairwise, standing
from tables.read_tables import read_lifetimes

NEAR = 1.05  # times: what counts as equal wherever a best is named
NEAR_MIB = 1.0  # what counts as equal where a worker holds little
DECIDED = (HOLDS, "does not hold")


def main():
    arguments = parse()
    one, other = (Evidence.read(folder) for folder in (arguments.one, arguments.other))
    verdicts = compare_verdicts(one, other)
    print(verdicts[verdicts["one"].isin(DECIDED) | verdicts["other"].isin(DECIDED)].to_string())
    opposed = verdicts["one"].isin(DECIDED) & verdicts["other"].isin(DECIDED)
    opposed &= verdicts["one"] != verdicts["other"]
    print(f"\nverdicts that contradict each other: {opposed.sum()} of {len(verdicts)}\n")
    best, ratios = compare_groups(one, other, arguments.experiments)
    refuted = best[best["refuted"] != ""]
    print(refuted.to_string() if len(refuted) else "", end="\n" if len(refuted) else "")
    print(
        f"groups in which a strategy that one calls the best is shown to be over {NEAR - 1:.0%} "
        f"slower than another in the other: {len(refuted)} of {len(best)}"
    )
    for name, own in [*ratios.groupby("experiment"), ("all", ratios)]:
        print(
            f"{name}: the difference's interval contains zero in {own['same'].mean():.1%} of "
            f"{len(own)} cells"
        )
    lives = compare_lives(*map(read_lifetimes, (arguments.one, arguments.other)))
    for name, own in lives.groupby("experiment"):
        print(
            f"{name}: private memory at most {NEAR - 1:.0%} or {NEAR_MIB:.0f} MiB apart at "
            f"{own['same'].sum()} of {len(own)} marks"
        )


def compare_verdicts(one, other):
    """Return the verdicts of both by claim and interpreter."""
    tables = [
        {(v.claim, v.interpreter): f"{v.verdict}" for v in judge(evidence)}
        for evidence in (one, other)
    ]
    keys = [key for key in tables[0] if key in tables[1]]
    return pd.DataFrame(
        {"one": [tables[0][key] for key in keys], "other": [tables[1][key] for key in keys]},
        index=pd.MultiIndex.from_tuples(keys, names=["claim", "on"]),
    )


def compare_groups(one, other, experiments):
    """Return what either calls the best of every group, and of each ratio whether both agree.

    refuted: what one calls the best and the other shows to be over 5 % slower than another; same:
    whether the interval of the difference contains zero.
    """
    best, ratios = [], []
    priors = one.priors, other.priors
    groups = [dict(list(evidence.counted.groupby(GROUP))) for evidence in (one, other)]
    for group in sorted(set(groups[0]) & set(groups[1])):
        if experiments and group[0] not in experiments:
            continue
        runs = [found[group] for found in groups]
        times = [times_by_block(own) for own in runs]
        common = [name for name in times[0] if name in times[1]]
        times = [table[common].dropna(how="all") for table in times]
        by = [disturbed_columns(own, prior) for own, prior in zip(runs, priors, strict=True)]
        both = list(zip(times, priors, by, strict=True))
        named = [set(standing(table, own, disturbed=hit).tied) for table, own, hit in both]
        slower = [shown_slower(*each) for each in both]
        refuted = sorted((named[0] & slower[1]) | (named[1] & slower[0]))
        names = ["/".join(map(str, name)) for name in refuted]
        best.append((*group, len(named[0] & named[1]), ", ".join(names)))
        alone = [name for name in common if name[0] == "serial"]
        reference = alone[0] if alone else times[0].median().idxmin()
        for name in common:
            two = [
                paired(
                    table[name].dropna(),
                    table[reference].dropna(),
                    own.of_pair(hit[name], hit[reference]),
                )
                for table, own, hit in both
            ]
            if name != reference and None not in two:
                ratios.append((group[0], against(*two).above(1.0) is None))
    best = pd.DataFrame(best, columns=[*GROUP, "common", "refuted"])
    return best, pd.DataFrame(ratios, columns=["experiment", "same"])


def compare_lives(one, other):
    """Return whether both found the same private memory, for every experiment, line and mark."""
    tables = []
    for rows in (one, other):
        found = [medians_by_mark(own).assign(experiment=n) for n, own in rows.groupby("experiment")]
        tables.append(pd.concat(found)[["experiment", *ALIKE_BY, "mark", "uss_mib"]].dropna())
    both = tables[0].merge(tables[1], on=["experiment", *ALIKE_BY, "mark"])
    first, second = both["uss_mib_x"], both["uss_mib_y"]
    apart = (first - second).abs()
    same = apart.le(NEAR_MIB) | apart.le((NEAR - 1) * np.fmin(first, second))
    return both.assign(same=same)


def shown_slower(times, priors, disturbed):
    """Return the names that are shown to take over 5 % longer than another one."""
    by = [disturbed[name] for name in times]
    _, bound = pairwise(np.log(times.to_numpy(float)), priors, by)
    far = (np.nan_to_num(bound, nan=-np.inf) > np.log(NEAR)).any(axis=1)
    return {name for name, is_far in zip(times, far, strict=True) if is_far}


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", type=Path, help="folder of a finished study")
    parser.add_argument("other", type=Path, help="folder of another one")
    parser.add_argument("--experiments", nargs="*", default=[], help="groups of these alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
