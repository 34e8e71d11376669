"""What the figures draw: the cells of one experiment, chosen and sorted, and words about them."""

import argparse
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from stats.best import ANY_METHOD
from stats.evidence import counted, ending
from stats.priors import Priors, priors_of
from supervisor.columns import CELL, IDENTITY
from wording.labels import names_of
from wording.units import is_own, items
from wording.units import workers as workers_in_words

CONDITIONS = ("size", "jobs", "start_method")
MOST_FACETS = 4
MOST_SIZES = 3  # the costs that are fitted need more of them, the eye does not
MOST_WORKERS = 5
MOST_STRATEGIES = 30


@dataclass
class Experiment:
    """The rows of one experiment, and what was left out of them.

    Attributes:
        cells: rows of summary.csv, without the strategy `empty` where others are measured.
        idle: the rows of `empty` in that case: what a pool costs that has nothing to do.
        runs: rows of runs.csv that are ok.
        everything: rows of runs.csv whatever their status.
        priors: those of the whole study.
        left_out: sentences.
        unsupported: a sentence on strategies that an interpreter cannot run: no cells of theirs.
    """

    name: str
    cells: pd.DataFrame
    idle: pd.DataFrame
    runs: pd.DataFrame
    everything: pd.DataFrame
    priors: Priors
    left_out: list = field(default_factory=list)
    unsupported: str = ""

    def limit(self, column, most=MOST_FACETS, only=None):
        """Keep the largest value of a column, or `only`, or at most `most` spread-out values."""
        found = sorted(set(self.cells.loc[~shared_row(self.cells, column), column]))
        if only is not None:
            kept = [value for value in found if value in only]
        elif len(found) > most:
            steps = [round(i * (len(found) - 1) / max(most - 1, 1)) for i in range(most)]
            kept = [found[step] for step in steps] if most > 1 else found[-1:]
        else:
            return
        gone = [value for value in found if value not in kept]
        if gone:
            keep = self.cells[column].isin(kept) | shared_row(self.cells, column)
            self.cells = self.cells[keep]
            shown = ", ".join(condition_in_words(column, value) for value in gone[:6])
            shown += f" and {len(gone) - 6} more" if len(gone) > 6 else ""
            self.left_out.append(f"Not drawn: {shown}.")

    def largest(self, column):
        """Keep the largest value of a column."""
        self.limit(column, most=1)

    def interpreters(self):
        """Return the interpreters' names, sorted."""
        return sorted(self.cells["interpreter"].unique())

    def raw(self, cell, column):
        """Return the values of the cell's runs that are ok."""
        return self.runs_of(cell)[column].dropna().to_numpy(float)

    def fair_and_disturbed(self, cell, column):
        """Return the values of the cell's runs that are ok: undisturbed ones, disturbed ones."""
        runs = self.runs_of(cell)
        disturbed = runs["disturbed"].eq(True)
        values = runs[column].astype(float)
        return tuple(values[which].dropna().to_numpy() for which in (~disturbed, disturbed))

    def runs_of(self, cell):
        """Return the cell's runs that are ok."""
        return self.runs.iloc[self.places.get(tuple(cell[name] for name in CELL), [])]

    @cached_property
    def counted(self):
        """Return the runs on which statistics rest."""
        return counted(self.everything)

    @cached_property
    def places(self):
        """Return the positions in `runs` of every cell's runs."""
        return self.runs.groupby(list(CELL)).indices if len(self.runs) else {}

    def facets(self, most=MOST_FACETS, sizes=MOST_SIZES):
        """Return (label, cells) for every combination of conditions that differ, at most so many.

        Strategies without a choice of start method stand beside every start method.
        """
        self.limit("size", sizes)
        real = self.cells
        conditions = [name for name in CONDITIONS if varies(real[own(real, name)], name)]
        found = [("", real)]
        for name in conditions:
            values = sorted(set(real.loc[own(real, name), name]))
            found = [
                (
                    ", ".join(filter(None, (label, condition_in_words(name, value)))),
                    cells[(cells[name] == value) | ~own(cells, name)],
                )
                for label, cells in found
                for value in values
            ]
        found = [(label, cells) for label, cells in found if len(cells)]
        if len(found) > most:
            gone = ", ".join(label for label, _ in found[:-most][:6])
            if (sentence := f"Not drawn: {gone}.") not in self.left_out:
                self.left_out.append(sentence)
        return found[-most:]

    def constants(self):
        """Return the conditions that are the same everywhere, in words."""
        real = self.cells
        found = []
        for name in CONDITIONS:
            values = set(real.loc[own(real, name), name])
            if len(values) == 1 and not values <= {0, *ANY_METHOD}:
                found.append(condition_in_words(name, values.pop()))
            elif values and not varies(real[own(real, name)], name):
                firsts = real[own(real, name)].groupby("interpreter")[name].first().items()
                found += [f"{condition_in_words(name, value)} with {self.named(interpreter)}"
                          for interpreter, value in firsts]  # fmt: skip
        return f"Throughout: {', '.join(found)}." if found else ""

    def footnote(self):
        """Return what cannot be run, the machine and the interpreters, in words."""
        table = self.everything
        known = table[["implementation", "version"]].dropna().drop_duplicates()
        found = sorted(
            f"{row.implementation} {row.version.split()[0]}" for row in known.itertuples()
        )
        machines = map(str, table["machine"].dropna().unique()[:3])
        return " ".join(filter(None, [self.unsupported, "; ".join([*machines, *found]) + "."]))

    def grid(self):
        """Return rows of (title, cells): the panels of a figure, so that it gets no tower.

        A column for each interpreter and a row for each condition where there are more interpreters
        than conditions or as many; else a row for each interpreter.
        """
        facets, interpreters = self.facets(), self.interpreters()
        panels = [
            [
                (self.panel_title(name, label), cells[cells["interpreter"] == name])
                for name in interpreters
            ]
            for label, cells in facets
        ]
        return (
            panels
            if len(interpreters) >= len(facets)
            else [list(row) for row in zip(*panels, strict=True)]
        )

    @cached_property
    def names(self):
        """Return what the interpreters are called in titles."""
        return names_of(self.everything)

    def named(self, interpreter):
        """Return what an interpreter is called; one that never started has no version."""
        return self.names.get(interpreter, interpreter)

    def panel_title(self, interpreter, label):
        """Return the title of a panel."""
        return self.named(interpreter) + (f": {label}" if label else "")


