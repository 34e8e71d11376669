rule probe_pickling:
    input:
        # As with runs: a digest of their contents is in the params.
        ancient(code_of_probe("pickling")),
    output:
        f"{STUDY}/{{experiment}}/{{interpreter}}.csv",
    log:
        f"{STUDY}/logs/probe_pickling_{{experiment}}_{{interpreter}}.log",
    wildcard_constraints:
        experiment="|".join(map(re.escape, MATRIX.probed)) or "(?!)",
        interpreter="|".join(map(re.escape, MATRIX.interpreters)),
    params:
        tracked=tracked_by_probe,
    shell:
        "exec python -I scripts probe_pickling"
        " --experiment {wildcards.experiment} --interpreter {wildcards.interpreter}"
        " --command {params.tracked[command]:q} --output {output} --log {log}"


rule merge_pickling:
    input:
        tables=probe_files("pickling"),
        code=code_of_script("merge_pickling"),
    output:
        f"{STUDY}/pickling.csv",
    log:
        f"{STUDY}/logs/merge_pickling.log",
    shell:
        "python -I scripts merge_pickling --tables {input.tables} --output {output} 2> {log}"
