"""Say how long a study of a user's workload will take, judged by its preflight.

A run's time is what its interpreter and its library need by themselves, from the runs of the
published study, and what the preflight found: a build, the jobs, and for some strategies the
pickling.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from sharing.strategies import mechanism_of

AROUND_S = 0.11  # of Snakemake, the yardstick and the supervisor, for every run
UNSUPPORTED_S = 0.1  # of a run that is refused, mostly since one before it was
ANALYSIS_S = 15.0  # from the last run to the report
FAR_FROM_SHORTEST = 5.0  # times as long as the shortest: such a cell gets no more than two runs
RUN_PATH = re.compile(
    r"(?P<interpreter>[^/]+)/(?P<strategy>[^/]+)/[^/]+/"
    r"n(?P<size>\d+)_w(?P<workers>\d+)_j(?P<jobs>\d+)_r1$"
)


def main(argv=None):
    arguments = parse(argv)
    preflights = [json.loads(path.read_text(encoding="utf-8")) for path in arguments.preflights]
    found = {(one["experiment"], one["interpreter"], one["size"]): one for one in preflights}
    sound = any(one["status"] == "ok" for one in preflights)
    own_s = own_seconds(arguments.published) if sound else {}
    low = high = 0.0
    experiments = (arguments.plans, arguments.fewest, arguments.most, arguments.limits_s)
    for plan, fewest, most, limit_s in zip(*experiments, strict=True):
        fewer, more = duration(
            plan, found, own_s, fewest, most, limit_s, arguments.cpus, arguments.unsupported,
        )  # fmt: skip
        low, high = low + fewer, high + more
    seconds = max(low, min(high, arguments.budget_min * 60)) + ANALYSIS_S
    text = f"about {duration_in_words(seconds)} until the report, judged by the preflight"
    arguments.output.write_text(text + "\n", encoding="utf-8")
    print(text, flush=True)


def duration(plan, preflights, own_s, fewest, most, limit_s, cpus, unsupported=()):
    """Return the seconds of an experiment's runs: with the fewest repeats, and with the most.

    Of those that have not been made yet: they lie beside the plan. `preflights` are by experiment,
    interpreter and size; `unsupported` names the pairs "interpreter/strategy" that will be that.
    No run takes longer than `limit_s`, at which it is ended.
    """
    lines = plan.read_text(encoding="utf-8").split()
    cells = [found.groupdict() for found in map(RUN_PATH.match, lines) if found]
    made = Counter(
        str(path.relative_to(plan.parent / "runs"))[: -len(path.name)]
        + path.name.rpartition("_")[0]
        for path in plan.parent.glob("runs/*/*/*/*_r*.csv")
        if not path.name.endswith(".jobs.csv")
    )
    done = [made[line.rpartition("_")[0]] for line in lines if RUN_PATH.match(line)]
    low = high = 0.0
    by_interpreter = {}
    for cell, runs in zip(cells, done, strict=True):
        if f"{cell['interpreter']}/{cell['strategy']}" in unsupported:
            low += UNSUPPORTED_S * max(0, 2 - runs)  # what is known to fail is not tried again
            high += UNSUPPORTED_S * max(0, 2 - runs)
            continue
        one = preflights.get((plan.parent.name, cell["interpreter"], int(cell["size"])))
        seconds = 0.0
        if one and one["status"] == "ok":
            seconds = min(limit_s, run_seconds(cell, one, own_s, cpus))
        by_interpreter.setdefault(cell["interpreter"], []).append((seconds, runs))
    for times in by_interpreter.values():
        for seconds, runs in times:
            far = seconds > FAR_FROM_SHORTEST * min(times)[0]
            low += (AROUND_S + seconds) * max(0, min(fewest, 2 if far else fewest) - runs)
            high += (AROUND_S + seconds) * max(0, (2 if far else most) - runs)
    return low, high


def run_seconds(cell, preflight, own_s, cpus):
    """Return about how long one run of a cell takes."""
    jobs, workers = int(cell["jobs"]), int(cell["workers"])
    strategy = cell["strategy"]
    mechanism = mechanism_of(strategy)
    pickle_s = preflight["pickle_s"] or 0.0
    alone = mechanism in ("no workers or no data", "threads")
    work = jobs * preflight["job_s"] / (1 if alone else min(workers, cpus))
    if mechanism == "with every job":
        work += jobs * pickle_s * (1 + 1 / min(workers, cpus))  # and unpickled by all at once
    elif mechanism in ("from disk", "server or store"):
        work += pickle_s + jobs * pickle_s / min(workers, cpus)
    elif mechanism == "once a worker":
        work += (1 + workers) * pickle_s
    return preflight["build_s"] + work + own_s.get(strategy, 0.3)


def own_seconds(published):
    """Return what each strategy needs by itself, in seconds: its shortest runs.

    Of all published runs the time that neither building nor the jobs took; the first decile, which
    is that of the smallest data. Empty without a published study.
    """
    if not published.exists():
        return {}
    import pandas as pd  # half a second, that nobody waits for whose program has failed

    runs = pd.read_csv(
        published,
        usecols=["strategy", "status", "wall_s", "build_s", "map_s"],
        keep_default_na=False,
        na_values=[""],
    )
    runs = runs[runs["status"] == "ok"]
    rest = runs["wall_s"] - runs[["build_s", "map_s"]].sum(axis=1)
    return rest.groupby(runs["strategy"]).quantile(0.1).to_dict()


def duration_in_words(seconds: float) -> str:
    """Return a duration in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", nargs="+", type=Path, help="plan.txt of each experiment")
    parser.add_argument("--preflights", nargs="+", type=Path, required=True)
    parser.add_argument("--fewest", nargs="+", type=int, required=True, help="runs of a cell")
    parser.add_argument("--most", nargs="+", type=int, required=True, help="runs of a cell")
    parser.add_argument("--limits-s", nargs="+", type=float, required=True, help="of a run")
    parser.add_argument("--budget-min", type=float, required=True)
    parser.add_argument("--cpus", type=int, required=True)
    parser.add_argument("--unsupported", nargs="*", default=[], help="interpreter/strategy")
    parser.add_argument("--published", type=Path, default=Path("results/published/runs.csv.gz"))
    parser.add_argument("--output", type=Path, required=True)
    return parser.parse_args(argv)
