rule measure_run:
    input:
        # A digest of their contents is in the params: when git wrote them means nothing. The
        # two packages stand for their files, since 20 inputs a run make 10 000 runs slow to plan.
        ancient(["scripts/supervisor", "scripts/sharing"]),
        ancient(recipe_files),
    output:
        run=f"{RUNS}/{RUN}.csv",
        jobs=f"{RUNS}/{RUN}.jobs.csv",
    log:
        f"{RUNS}/{RUN}.log",
    priority: place_in_order
    # All cores: nothing else, no figure either, is computed beside a run.
    threads: workflow.cores
    resources:
        # Not tracked: another limit does not make a result stale.
        time_limit_s=time_limit,
        memory_floor_percent=config["memory_floor_percent"],
        memory_floor_mib=config["memory_floor_mib"],
        quiet_percent=config["quiet_percent"],
        patience_percent=config["patience_percent"],
        yardstick=f"{STUDY}/yardstick.json",
        endings=f"{STUDY}/endings.json",
        # Wherever runs are grouped, one by one all the same: as texts, resources must be equal in a
        # group, so none stands here that differs from run to run.
        measuring=1,
        runtime=minutes_at_most,
    params:
        tracked=tracked_params,
        derived=derived_params,
        kind="--repeat {repeat}",
    shell:
        # exec: a signal for the shell reaches the supervisor.
        "exec python -I scripts measure_run"
        " --experiment {wildcards.experiment} --interpreter {wildcards.interpreter}"
        " --strategy {wildcards.strategy} --start-method {wildcards.start_method}"
        " --workload {params.tracked[workload]:q} --size {wildcards.size}"
        " --workers {wildcards.workers} --jobs {wildcards.jobs} {params.kind}"
        " --command {params.tracked[command]:q} --libraries={params.tracked[libraries]:q}"
        " --build={params.derived[build]:q} --code-version {params.tracked[code]}"
        " --time-limit-s {resources.time_limit_s}"
        " --memory-floor-percent {resources.memory_floor_percent}"
        " --memory-floor-mib {resources.memory_floor_mib}"
        " --quiet-percent {resources.quiet_percent}"
        " --patience-percent {resources.patience_percent} --yardstick {resources.yardstick}"
        " --endings {resources.endings} --preflight={params.derived[preflight]}"
        " --unsupported={params.derived[unsupported]:q}"
        " --basis {params.derived[basis]} --common-basis {params.derived[common_basis]}"
        " --mechanism {params.derived[mechanism]:q}"
        " --library-threads {params.derived[library_threads]}"
        " --output {output.run} --log {log}"


# The memory of a cell while its jobs run. Looked at all the time, which would spoil a run's times.
use rule measure_run as measure_memory with:
    input:
        # A cell whose first run had no result gets no other one for this.
        first=f"{RUNS}/{CELL}_r1.csv",
    output:
        run=MEMORY_RUN,
    log:
        MEMORY_RUN.replace(".csv", ".log"),
    priority: 0
    params:
        tracked=tracked_params,
        derived=derived_params,
        kind=lambda wildcards, input: f"--measure-memory --after {input.first}",


# The memory of the workers as they read: each has one job, which stops at marks to be looked at.
use rule measure_run as measure_lifetime with:
    output:
        run=LIFETIME_RUN,
    log:
        LIFETIME_RUN.replace(".csv", ".log"),
    priority: 0
    params:
        tracked=tracked_params,
        derived=derived_params,
        kind=marks_of,
