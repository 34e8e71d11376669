"""Write the report of a study: the answer first, then the experiments, verdicts and conditions."""

import argparse
from pathlib import Path

import pandas as pd
import yaml

from cautions import cautions, not_ok
from units import items, mib, ratio, time, workers

MOST_ROWS = 36  # of an experiment's table; more are in summary.csv
REFERENCE = "argument"  # what most programs do first
INHERITING = ("global", "closure", "initializer", "module_global")  # by fork


def main(argv=None):
    arguments = parse(argv)
    folder = arguments.study
    tables = {name: pd.read_csv(folder / f"{name}.csv") for name in ("runs", "summary", "verdicts")}
    study = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    arguments.output.write_text(report(study, folder, **tables), encoding="utf-8")


def report(study, folder, runs, summary, verdicts):
    """Return the Markdown text. `folder` is only asked which figures exist."""
    parts = ["# How should a big chunk of read-only data reach Python worker processes?"]
    parts += answer(study, folder, runs, summary)
    parts += ["## The experiments"]
    for name, experiment in study["experiments"].items():
        parts += section(name, experiment, folder, summary)
    parts += claims(verdicts)
    parts += conditions(study, runs, summary)
    parts += failures(runs)
    parts += closing(study)
    return "\n\n".join(parts) + "\n"


def answer(study, folder, runs, summary):
    """Return the first screen: the rule, a sentence for every interpreter, a table, a figure."""
    chosen = answering_cells(study, summary)
    if chosen.empty:
        return ["No strategy was measured beside another one: there is no answer yet."]
    cell = chosen.iloc[0]
    machine = runs["machine"].mode()[0]
    points = [sentence(name, group) for name, group in chosen.groupby("interpreter")]
    points += [*scaling(summary, runs["physical_cores"].max()), *private_memory(summary)]
    return [
        rule(chosen),
        f"Measured on {machine}; the table: {items(cell['size'])}, {cell['jobs']} jobs that each "
        f"read all of it, {workers(cell['workers'])}.",
        "\n".join(f"- {point}" for point in points),
        answer_table(chosen),
        *figure(folder, cell["experiment"], "time", "Time by strategy"),
    ]


def rule(cells):
    """Return the answer in a sentence: what is fastest with worker processes, against REFERENCE."""
    best, slower = {}, {}
    for interpreter, group in cells[cells["start_method"] != "none"].groupby("interpreter"):
        times = group.set_index("strategy")["total_s"]
        best[interpreter] = times.idxmin()
        if REFERENCE in times:
            slower[interpreter] = times[REFERENCE] / times.min()
    if not best:
        return "No strategy with worker processes was measured here."
    names = " or ".join(f"`{name}`" for name in dict.fromkeys(best.values()))
    if set(best.values()) <= set(INHERITING):
        text = f"**Let forked workers inherit the data ({names}); do not pass it with the jobs"
    else:
        text = f"**With worker processes the fastest is {names}"
    compared = " and ".join(f"{ratio(times)} times on {name}" for name, times in slower.items())
    return f"{text}**" + (f": as an argument it takes {compared} as long." if compared else ".")


def answering_cells(study, summary):
    """Return the cells that answer the question best: one size and number of workers.

    Of the experiment with most strategies under fork, the size at which most of them have a
    result (the larger if equal), with as many workers as the next greater than one, so that
    there is something to share.
    """
    good = summary[(summary["n"] > 0) & summary["start_method"].isin(["fork", "none"])]
    good = good[good["size"] > 0]
    if good.empty or good["strategy"].nunique() < 2:
        return good.iloc[:0]
    experiment = good.groupby("experiment")["strategy"].nunique().idxmax()
    good = good[good["experiment"] == experiment]
    counts = good.groupby("size")["strategy"].nunique()
    # A large size that some strategies cannot reach says more than a small one that all can.
    size = counts[counts >= max(2, 0.6 * counts.max())].index.max()
    good = good[good["size"] == size]
    several = sorted(set(good["workers"]) - {1})
    chosen = several[0] if several else 1
    jobs = good["jobs"].max()
    alone = good["start_method"].eq("none") & good["strategy"].eq("serial")
    good = good[((good["workers"] == chosen) | alone) & (good["jobs"] == jobs)]
    return good.assign(order=good["workers"].ne(chosen)).sort_values(["order", "total_s"])


