"""An experiment in the report: its question, what answers it, one figure, a table that says why."""

from report.conclusions import conclusions
from report.markdown import figure, markdown, with_spread
from stats.best import ANY_METHOD, SERIAL_STRATEGIES
from stats.evidence import ending
from wording import units
from wording.machines import most_workers
from wording.mechanisms import in_groups
from wording.units import amount, mib
from wording.workloads import sentence_of

MOST_ROWS = 15  # of the table; the rest is in summary.csv and in the page's table of runs
CONDITION_HEADINGS = {
    "start_method": "start",
    "size": "items",
    "workers": "workers",
    "jobs": "jobs",
}


def experiment_section(name, experiment, folder, cells, runs, names, cpus):
    """Return one experiment as Markdown blocks; `cells` are its rows of the summary."""
    sizes = sorted(size for size in set(cells["size"]) if size > 1 or cells["size"].max() <= 1)
    amounts = [amount(size, experiment["workload"]) for size in sizes if size]
    said = conclusions(experiment, cells, runs, names, cpus)
    parts = [
        f"### {name}: {experiment['question']}",
        said[0] if len(said) == 1 else "\n".join(f"- {sentence}" for sentence in said),
        " · ".join(
            [
                *([", ".join(amounts)] if amounts else []),
                f"workload `{experiment['workload']}`{data_in_brackets(experiment['workload'])}",
                f"{' or '.join(map(str, experiment['jobs']))} jobs",
                f"{repeats(cells['runs'])} of each of {units.cells(len(cells))}",
            ]
        ),
    ]
    first, *more = [
        block
        for kind in experiment["figures"]
        for block in figure(folder, name, kind, f"{name}: {kind}")
    ] or [None]
    parts += [first] if first else []
    parts += table_of(cells, names, cpus)
    if more:
        figures = "\n\n".join(more)
        parts.append(f"<details><summary>More figures</summary>\n\n{figures}\n\n</details>")
    return parts


def data_in_brackets(workload):
    """Return in brackets what the data is and what a job does; nothing of a user's own."""
    sentence = sentence_of(workload)
    return f" ({sentence[0].lower()}{sentence[1:].rstrip('.')})" if sentence else ""


def repeats(numbers):
    """Return how many runs the cells have."""
    fewest, most = numbers.min(), numbers.max()
    return units.runs(most) if fewest == most else f"{fewest} – {units.runs(most)}"


def table_of(cells, names, cpus):
    """Return a row for each strategy and condition, by mechanism; interpreters are columns.

    Of the largest data, most jobs and a CPU for each worker, as far as there are too many.
    """
    shown = narrowed(cells, cpus)
    differ = [
        name for name in CONDITION_HEADINGS if shown.loc[~without(shown, name), name].nunique() > 1
    ]
    keys = ["strategy", *differ]
    order = in_groups(shown.groupby("strategy")["total_s"].min().to_dict())
    place = {name: number for number, name in enumerate(order)}
    groups = sorted(
        shown.groupby(keys, sort=False),
        key=lambda one: (one[1]["total_s"].isna().all(), one[1]["total_s"].min()),
    )
    rest = len(groups) - MOST_ROWS
    kept = sorted(groups[:MOST_ROWS], key=lambda one: (place[one[0][0]], *map(str, one[0][1:])))
    rows = []
    for _, own in kept:
        cell = own.iloc[0]
        row = {"strategy": f"`{cell['strategy']}`"}
        for name in differ:
            absent = without(own, name).all()
            row[CONDITION_HEADINGS[name]] = "–" if absent else condition_as_shown(name, cell[name])
        by_name = own.set_index("interpreter")
        for interpreter in sorted(set(shown["interpreter"])):
            known = interpreter in by_name.index
            row[names.get(interpreter, interpreter)] = (
                time_and_memory_or_ending(by_name.loc[[interpreter]].iloc[0]) if known else "–"
            )
        rows.append(row)
    less = len(cells) - len(shown)
    note = "Time, and memory of all processes together"
    if less or rest > 0:
        what = "with the largest data, most jobs and a CPU for each worker" if less else ""
        fastest = f"the {MOST_ROWS} fastest" if rest > 0 else ""
        note += (
            f"; {', '.join(filter(None, (fastest, what)))}; all others: [summary.csv](summary.csv)"
        )
    return [markdown(rows), f"{note}."]


def narrowed(cells, cpus):
    """Return the cells, narrowed to what matters most until the table has few enough rows."""
    shown = cells[cells["size"] > 1] if cells["size"].max() > 1 else cells
    for name in ("jobs", "workers", "size"):
        keys = ["strategy", *CONDITION_HEADINGS]
        if len(shown[keys].drop_duplicates()) <= MOST_ROWS:
            break
        if name == "workers":
            alone = shown["strategy"].isin(SERIAL_STRATEGIES)
            numbers = set(shown.loc[~alone, name])
            most = most_workers(numbers, cpus)
            shown = shown[alone | (shown[name] == most)]
        else:
            shown = shown[shown[name] == shown[name].max()]
    return shown


def without(cells, condition):
    """Return which cells have no choice of a condition: no start method, no number of workers."""
    if condition == "workers":
        return cells["strategy"].isin(SERIAL_STRATEGIES)
    return cells[condition].isin(ANY_METHOD)


def condition_as_shown(condition, value):
    """Return a condition's value as it stands in the table."""
    return f"{value:_}".replace("_", " ") if condition == "size" else value


def time_and_memory_or_ending(cell):
    """Return a cell's time and memory, or how it ended."""
    if not cell["n"]:
        return f"× {ending(cell['status'], cell['reason'])}"
    memory = "" if cell["memory_mib"] != cell["memory_mib"] else f" · {mib(cell['memory_mib'])}"
    return f"{with_spread(cell, 'total_s')}{memory}"
