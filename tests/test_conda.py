"""Interpreters by `--sdm conda`, with a stand-in for conda: nothing is downloaded."""

import subprocess
import sys

import pytest
import yaml
from study_folder import StudyFolder

# An environment is a folder whose interpreters are this one.
CONDA = """#!/bin/sh
case "$*" in
"info --json") echo '{{"conda_prefix": "{prefix}", "platform": "linux-64"}}' ;;
--version) echo "conda 25.1.0" ;;
"clean "*) ;;
"config --get channel_priority --json") echo '{{"get": {{"channel_priority": "strict"}}}}' ;;
"env create "*)
    for folder; do :; done
    mkdir -p "$folder/bin"
    ln -s "{python}" "$folder/bin/python" && ln -s "{python}" "$folder/bin/pypy3" ;;
*) echo "conda $* is not known" >&2; exit 1 ;;
esac
"""
ACTIVATE = 'export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"\n'
NAMES = ["one", "other", "pypy"]  # no versions: what stands for them is the tests' own Python
BY_CONDA = ("interpreters", "--sdm", "conda", "--cores", "1")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A study folder whose interpreters conda has installed, and no library."""
    folder = tmp_path_factory.mktemp("conda")
    (folder / "bin").mkdir()
    conda = folder / "bin" / "conda"
    conda.write_text(CONDA.format(prefix=folder, python=sys.executable))
    conda.chmod(0o755)
    conda.with_name("activate").write_text(ACTIVATE)
    study = StudyFolder.create(folder / "study of mine")
    (study.path / "pyproject.toml").write_text("[dependency-groups]\nlibraries = []\n")
    environments = study.path / "workflow" / "envs"
    (environments / "cpython_314.yaml").rename(environments / "one.yaml")
    (environments / "cpython_314t.yaml").rename(environments / "other.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(conda.parent), prepend=":")
        study.snakemake(*BY_CONDA).check()
        yield study


def named(study):
    """Return the interpreters of local.yaml."""
    return yaml.safe_load((study.path / "local.yaml").read_text(encoding="utf-8"))["interpreters"]


def test_each_gets_an_environment_and_local_yaml_names_it(installed):
    assert named(installed) == {name: f".interpreters/{name}/bin/python" for name in NAMES}
    assert len(list((installed.path / ".snakemake" / "conda").glob("*_.yaml"))) == len(NAMES)
    for command in named(installed).values():
        subprocess.run([installed.path / command, "-I", "-c", "import venv"], check=True)


def test_second_time_only_what_differs_is_installed(installed):
    assert installed.snakemake(*BY_CONDA).check().counts() == {}
    environment = installed.path / "workflow" / "envs" / "one.yaml"
    before = environment.read_bytes()
    installed.edit("workflow/envs/one.yaml", "3.14", "3.13")
    counts = installed.snakemake(*BY_CONDA, "--dry-run").check().counts()
    environment.write_bytes(before)
    assert counts["install_interpreter"] == 1


def test_study_measures_with_such_an_interpreter(installed):
    installed.config["interpreters"]["other"] = named(installed)["one"]
    installed.snakemake("runs").check()
    assert {row["interpreter"] for row in installed.runs()} == {"cpython", "other"}
    assert {row["status"] for row in installed.runs()} == {"ok"}


def test_without_conda_it_says_how(installed):
    ended = installed.snakemake("interpreters")
    assert ended.exit_code
    assert "snakemake interpreters --sdm conda --cores 1" in ended.terminal
    assert "Traceback" not in ended.terminal