def sentence(interpreter, cells):
    """Return the answer for one interpreter: the fastest with worker processes, and without."""
    shared = cells[cells["start_method"] != "none"]
    if shared.empty:
        return f"**{interpreter}**: no strategy with worker processes has a result."
    best = shared.loc[shared["total_s"].idxmin()]
    text = f"**{interpreter}**: `{best['strategy']}` {time(best['total_s'])}"
    reference = cells[cells["strategy"] == REFERENCE]
    if len(reference) and best["strategy"] != REFERENCE:
        text += f", as an argument {time(reference.iloc[0]['total_s'])}"
    serial = cells[cells["strategy"] == "serial"]
    if len(serial):
        alone = serial.iloc[0]["total_s"]
        text += f"; without workers {time(alone)}"
        if alone < best["total_s"]:
            text += ": for so little work they do not pay"
    return text + "."


def scaling(summary, cores):
    """Return a sentence on what workers gain where there is most work for them."""
    parts = []
    inherited = inheriting_cells(summary)
    for interpreter, cells in inherited.groupby("interpreter"):
        work = cells["size"] * cells["jobs"]
        most = cells[work == work.max()]
        most = most[most["strategy"] == most["strategy"].iloc[0]].set_index("workers")["total_s"]
        several = [number for number in most.index if 1 < number <= max(cores, 2)]
        if 1 in most.index and several:
            cell = cells.loc[work.idxmax()]
            parts.append(
                f"{interpreter} {ratio(most[1] / most[max(several)])} times as fast with "
                f"{workers(max(several))} as with 1 ({items(cell['size'])}, {cell['jobs']} jobs)"
            )
    return [f"With more work workers pay: {'; '.join(parts)}."] if parts else []


def private_memory(summary):
    """Return a sentence on what inheriting copies, from the largest inherited data."""
    parts = []
    for interpreter, cells in inheriting_cells(summary).groupby("interpreter"):
        cell = cells.sort_values(["size", "workers"]).iloc[-1]
        parts.append(
            f"{interpreter} {mib(cell['workers_uss_mib'])} of {mib(cell['data_mib'])} "
            f"({items(cell['size'])})"
        )
    if not parts:
        return []
    return [f"What each worker copies of the data that it inherits: {'; '.join(parts)}."]


def inheriting_cells(summary):
    """Return the cells with a result in which forked workers inherit the data."""
    return summary[
        summary["strategy"].isin(INHERITING)
        & (summary["start_method"] == "fork")
        & (summary["n"] > 0)
        & summary["workers_uss_mib"].notna()
    ]


def answer_table(cells):
    """Return the strategies side by side, fastest first."""
    interpreters = sorted(set(cells["interpreter"]))
    rows = []
    for strategy, group in cells.groupby("strategy"):
        row = {"strategy": f"`{strategy}`"}
        for name in interpreters:
            own = group[group["interpreter"] == name]
            cell = own.iloc[0] if len(own) else None
            row[f"{name}: time"] = "–" if cell is None else with_spread(cell, "total_s")
            row[f"{name}: memory"] = "–" if cell is None else mib(cell["tree_pss_mib"])
            row[f"{name}: private"] = (
                "–" if cell is None or pd.isna(cell["workers_uss_mib"])
                else mib(cell["workers_uss_mib"])
            )  # fmt: skip
        rows.append((group["total_s"].min(), row))
    rows.sort(key=lambda pair: pair[0])
    table = markdown([row for _, row in rows])
    return (
        f"{table}\n\ntime: from handing the data over to the end of the last worker, building "
        "left out, median (95 % interval, or range with fewer than 5 runs) · memory: "
        "proportional set size of all processes together · private: memory of one worker that "
        "it shares with nobody"
    )


def section(name, experiment, folder, summary):
    """Return one experiment: question, what was run, figures, table."""
    own = summary[summary["experiment"] == name]
    sizes = sorted(set(own["size"]) - {0})
    sizes = ", ".join(items(size) for size in sizes) + " · " if sizes else ""
    parts = [
        f"### {name}: {experiment['question']}",
        f"{sizes}workload `{experiment['workload']}` · "
        f"{' or '.join(map(str, experiment['jobs']))} jobs · "
        f"{experiment['repeats']} runs of each of {len(own)} cells",
    ]
    for kind in experiment["figures"]:
        parts += figure(folder, name, kind, f"{name}: {kind}")
    rows = [table_row(cell) for _, cell in own.sort_values("total_s").iterrows()]
    constant = [key for key in rows[0] if key != "time" and len({row[key] for row in rows}) == 1]
    rows = [{k: v for k, v in row.items() if k not in constant} for row in rows]
    more = ""
    if len(rows) > MOST_ROWS:
        more = f"\n\n… and {len(rows) - MOST_ROWS} more, in [summary.csv](summary.csv)"
    table = markdown(rows[:MOST_ROWS])
    parts.append(f"<details><summary>{len(rows)} cells</summary>\n\n{table}{more}\n\n</details>")
    return parts


