"""Take one core away for random spells: how well does a study notice?

``python benchmarks/disturb.py spells.csv`` beside a running study, ended by Ctrl-C, writes a row
for every spell. ``python benchmarks/disturb.py spells.csv results/<study>`` then says how many of
the runs that spells hit are marked as disturbed, and of those that they did not hit.
"""

import argparse
import csv
import random
import time
from pathlib import Path

import pandas as pd

SHARE = 0.3  # of the time
SPELL_S = (2.0, 20.0)  # from, to
HIT_S = 0.1  # beside a run: shorter ones are no disturbance


def main():
    arguments = parse()
    if arguments.study is None:
        take_spells(arguments.spells, random.Random(arguments.seed))
    else:
        print(judged(pd.read_csv(arguments.spells), read_runs(arguments.study)))


def take_spells(path, chance):
    """Take spells until stopped, from 2 to 20 s; pauses in between, so that `SHARE` is taken."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["began", "ended"])
        while True:
            spell = chance.uniform(*SPELL_S)
            time.sleep(chance.uniform(0, 2 * spell * (1 - SHARE) / SHARE))
            began = time.time()
            while time.time() < began + spell:
                sum(range(10_000))
            table.writerow([began, time.time()])
            file.flush()


def judged(spells, runs):
    """Return what was found, in words."""
    started = pd.to_datetime(runs["started_utc"], format="ISO8601", utc=True)
    began = (started - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    ended = began + runs["wall_s"]
    hit = sum(
        (ended.clip(upper=spell.ended) - began.clip(lower=spell.began)).clip(lower=0)
        for spell in spells.itertuples()
    )
    during = runs[(ended > spells["began"].min()) & (began < spells["ended"].max())]
    marked = during["disturbed"].eq(True)
    were_hit = hit[during.index] > HIT_S
    untouched = hit[during.index] == 0
    return (
        f"{len(during)} runs: {marked[were_hit].mean():.1%} of {were_hit.sum()} that a spell hit "
        f"for more than {HIT_S:g} s are marked, {marked[untouched].mean():.1%} of "
        f"{untouched.sum()} that none touched"
    )


def read_runs(study):
    (path,) = study.glob("runs.csv*")
    return pd.read_csv(path, low_memory=False)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("spells", type=Path, help="CSV of the spells, in seconds since 1970")
    parser.add_argument("study", type=Path, nargs="?", help="folder of the finished study")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
