# One process draws a kind of figure for every experiment that asks for it: most of its time goes
# into importing pandas and matplotlib. A rule stands for each kind that some experiment asks for.


def experiments_with(figure):
    """Return the experiments that ask for a kind of figure."""
    experiments = EXPERIMENTS | PROBED
    return [name for name, experiment in experiments.items() if figure in experiment["figures"]]


def tables_of(figure):
    """Return the tables that a kind of figure is drawn from: a probe's figure from its own."""
    names = [figure] if figure in PROBES else ("runs", "jobs", "summary")
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
            script=f"scripts/plot_{figure}.py",
            modules=[
                "scripts/evidence.py",
                "scripts/figure_rows.py",
                "scripts/figure_style.py",
                "scripts/figure_tables.py",
                "scripts/labels.py",
                "scripts/supervisor/columns.py",
                "scripts/units.py",
                *([f"scripts/{figure}_table.py"] if figure in PROBES else []),
            ],
        output:
            reported_figures(figure),
        log:
            f"{STUDY}/logs/plot_{figure}.log",
        params:
            study=study_folder,
            experiments=experiments_with(figure),
        shell:
            "python {input.script} {params.study} {params.experiments} 2> {log}"
