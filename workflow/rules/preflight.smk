# A user's workload is asked for a few answers by itself, before any worker gets it: what is wrong with
# it shows, how long it takes, whose threads a fork would find, and whether two forked workers hang.
#
#   results/<study>/<experiment>/preflight/<interpreter>_n<size>.json
#   results/<study>/duration.txt                              how long the study will take by that
#
# They come first by their priority, and are no input of the runs: Snakemake does not look whether a
# job is stale by itself when a job that it depends on is, and `ancient` then keeps it from being run.
# As checkpoints they let Snakemake plan anew what has them as input: where one failed, what is left
# is the one run that says so (study/after_preflight.py).

FIRST = 1 << 60  # before all runs (place_in_order)


checkpoint check_workload:
    input:
        # As with runs: a digest of their contents is in the params.
        ancient(lambda wildcards: MATRIX.experiments[wildcards.experiment]["workload"]),
    output:
        PREFLIGHT,
    log:
        f"{STUDY}/{{experiment}}/preflight/{{interpreter}}_n{{size}}.log",
    priority: FIRST
    threads: workflow.cores
    resources:
        time_limit_s=time_limit,
        memory_floor_percent=config["memory_floor_percent"],
        memory_floor_mib=config["memory_floor_mib"],
    params:
        tracked=lambda wildcards: MATRIX.basis_of_preflight(
            wildcards.experiment, wildcards.interpreter
        ),
        jobs=jobs_of,
    shell:
        "exec python -I scripts check_workload"
        " --experiment {wildcards.experiment} --interpreter {wildcards.interpreter}"
        " --workload {params.tracked[workload]:q} --size {wildcards.size} --jobs {params.jobs}"
        " --command {params.tracked[command]:q} --time-limit-s {resources.time_limit_s}"
        " --memory-floor-percent {resources.memory_floor_percent}"
        " --memory-floor-mib {resources.memory_floor_mib} --output {output} --log {log}"


rule estimate_duration:
    input:
        preflights=preflight_files(),
        plans=[f"{STUDY}/{experiment}/plan.txt" for experiment in MATRIX.with_preflight],
        code=code_of_script("estimate_duration"),
    output:
        f"{STUDY}/duration.txt",
    log:
        f"{STUDY}/logs/estimate_duration.log",
    priority: FIRST
    threads: workflow.cores
    params:
        fewest=[MATRIX.experiments[name]["min_repeats"] for name in MATRIX.with_preflight],
        most=[MATRIX.experiments[name]["max_repeats"] for name in MATRIX.with_preflight],
        limits_s=[MATRIX.experiments[name]["time_limit_s"] for name in MATRIX.with_preflight],
        budget_min=BUDGET_MIN,
        cpus=max(1, int(usable_cpus())),
        unsupported=MATRIX.unsupported,
    shell:
        "python -I scripts estimate_duration {input.plans} --preflights {input.preflights}"
        " --fewest {params.fewest} --most {params.most} --limits-s {params.limits_s}"
        " --budget-min {params.budget_min}"
        " --cpus {params.cpus} --unsupported {params.unsupported} --output {output} 2> {log}"
