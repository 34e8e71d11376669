"""Configurations that nobody would write: a line that says what is wrong, or a study.

A hundred here, and five by Snakemake itself; ``FUZZED=2000 pytest tests/test_fuzzed_configs.py``
tries more.
"""

import os
import shutil
import subprocess

import pytest
import yaml
from config_mistakes import BASE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from study_folder import SNAKEMAKE, copy_project

from study.layers import Layers, merge, read_file
from study.matrix import read_matrix
from study.mistake import ConfigError

FUZZED = int(os.environ.get("FUZZED", 100))
PLANTED = "planted"  # a file that a shell would make, if one ran what a name says
NASTY = [
    "", " ", ".", "..", "../up", "/etc/passwd", "a/b", "~", "~root", "-x", "--config", "*", "a b",
    f"$(touch {PLANTED})", f"`touch {PLANTED}`", f"; touch {PLANTED}", f"x | touch {PLANTED}",
    f"x && touch {PLANTED}", f"x > {PLANTED}", "'", '"', "\\", "{size}", "{}", "{{", "%s", "a\nb",
    "a\x00b", "a\u202eb", "ä", "🦆", "null", "yes", "1e6", "0x10", "1:30", "NaN", "x" * 300, "con",
]  # fmt: skip
KEYS = [
    "study", "seed", "machine", "interpreters", "memory_floor_percent", "memory_floor_mib",
    "quiet_percent", "other_percent", "patience_percent", "time_budget_min", "defaults",
    "experiments", "only", "cpython", "pypy", "question", "strategies", "workload", "sizes",
    "workers", "start_methods", "jobs", "min_repeats", "max_repeats", "precision",
    "peak_memory", "time_limit_s", "exclude", "figures", "probe", "first", "asked",
]  # fmt: skip
WORDS = ["scan", "records", "global", "serial", "fork", "spawn", "pickling", "time", "auto"]

texts = st.one_of(st.sampled_from(NASTY), st.sampled_from(WORDS), st.text(max_size=12))
numbers = st.one_of(
    st.integers(-5, 50), st.integers(-(10**30), 10**30), st.floats(), st.sampled_from([1e400, 2.0])
)
leaves = st.one_of(st.none(), st.booleans(), numbers, texts)
names = st.one_of(st.sampled_from(KEYS), texts, st.integers(-2, 9))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=8,
)


def paths_of(values, before=()):
    """Return the path of every key in nested dicts."""
    found = []
    for key, value in values.items():
        found.append((*before, key))
        if isinstance(value, dict):
            found += paths_of(value, (*before, key))
    return found


known = st.sampled_from(paths_of(yaml.safe_load(BASE)))
paths = st.one_of(known, st.tuples(known, names).map(lambda pair: (*pair[0], pair[1])))


@st.composite
def settings_of_a_user(draw):
    """Return nested dicts that set a few keys, known ones and others, to anything."""
    overlay = {}
    for path in draw(st.lists(paths, min_size=1, max_size=3)):
        value = draw(values)
        for key in reversed(path):
            value = {key: value}
        overlay = merge(overlay, value)
    return overlay


@st.composite
def overlays(draw):
    """Return the text of an overlay."""
    return yaml.safe_dump(draw(settings_of_a_user()), allow_unicode=draw(st.booleans()))


def fuzzed(number):
    """Return Hypothesis' settings for so many examples."""
    return settings(
        max_examples=number,
        deadline=None,
        derandomize=True,  # the same ones every time: a failure can be looked at again
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@fuzzed(FUZZED)
@given(text=overlays())
def test_anything_is_answered_or_is_a_study_in_its_folder(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(BASE)
    (tmp_path / "overlay.yaml").write_text(text, encoding="utf-8")
    try:
        layers = Layers([read_file(tmp_path / name) for name in ("config.yaml", "overlay.yaml")])
        with layers.locating():
            config, matrix = layers.config, read_matrix(layers.config)
    except ConfigError as mistake:
        line = str(mistake)
        assert line.isprintable() and len(line) < 650
    else:
        results = tmp_path / "results"
        for name in (config["study"], *matrix.all_experiments, *matrix.interpreters):
            inside = (results / str(name)).resolve()
            assert inside.parent == results.resolve(), name
    assert {path.name for path in tmp_path.iterdir()} == {"config.yaml", "overlay.yaml"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with a small study."""
    folder = tmp_path_factory.mktemp("fuzzed") / "project"
    copy_project(folder)
    (folder / "config.yaml").write_text(BASE)
    return folder


def as_overlay(project, given):
    (project / "overlay.yaml").write_text(yaml.safe_dump(given), encoding="utf-8")
    return ["--configfile", "overlay.yaml"]


def as_local(project, given):
    (project / "local.yaml").write_text(yaml.safe_dump(given), encoding="utf-8")
    return []


def as_arguments(project, given):
    words = [f"{key}={yaml.safe_dump(given[key], default_flow_style=True)}" for key in given]
    return ["--config", *(word.replace("\0", "0") for word in words)]  # no argument holds a NUL


@fuzzed(FUZZED // 20)
@given(overlay=settings_of_a_user(), given_as=st.sampled_from([as_overlay, as_local, as_arguments]))
def test_snakemake_plans_it_or_answers_in_a_line(overlay, given_as, project):
    before = names_in(project.parent)
    command = [*SNAKEMAKE, "runs", "--dry-run", "--quiet", "all", *given_as(project, overlay)]
    ended = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120)
    for name in ("overlay.yaml", "local.yaml"):
        (project / name).unlink(missing_ok=True)
    said = ended.stdout + ended.stderr
    assert "Traceback" not in said
    assert not ended.returncode or len(said.splitlines()) <= 3, said
    shutil.rmtree(project / ".snakemake", ignore_errors=True)
    assert names_in(project.parent) == before


def names_in(folder):
    """Return the paths of all files below a folder, caches and results left out."""
    found = {path.relative_to(folder) for path in folder.rglob("*")}
    return {path for path in found if not {"__pycache__", "results"} & set(path.parts)}
