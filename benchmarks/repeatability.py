"""Do two measurements of the same study agree?

``python benchmarks/repeatability.py results/<one> results/<other>`` compares the verdicts, the
best of every group, and the intervals of every cell's ratio to the one without workers, or to the
fastest.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from claims.judge_claims import HOLDS, judge
from stats.evidence import Evidence, disturbed_columns, times_by_block
from stats.groups import GROUP
from stats.ratios import paired
from stats.with_the_best import standing

NEAR = 1.05  # times the nearer end: what counts as equal wherever a best is named
DECIDED = (HOLDS, "does not hold")


def main():
    arguments = parse()
    one, other = (Evidence.read(folder) for folder in (arguments.one, arguments.other))
    verdicts = compare_verdicts(one, other)
    print(verdicts[verdicts["one"].isin(DECIDED) | verdicts["other"].isin(DECIDED)].to_string())
    opposed = verdicts["one"].isin(DECIDED) & verdicts["other"].isin(DECIDED)
    opposed &= verdicts["one"] != verdicts["other"]
    print(f"\nverdicts that contradict each other: {opposed.sum()} of {len(verdicts)}\n")
    best, ratios = compare_groups(one, other)
    apart = best[best["common"] == 0]
    print(apart.to_string() if len(apart) else "", end="\n" if len(apart) else "")
    print(f"groups whose best sets have nothing in common: {len(apart)} of {len(best)}")
    for blocks, own in ratios.groupby("blocks"):
        print(
            f"{blocks} blocks: cells whose intervals overlap: {own['overlap'].mean():.1%} of "
            f"{len(own)}; at most {NEAR - 1:.0%} apart: {(own['gap'] <= NEAR).mean():.1%}"
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


def compare_groups(one, other):
    """Return the best sets of every group, and of each ratio how the two intervals lie.

    blocks: of the one that rests on fewer; gap: how many times one's low end is the other's high
    end, below 1 where they overlap.
    """
    best, ratios = [], []
    groups = [dict(list(evidence.counted.groupby(GROUP))) for evidence in (one, other)]
    for group in sorted(set(groups[0]) & set(groups[1])):
        times = [times_by_block(found[group]) for found in groups]
        priors = [evidence.priors for evidence in (one, other)]
        by = [
            disturbed_columns(found[group], own) for found, own in zip(groups, priors, strict=True)
        ]
        sets = [
            set(standing(table, own, disturbed=disturbed).may_be_best)
            for table, own, disturbed in zip(times, priors, by, strict=True)
        ]
        names = [", ".join(sorted("/".join(map(str, name)) for name in found)) for found in sets]
        best.append((*group, *names, len(sets[0] & sets[1])))
        common = [name for name in times[0] if name in times[1]]
        alone = [name for name in common if name[0] == "serial"]
        reference = alone[0] if alone else times[0][common].median().idxmin()
        for name in common:
            two = [
                paired(
                    table[name].dropna(),
                    table[reference].dropna(),
                    own.of_pair(disturbed[name], disturbed[reference]),
                )
                for table, own, disturbed in zip(times, priors, by, strict=True)
            ]
            if name != reference and None not in two:
                low, high = max(r.low for r in two), min(r.high for r in two)
                ratios.append((min(r.blocks for r in two), low <= high, low / high))
    best = pd.DataFrame(best, columns=[*GROUP, "one", "other", "common"])
    return best, pd.DataFrame(ratios, columns=["blocks", "overlap", "gap"])


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", type=Path, help="folder of a finished study")
    parser.add_argument("other", type=Path, help="folder of another one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
