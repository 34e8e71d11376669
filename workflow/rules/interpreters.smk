# Interpreters by conda, an environment each (workflow/envs), with libraries beside it; local.yaml
# names them then. Runs start them by path, so that no activated environment is part of a run.


rule interpreters:
    input:
        interpreters_by_conda,


rule install_interpreter:
    output:
        touch(BY_CONDA),
    log:
        f"{BY_CONDA}.log",
    conda:
        "../envs/{interpreter}.yaml"
    # One at a time: each changes local.yaml.
    threads: workflow.cores
    params:
        # The environment has a Python of its own in the path.
        python=sys.executable,
        command=lambda wildcards: "pypy3" if wildcards.interpreter == "pypy" else "python",
    shell:
        "{params.python:q} -I scripts install_interpreters --only"
        " {wildcards.interpreter}=\"'$CONDA_PREFIX/bin/{params.command}'\" > {log} 2>&1"
