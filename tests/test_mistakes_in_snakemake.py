"""A mistake, however it gets into Snakemake: at most two lines, no traceback, no file elsewhere."""

import os
import re
import subprocess

import pytest
from study_folder import SNAKEMAKE, copy_project

from study.layers import ROOT

PROFILE = re.compile(r"Using workflow specific profile .*\n")
OURS = ("results", ".snakemake", "__pycache__")
OVERLAY = ("--configfile", "mine.yaml")
WITHOUT_EXPERIMENTS = (ROOT / "config.yaml").read_text("utf-8").partition("\nexperiments:")[0]
# The file and its content, the arguments, and what the answer begins with.
MISTAKES = {
    "overlay that is no YAML": (
        "mine.yaml",
        'seed: 1\nstudy: "x\n',
        OVERLAY,
        "mine.yaml, line 2: ",
    ),
    "local.yaml that is no YAML": ("local.yaml", "a:\n\tb: 1\n", (), "local.yaml, line 2: "),
    "config.yaml that is no YAML": ("config.yaml", "seed: [1\n", (), "config.yaml, line 1: "),
    "config.yaml that is empty": ("config.yaml", "", (), "config.yaml: the key 'study' is missing"),
    "no experiments": (
        "config.yaml",
        WITHOUT_EXPERIMENTS,
        (),
        "config.yaml: the key 'experiments' is missing",
    ),
    "no config.yaml": ("config.yaml", None, (), "there is no file config.yaml"),
    "no overlay": ("other.yaml", "", OVERLAY, "there is no file mine.yaml"),
    "overlay that is a folder": ("mine.yaml/x", "", OVERLAY, "mine.yaml is a folder"),
    "local.yaml that is a folder": ("local.yaml/x", "", (), "local.yaml is a folder"),
    "overlay in Latin-1": (
        "mine.yaml",
        "machine: große\n".encode("latin-1"),
        OVERLAY,
        "mine.yaml, line 1: is not UTF-8",
    ),
    "overlay in UTF-16": ("mine.yaml", "seed: 1".encode("utf-16"), OVERLAY, "mine.yaml: is UTF-16"),
    "config.yaml in UTF-16": ("config.yaml", "a: 1".encode("utf-16"), (), "config.yaml: is UTF-16"),
    "NUL in an overlay": ("mine.yaml", "machine: \0\n", OVERLAY, "mine.yaml, line 1: YAML forbids"),
    "overlay that is a list": ("mine.yaml", "- seed\n", OVERLAY, "mine.yaml: must hold keys"),
    "local.yaml that is a word": ("local.yaml", "seed\n", (), "local.yaml: must hold keys"),
    "two documents": ("mine.yaml", "seed: 1\n---\nseed: 2\n", OVERLAY, "mine.yaml, line 2: "),
    "very deep nesting": ("mine.yaml", "[" * 5000, OVERLAY, "mine.yaml: is nested too deeply"),
    "anchor in itself": ("mine.yaml", "a: &a [*a]\n", OVERLAY, "mine.yaml, line 1: what an anchor"),
    "object of Python": (
        "mine.yaml",
        "machine: !!python/object/apply:os.system ['touch hit']\n",
        OVERLAY,
        "mine.yaml, line 1: the tag !!python/object/apply",
    ),
    "code in an overlay": (
        "mine.yaml",
        "__use_yte__: true\n__definitions__: [import os; os.mkdir('hit')]\n",
        OVERLAY,
        "mine.yaml, line 1: __use_yte__: there is no such key",
    ),
    "key twice in config.yaml": (
        "config.yaml",
        "seed: 1\nseed: 2\n",
        (),
        "config.yaml, line 2: the key 'seed' stands in line 1 already",
    ),
    "key of Snakemake": ("mine.yaml", "pathvars: 3\n", OVERLAY, "mine.yaml, line 1: pathvars: the"),
    "octal": ("mine.yaml", "seed: 010\n", OVERLAY, "mine.yaml, line 1: 010 begins with a zero"),
    "target behind an overlay": (
        "mine.yaml",
        "seed: 1\n",
        (*OVERLAY, "report"),
        "--configfile: takes every word behind it for a file; write the target first: "
        "snakemake report --configfile mine.yaml",
    ),
    "file behind --config": ("mine.yaml", "", ("--config", "mine.yaml"), "--config: 'mine.yaml'"),
    "mistake behind --config": (
        "x",
        "",
        ("--config", "seed=one"),
        "--config: seed: one is no",
    ),
    "another folder": ("x", "", ("--directory", "elsewhere"), "this study runs in its own folder"),
    "unknown strategy": (
        "mine.yaml",
        "experiments:\n  matrix:\n    strategies: [globl]\n",
        OVERLAY,
        "mine.yaml, line 3: experiments.matrix.strategies: there is no 'globl'",
    ),
    "shell as an interpreter": (
        "local.yaml",
        "interpreters: {cpython: 'python3; touch hit'}\n",
        (),
        "local.yaml, line 1: interpreters.cpython: ",
    ),
    "no workload": (
        "mine.yaml",
        "defaults: {workload: none.py}\n",
        OVERLAY,
        "mine.yaml, line 1: defaults.workload: there is no file none.py",
    ),
    "nothing left": (
        "mine.yaml",
        "only: [pickling]\n",
        OVERLAY,
        "mine.yaml, line 1: only: none",
    ),
    "no profile": (
        "local.yaml",
        "seed: [\n",
        ("--workflow-profile", "none"),
        "local.yaml, line 1: is no YAML",
    ),
}


