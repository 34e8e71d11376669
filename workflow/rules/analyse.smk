# Texts that come out of the configuration are rendered by Snakemake itself, in no time.


rule list_runs:
    input:
        template="workflow/templates/text.j2",
        preflights=preflights_of,
    output:
        f"{STUDY}/{{experiment}}/plan.txt",
    log:
        f"{STUDY}/logs/list_runs_{{experiment}}.log",
    priority: FIRST
    params:
        # Functions here and below: in any other text, braces would be wildcards.
        text=lambda wildcards: "\n".join(first_runs(wildcards.experiment)),
        # A round that is not decided yet makes nothing stale by itself.
        rounds=lambda wildcards: MATRIX.round_settings.get(wildcards.experiment),
    template_engine:
        "jinja2"


rule record_study:
    input:
        template="workflow/templates/text.j2",
    output:
        f"{STUDY}/study.yaml",
    log:
        f"{STUDY}/logs/record_study.log",
    params:
        text=lambda wildcards: recorded_study(config, MATRIX.all_experiments, MATRIX.interpreters),
    template_engine:
        "jinja2"


rule aggregate_runs:
    input:
        run_files,
        plan=f"{STUDY}/{{experiment}}/plan.txt",
        rounds=all_rounds,
        preflights=preflights_of,
        code=code_of_script("aggregate_runs"),
    output:
        runs=f"{STUDY}/{{experiment}}/runs.csv",
        jobs=f"{STUDY}/{{experiment}}/jobs.csv",
    log:
        f"{STUDY}/logs/aggregate_runs_{{experiment}}.log",
    params:
        folder=RUNS,
    # The plan in place of the files' names: they may be more than a command line can hold.
    shell:
        "python -I scripts aggregate_runs {input.plan} {params.folder}"
        " --rounds {input.rounds} --runs {output.runs} --jobs {output.jobs} 2> {log}"


rule merge_experiments:
    input:
        runs=expand(f"{STUDY}/{{experiment}}/runs.csv", experiment=MATRIX.experiments),
        jobs=expand(f"{STUDY}/{{experiment}}/jobs.csv", experiment=MATRIX.experiments),
        code=code_of_script("merge_experiments"),
    output:
        runs=f"{STUDY}/runs.csv",
        jobs=f"{STUDY}/jobs.csv",
    log:
        f"{STUDY}/logs/merge_experiments.log",
    params:
        machine=lambda wildcards: config.get("machine") or "",
        quiet_percent=config["quiet_percent"],
        other_percent=config["other_percent"],
    shell:
        "python -I scripts merge_experiments --runs {input.runs} --jobs {input.jobs}"
        " --machine={params.machine:q} --quiet-percent {params.quiet_percent}"
        " --other-percent {params.other_percent} --output {output.runs} --jobs-output {output.jobs} 2> {log}"


rule collect_memory:
    input:
        memory_files,
        preflights=preflight_files(),
        plans=[f"{STUDY}/{experiment}/plan.txt" for experiment in MATRIX.with_peak_memory],
        code=code_of_script("collect_memory"),
    output:
        f"{STUDY}/memory.csv",
    log:
        f"{STUDY}/logs/collect_memory.log",
    shell:
        "python -I scripts collect_memory {input.plans} --output {output} 2> {log}"


rule collect_lifetimes:
    input:
        lifetime_files(),
        plans=[f"{STUDY}/{experiment}/plan.txt" for experiment in MATRIX.lifetimes],
        code=code_of_script("collect_lifetimes"),
    output:
        f"{STUDY}/lifetimes.csv",
    log:
        f"{STUDY}/logs/collect_lifetimes.log",
    shell:
        "python -I scripts collect_lifetimes {input.plans} --output {output} 2> {log}"


rule summarise_runs:
    input:
        runs=f"{STUDY}/runs.csv",
        memory=f"{STUDY}/memory.csv",
        code=code_of_script("summarise_runs"),
    output:
        f"{STUDY}/summary.csv",
    log:
        f"{STUDY}/logs/summarise_runs.log",
    shell:
        "python -I scripts summarise_runs {input.runs} {output} --memory {input.memory} 2> {log}"