def table_row(cell):
    """Return one cell of an experiment as a row of its table."""
    good = cell["n"] > 0
    return {
        "interpreter": cell["interpreter"],
        "strategy": f"`{cell['strategy']}`",
        "start method": cell["start_method"],
        "items": f"{cell['size']:_}".replace("_", " "),
        "workers": cell["workers"],
        "jobs": cell["jobs"],
        "time": with_spread(cell, "total_s") if good else "–",
        "map": time(cell["map_s"]) if good else "–",
        "all processes": mib(cell["tree_pss_mib"]) if good else "–",
        "a worker, private": "–" if pd.isna(cell["workers_uss_mib"])
        else mib(cell["workers_uss_mib"]),
        "ok": f"{cell['n']} of {cell['runs']}",
        "status": cell["status"],
    }  # fmt: skip


def claims(verdicts):
    """Return the table of verdicts on the article's claims."""
    counts = verdicts["verdict"].value_counts()
    rows = [
        {
            "": row.claim,
            "claim": row.text,
            "verdict": f"**{row.verdict}**",
            "measured": row.measured,
            "experiment": f"`{row.experiment}`",
        }
        for row in verdicts.itertuples()
    ]
    return [
        "## The article's claims",
        "An article of 2016, made with Python 2.7 and PyPy on a laptop, claims what follows. Here: "
        + ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
        + ".",
        markdown(rows),
    ]


def conditions(study, runs, summary):
    """Return machine, interpreters and warnings."""
    machine = runs.iloc[-1]
    facts = {
        "machine": machine["machine"],
        "cores": f"{machine['physical_cores']:.0f} physical, {machine['logical_cores']} logical, "
        f"simultaneous multithreading {'on' if machine['smt'] else 'off'}",
        "memory": mib(machine["memory_total_mib"]),
        "control group": "no limit"
        if pd.isna(machine["cgroup_memory_mib"])
        else mib(machine["cgroup_memory_mib"]),
        "kernel": machine["kernel"],
        "transparent huge pages": text(machine["transparent_huge_pages"]),
        "frequency governor": text(machine["governor"]),
        "measured": f"{runs['started_utc'].min()[:16]} to {runs['started_utc'].max()[:16]} UTC, "
        f"{len(runs)} runs, {time(runs['wall_s'].sum())} of run time",
    }
    named = runs.drop_duplicates(["interpreter", "version"]).sort_values("interpreter")
    interpreters = [
        {
            "interpreter": row.interpreter,
            "implementation": f"{row.implementation} {row.version}",
            "GIL": "yes" if row.gil else "no",
            "command": f"`{row.command}`",
        }
        for row in named[named["version"].notna()].itertuples()
    ]
    warned = cautions(runs, summary) or ["None."]
    return [
        "## Machine and interpreters",
        markdown([{"": key, " ": value} for key, value in facts.items()]),
        markdown(interpreters),
        "## Warnings",
        "\n".join(f"- {sentence}" for sentence in warned),
    ]


def failures(runs):
    """Return every run that is not ok, grouped by cell and outcome."""
    table = not_ok(runs)
    if table.empty:
        return ["## Runs that are not ok", "None: every planned run is `ok`."]
    table = table.rename(columns={"start_method": "start method", "size": "items"})
    rows = table.to_dict("records")
    return [
        "## Runs that are not ok",
        f"{table['runs'].sum()} of {len(runs)} runs. A failure is a result: it says what a "
        "strategy cannot do.",
        markdown(rows),
    ]


def closing(study):
    """Return how to repeat the study and where the data are."""
    return [
        "## Data and repetition",
        f"Study `{study['study']}`, seed {study['seed']}. Every run: `runs.csv`; every job: "
        "`jobs.csv`; medians and intervals: `summary.csv`; what was asked for: "
        "[study.yaml](study.yaml). To repeat it: `make study`.",
    ]


def figure(folder, experiment, kind, title):
    """Return the figure as Markdown, or nothing where there is none."""
    path = f"figures/{experiment}_{kind}.svg"
    return [f"![{title}]({path})"] if (folder / path).is_file() else []


def with_spread(cell, value):
    """Return a median with its interval, or with its range where there is no interval."""
    low, high = cell.get(f"{value}_low"), cell.get(f"{value}_high")
    if pd.isna(low):
        low, high = cell[f"{value}_min"], cell[f"{value}_max"]
    if cell["n"] < 2:
        return time(cell[value])
    return f"{time(cell[value])} ({time(low)} – {time(high)})"


def text(value):
    return "unknown" if pd.isna(value) else str(value)


def markdown(rows):
    """Return a Markdown table of dicts with the same keys."""
    head = list(rows[0]) if rows else []
    lines = [head, ["---"] * len(head)]
    lines += [[str(value).replace("|", "\\|") for value in row.values()] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="folder with the study's tables and figures")
    parser.add_argument("output", type=Path, help="report.md")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main()