def varies(cells, column):
    """Return whether a column differs between the cells of one interpreter."""
    return bool((cells.groupby("interpreter")[column].nunique() > 1).any())


def own(cells, column):
    """Return which rows have a value of their own in a column."""
    return ~shared_row(cells, column)


def shared_row(cells, column):
    """Return which rows belong to every value of a column: no choice of start method."""
    without = cells[column].isin(ANY_METHOD)
    if column != "start_method" or without.all():
        return pd.Series(False, index=cells.index)
    return without


def with_peak_memory(runs, cells):
    """Return the runs with `memory_mib`: their cell's peak where there is one, else their own."""
    keys = list(IDENTITY)
    height = cells.loc[cells["peak_measured"], [*keys, "memory_mib"]]
    runs = runs.merge(height, on=keys, how="left")
    return runs.assign(memory_mib=runs["memory_mib"].fillna(runs["tree_pss_mib"]))


def experiments_of(runs, summary, names, idle_apart=True, supported=True):
    """Yield an `Experiment` for every name; one without rows raises SystemExit.

    `idle_apart`: the strategy `empty` is a reference where others are measured. `supported`:
    without the cells that an interpreter cannot run, unless there are no others.
    """
    priors = priors_of(counted(runs))
    for name in names:
        cells = summary[summary["experiment"] == name].copy()
        if cells.empty:
            raise SystemExit(f"{name}: no such experiment in summary.csv")
        everything = with_peak_memory(runs[runs["experiment"] == name], cells)
        cells["kind"] = [
            ending(*pair) for pair in zip(cells["status"], cells["reason"], strict=True)
        ]
        cells["outcome"] = [failure_in_words(cell) for _, cell in cells.iterrows()]
        note = ""
        cannot = cells["status"].eq("unsupported") & cells["n"].eq(0)
        if supported and not cannot.all():
            note, cells = unsupported(cells[cannot], names_of(everything)), cells[~cannot].copy()
        if cells["size"].max() > 1:  # what workers need for a single item is a reference, no size
            cells = cells[(cells["size"] != 1) | cells["workload"].map(is_own)].copy()
        empty = cells["strategy"] == "empty"
        if empty.all() or not idle_apart:
            empty[:] = False
        experiment = Experiment(
            name,
            cells[~empty],
            cells[empty],
            everything[everything["status"] == "ok"],
            everything,
            priors,
            unsupported=note,
        )
        experiment.limit("workers", MOST_WORKERS)
        experiment.limit("strategy", MOST_STRATEGIES)
        yield experiment


def unsupported(cells, names):
    """Return a sentence on which strategies each interpreter cannot run; nothing without any."""
    found = [
        f"{names.get(interpreter, interpreter)} {', '.join(dict.fromkeys(group['strategy']))}"
        for interpreter, group in cells.groupby("interpreter")
    ]
    return f"Unsupported: {'; '.join(found)}." if found else ""


def failure_in_words(cell) -> str:
    """Return why a cell has runs that are not ok: `NameError`, `1 of 5: timeout`, or nothing."""
    if cell["status"] == "ok":
        return ""
    bad = cell["runs"] - cell["n"]
    return cell["kind"] if cell["n"] == 0 else f"{bad} of {cell['runs']}: {cell['kind']}"


def ends(cell, column):
    """Return the interval of a cell's time, or of another column the least and the most."""
    low, high = cell.get(f"{column}_low"), cell.get(f"{column}_high")
    if low is None or pd.isna(low):
        low, high = cell[f"{column}_min"], cell[f"{column}_max"]
    return low, high


NOTE_ON_RUNS = "Mark: median. Pale dots: every run; rings: disturbed ones."


def note_on_bars(cells, column):
    """Return what the error bars are."""
    if f"{column}_low" in cells:
        return "Bars: 95 % interval."
    return "Bars: range of the runs."


def condition_in_words(column, value) -> str:
    """Return a condition in words."""
    if column == "size":
        return items(int(value))
    if column == "jobs":
        return f"{value:_} jobs".replace("_", " ")
    if column == "workers":
        return workers_in_words(int(value))
    return str(value)


def arguments_of(argv, description):
    """Return the study's folder and the experiments, from the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("study", type=Path, help="folder with runs.csv, jobs.csv and summary.csv")
    parser.add_argument("experiments", nargs="+", metavar="experiment")
    return parser.parse_args(argv)