rule judge_claims:
    input:
        tables=[f"{STUDY}/{name}.csv" for name in ("runs", "jobs", "summary", "pickling")],
        code=code_of_script("judge_claims"),
    output:
        f"{STUDY}/verdicts.csv",
    log:
        f"{STUDY}/logs/judge_claims.log",
    params:
        study=study_folder,
    shell:
        "python -I scripts judge_claims {params.study} {output} 2> {log}"


rule fit_costs:
    input:
        tables=expand(f"{STUDY}/{{table}}.csv", table=["runs", "jobs", "lifetimes", "summary"]),
        code=code_of_script("fit_costs"),
    output:
        f"{STUDY}/costs.json",
    log:
        f"{STUDY}/logs/fit_costs.log",
    params:
        study=study_folder,
    shell:
        "python -I scripts fit_costs {params.study} {output} 2> {log}"


rule write_report:
    input:
        tables=expand(
            f"{STUDY}/{{table}}.csv",
            table=["runs", "jobs", "lifetimes", "summary", "verdicts", "pickling"],
        ),
        costs=f"{STUDY}/costs.json",
        study=f"{STUDY}/study.yaml",
        figures=figures_of_report,
        preflights=preflight_files(),
        code=code_of_script("write_report"),
        templates=templates_of_report(),
    output:
        report=f"{STUDY}/report.md",
        answer=f"{STUDY}/answer.txt",
    log:
        f"{STUDY}/logs/write_report.log",
    params:
        study=study_folder,
    shell:
        "python -I scripts write_report {params.study} {output.report} --answer {output.answer} 2> {log}"


# The program to paste, of a study of a user's own data.
rule write_program:
    input:
        tables=expand(f"{STUDY}/{{table}}.csv", table=["runs", "jobs", "lifetimes", "summary"]),
        preflights=preflight_files(),
        code=code_of_script("write_program"),
    output:
        f"{STUDY}/use_this.py",
    log:
        f"{STUDY}/logs/write_program.log",
    params:
        study=study_folder,
        workloads=users_workloads(),
    shell:
        "python -I scripts write_program {params.study} {output} {params.workloads:q} 2> {log}"


rule write_page:
    input:
        report=f"{STUDY}/report.md",
        costs=f"{STUDY}/costs.json",
        code=code_of_script("write_page"),
        parts=parts_of_page(),
    output:
        f"{STUDY}/report.html",
    log:
        f"{STUDY}/logs/write_page.log",
    params:
        study=study_folder,
    shell:
        "python -I scripts write_page {params.study} {output} 2> {log}"


# What the processes did and when, for https://ui.perfetto.dev or chrome://tracing.
rule trace:
    input:
        tables=[f"{STUDY}/{name}.csv" for name in ("runs", "jobs")],
        code=code_of_script("write_trace"),
    output:
        f"{STUDY}/trace.json",
    log:
        f"{STUDY}/logs/trace.log",
    params:
        study=study_folder,
    shell:
        "python -I scripts write_trace {params.study} {output} 2> {log}"


rule publish:
    input:
        f"{STUDY}/report.md",
    log:
        f"{STUDY}/logs/publish.log",
    params:
        study=study_folder,
    shell:
        "python -I scripts publish_study {params.study} results/published 2>&1 | tee {log}"


rule contribute:
    input:
        f"{STUDY}/report.md",
    log:
        f"{STUDY}/logs/contribute.log",
    params:
        study=study_folder,
    shell:
        "python -I scripts contribute_study {params.study} results/contributed 2>&1 | tee {log}"


# On a cluster, whose nodes measure, all the rest is done where the command was typed.
MEASURING = (
    "measure_run",
    "measure_memory",
    "measure_lifetime",
    "check_workload",
    "probe_pickling",
)
workflow.localrules(*(rule.name for rule in workflow.rules if rule.name not in MEASURING))
