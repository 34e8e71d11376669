# Interpreters by conda, an environment each, with libraries beside it; local.yaml names them then.
# What is measured starts them by path, so that no activated environment is part of a run.
#
#   workflow/envs/<interpreter>.yaml      what conda installs
#   .interpreters/conda/<interpreter>     is there when local.yaml names it

from snakemake.settings.types import DeploymentMethod
from study.mistake import ConfigError

BY_CONDA = ".interpreters/conda/{interpreter}"
ENVIRONMENTS = sorted(path.stem for path in (ROOT / "workflow/envs").glob("*.yaml"))


def interpreters_by_conda(wildcards):
    """Return the files that are there when all environments are."""
    with ending_in_one_line():
        if DeploymentMethod.CONDA not in workflow.deployment_settings.deployment_method:
            raise ConfigError(
                (),
                "conda installs these interpreters: snakemake interpreters --sdm conda --cores 1; "
                "without conda, make interpreters does",
            )
    return expand(BY_CONDA, interpreter=ENVIRONMENTS)


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
