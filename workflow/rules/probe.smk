rule probe_pickling:
    input:
        # As with runs: a digest of their contents is in the params.
        ancient(["scripts/probe_pickling.py", "scripts/measure_run.py"]),
        ancient(["scripts/supervisor", "scripts/probes/pickling"]),
    output:
        f"{STUDY}/{{experiment}}/{{interpreter}}.csv",
    log:
        f"{STUDY}/logs/probe_pickling_{{experiment}}_{{interpreter}}.log",
    wildcard_constraints:
        experiment="|".join(map(re.escape, PROBED)) or "(?!)",
        interpreter="|".join(map(re.escape, INTERPRETERS)),
    params:
        tracked=tracked_by_probe,
    shell:
        "exec python scripts/probe_pickling.py"
        " --experiment {wildcards.experiment} --interpreter {wildcards.interpreter}"
        " --command {params.tracked[command]:q} --output {output} --log {log}"


rule merge_pickling:
    input:
        tables=probe_files("pickling"),
        script="scripts/merge_pickling.py",
        columns="scripts/probe_pickling.py",
    output:
        f"{STUDY}/pickling.csv",
    log:
        f"{STUDY}/logs/merge_pickling.log",
    shell:
        "python {input.script} --tables {input.tables} --output {output} 2> {log}"