@pytest.fixture
def project(tmp_path):
    copy_project(tmp_path / "project")
    return tmp_path / "project"


def dry_run(project, *arguments, folder=None):
    """Return the exit code of a dry run, and what it printed besides the profile's name."""
    ended = subprocess.run(
        [*SNAKEMAKE, "--dry-run", *arguments],
        cwd=folder or project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    return ended.returncode, PROFILE.sub("", ended.stdout)


def files_of(folder):
    """Return all files and folders below a folder, those that a study may make left out."""
    paths = {path.relative_to(folder) for path in folder.rglob("*")}
    return {path for path in paths if not set(path.parts) & set(OURS)}


def put(project, name, content):
    """Write a file, its folder included; None removes it."""
    path = project / name
    path.parent.mkdir(exist_ok=True)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_answered_by_two_lines_at_most(name, project):
    file, content, arguments, answer = MISTAKES[name]
    put(project, file, content)
    before = files_of(project)
    exit_code, terminal = dry_run(project, *arguments)
    assert exit_code != 0
    assert terminal.startswith(answer), terminal
    assert len(terminal.splitlines()) <= 2
    assert "Traceback" not in terminal
    assert files_of(project) == before


def test_snakefile_from_another_folder(project, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    snakefile = str(project / "Snakefile")
    exit_code, terminal = dry_run(project, "--snakefile", snakefile, folder=elsewhere)
    assert exit_code != 0
    assert terminal.startswith(f"this study runs in its own folder, so type `cd {project}` first")
    assert len(terminal.splitlines()) == 1
    assert list(elsewhere.iterdir()) == []


def test_folder_may_be_named_if_it_is_the_right_one(project):
    exit_code, terminal = dry_run(project, "--directory", ".", "--config", "only=[empty_workers]")
    assert exit_code == 0, terminal


def test_what_is_no_mistake_is_measured(new_study):
    """Braces, whole floats, comments alone, and an experiment of which nothing is left."""
    study = new_study(
        kept={
            "question": "Is {this} {wildcards.size}\n{too}?",
            "strategies": ["serial"],
            "sizes": [1e1],
            "min_repeats": 1.0,
            "max_repeats": 1.0,
        },
        dropped={
            "question": "Why?",
            "strategies": ["serial"],
            "sizes": [1],
            "interpreters": ["no"],
        },
    )
    study.config["interpreters"]["no"] = None
    study.config["machine"] = "{braces} $(touch hit) `touch hit` 'x'"
    (study.path / "local.yaml").write_text("# nothing yet\n")
    (study.path / "empty.yaml").write_text("")
    ended = study.snakemake("report", "--configfile", "empty.yaml").check()
    assert re.search(
        r"^overlay\.yaml, line \d+: experiments\.dropped: left out", ended.terminal, re.M
    )
    (row,) = study.runs()
    assert (row["experiment"], row["size"], row["repeat"]) == ("kept", "10", "1")
    assert row["machine"] == study.config["machine"]
    report = (study.results() / "report.md").read_text(encoding="utf-8")
    assert "kept: Is {this} {wildcards.size} {too}?" in report
    assert not (study.path / "hit").exists()
