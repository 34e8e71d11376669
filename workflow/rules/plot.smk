# One process draws a kind of figure for every experiment that asks for it: most of its time goes
# into importing pandas and matplotlib. A rule stands for each kind that some experiment asks for.


def experiments_with(figure):
    """Return the experiments that ask for a kind of figure."""
    return [name for name, experiment in EXPERIMENTS.items() if figure in experiment["figures"]]


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
            tables=[f"{STUDY}/{name}.csv" for name in ("runs", "jobs", "summary")],
            script=f"scripts/plot_{figure}.py",
            modules=[
                "scripts/evidence.py",
                "scripts/figure_rows.py",
                "scripts/figure_style.py",
                "scripts/figure_tables.py",
                "scripts/supervisor/columns.py",
                "scripts/units.py",
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
