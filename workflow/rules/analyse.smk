rule aggregate_runs:
    input:
        runs=run_files(".csv"),
        jobs=run_files(".jobs.csv"),
    output:
        runs=f"{STUDY}/{{experiment}}/runs.csv",
        jobs=f"{STUDY}/{{experiment}}/jobs.csv",
    log:
        f"{STUDY}/logs/aggregate_runs_{{experiment}}.log",
    # script:, not shell: the list of runs may be longer than a command line may be.
    script:
        "../../scripts/aggregate_runs.py"


rule merge_experiments:
    input:
        runs=expand(f"{STUDY}/{{experiment}}/runs.csv", experiment=EXPERIMENTS),
        jobs=expand(f"{STUDY}/{{experiment}}/jobs.csv", experiment=EXPERIMENTS),
        script="scripts/merge_experiments.py",
    output:
        runs=f"{STUDY}/runs.csv",
        jobs=f"{STUDY}/jobs.csv",
    log:
        f"{STUDY}/logs/merge_experiments.log",
    params:
        machine=config.get("machine") or "",
    shell:
        "python {input.script} --runs {input.runs} --jobs {input.jobs}"
        " --machine={params.machine:q} --output {output.runs} --jobs-output {output.jobs} 2> {log}"


rule record_study:
    output:
        f"{STUDY}/study.yaml",
    log:
        f"{STUDY}/logs/record_study.log",
    params:
        study=recorded_study(),
    script:
        "../../scripts/record_study.py"


rule summarise_runs:
    input:
        runs=f"{STUDY}/runs.csv",
        script="scripts/summarise_runs.py",
        modules="scripts/units.py",
    output:
        f"{STUDY}/summary.csv",
    log:
        f"{STUDY}/logs/summarise_runs.log",
    shell:
        "python {input.script} {input.runs} {output} 2> {log}"


rule judge_claims:
    input:
        tables=[f"{STUDY}/{name}.csv" for name in ("runs", "jobs", "summary", "pickling")],
        script="scripts/judge_claims.py",
        modules=expand(
            "scripts/{name}.py", name=["claims", "evidence", "labels", "pickling_table", "units"]
        ),
    output:
        f"{STUDY}/verdicts.csv",
    log:
        f"{STUDY}/logs/judge_claims.log",
    params:
        study=study_folder,
    shell:
        "python {input.script} {params.study} {output} 2> {log}"


rule write_report:
    input:
        tables=expand(
            f"{STUDY}/{{table}}.csv", table=["runs", "jobs", "summary", "verdicts", "pickling"]
        ),
        study=f"{STUDY}/study.yaml",
        figures=[figure_files(figure) for figure in FIGURES],
        script="scripts/write_report.py",
        modules=expand(
            "scripts/{name}.py",
            name=[
                "cautions",
                "evidence",
                "labels",
                "pickling_table",
                "report_answer",
                "report_markdown",
                "report_pickling",
                "units",
            ],
        ),
    output:
        f"{STUDY}/report.md",
    log:
        f"{STUDY}/logs/write_report.log",
    params:
        study=study_folder,
    shell:
        "python {input.script} {params.study} {output} 2> {log}"


rule publish:
    input:
        f"{STUDY}/report.md",
    log:
        f"{STUDY}/logs/publish.log",
    params:
        study=study_folder,
    shell:
        "python scripts/publish_study.py {params.study} results/published 2>&1 | tee {log}"
