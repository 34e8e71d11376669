# One process draws a kind of figure for every experiment that asks for it: most of its time goes
# into importing pandas and matplotlib. A rule stands for each kind that some experiment asks for.


def experiments_with(figure):
    """Return the experiments that ask for a kind of figure."""
    return [name for name, one in MATRIX.all_experiments.items() if figure in one["figures"]]


def figure_files(figure):
    """Return the files of one kind of figure, for the experiments that ask for it."""
    return [
        f"{STUDY}/figures/{name}_{figure}.{extension}"
        for name in experiments_with(figure)
        for extension in ("svg", "png")
    ]


def all_figures():
    """Return the files of all figures of the study."""
    return [path for figure in FIGURES for path in figure_files(figure)]


def tables_of(figure):
    """Return the tables that a kind of figure is drawn from: some from one of their own."""
    names = ("runs", "jobs", "summary")
    if figure in PROBES:
        names = [figure]
    elif figure in OF_LIFETIMES:
        names = ["lifetimes"]
    return [f"{STUDY}/{name}.csv" for name in names]


def reported_figures(figure):
    """Return the figures of one kind; the SVGs stand in `snakemake --report`."""
    return [
        in_report(path, figure) if path.endswith(".svg") else path for path in figure_files(figure)
    ]


def in_report(path, figure):
    """Return a figure's file, marked for the report, under its experiment."""
    experiment = Path(path).stem.removesuffix(f"_{figure}")
    caption = f"../report/{figure}.rst"
    return report(path, caption=caption, category=experiment, labels={"figure": figure})


for figure in FIGURES:
    if not figure_files(figure):
        continue

    rule:
        name:
            f"plot_{figure}"
        input:
            tables=tables_of(figure),
            code=code_of_script(f"plot_{figure}"),
        output:
            reported_figures(figure),
        log:
            f"{STUDY}/logs/plot_{figure}.log",
        params:
            script=f"plot_{figure}",
            study=study_folder,
            experiments=experiments_with(figure),
        shell:
            "python -I scripts {params.script} {params.study} {params.experiments} 2> {log}"
