"""What the scripts that draw have in common: a figure for every experiment they are asked for."""

from figures.experiment import arguments_of, condition_in_words, experiments_of
from figures.style import save
from tables.read_tables import read_tables_of
from wording.machines import most_workers, usable_cpus_of
from wording.mechanisms import SERIAL
from wording.units import listed


def draw_each(argv, description, figure, draw, tables=(), **chosen):
    """Save `draw(experiment, *tables)` for every experiment of the command line.

    `figure` is the end of its file's name; `tables` names tables of the study, of which `draw` gets
    the experiment's rows; `chosen` is what `experiments_of` is given besides.
    """
    arguments = arguments_of(argv, description)
    runs, summary, *more = read_tables_of(arguments.study, "runs", "summary", *tables)
    for experiment in experiments_of(runs, summary, arguments.experiments, **chosen):
        own = [table[table["experiment"] == experiment.name] for table in more]
        save(draw(experiment, *own), arguments.study, f"{experiment.name}_{figure}")


def keep_most_workers(experiment, few=1):
    """Keep, where more than a `few` strategies are compared, the most workers with a core each."""
    cells = experiment.cells
    if cells["strategy"].nunique() <= few:
        return
    alone = cells["strategy"] == SERIAL
    numbers = set(cells.loc[~alone, "workers"])
    most = most_workers(numbers, usable_cpus_of(experiment.everything))
    experiment.cells = cells[alone | (cells["workers"] == most)]
    gone = f"; not drawn: {listed(sorted(numbers - {most}))}" if len(numbers) > 1 else ""
    experiment.left_out.append(f"With {condition_in_words('workers', most)}{gone}.")


def keep_largest_data(experiment):
    """Keep of each interpreter the largest data: one may have been given more than another."""
    cells = experiment.cells
    largest = cells.groupby("interpreter")["size"].transform("max")
    experiment.cells = cells[cells["size"] == largest]
    gone = sorted(set(cells["size"]) - set(largest))
    if gone:
        words = ", ".join(condition_in_words("size", size) for size in gone)
        experiment.left_out.append(f"Not drawn: {words}.")
