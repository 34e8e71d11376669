"""What the scripts that draw have in common: a figure for every experiment they are asked for."""

from figures.experiment import arguments_of, experiments_of
from figures.style import save
from tables.read_tables import read_tables_of


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
