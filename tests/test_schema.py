"""The schema, config.yaml and the presets say the same."""

import copy

import pytest
import yaml
from measuring import PROJECT

from sharing import strategies, workloads
from study.cells import cells_of
from study.config import check_config, check_lifetimes, check_probes
from study.layers import read_layers
from study.schema import SCHEMA
from study.types import AXES

CONFIG_FILE = PROJECT / "config.yaml"
CONFIG = yaml.safe_load(CONFIG_FILE.read_text(encoding="utf-8"))
RULES = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
ONLY_IN_OVERLAYS = {"only"}  # the full study runs every experiment
PRESETS = sorted((PROJECT / "workflow" / "presets").glob("*.yaml"))
# The names in config.yaml; whether each has its script is for the figures' tests to say.
FIGURES = {
    figure
    for section in (CONFIG["defaults"], *CONFIG["experiments"].values())
    for figure in section.get("figures", [])
}


def settings():
    """Yield (key, schema) of every key that a user may write, recursively."""
    sections = [("", RULES)]
    while sections:
        prefix, schema = sections.pop()
        for name, inner in schema.get("properties", {}).items():
            yield f"{prefix}{name}", inner
            sections.append((f"{prefix}{name}.", inner))
        for part in ("additionalProperties", "items"):
            if isinstance(schema.get(part), dict):
                sections.append((f"{prefix}*.", schema[part]))


@pytest.mark.parametrize(("key", "schema"), list(settings()), ids=lambda value: str(value)[:40])
def test_every_key_has_a_description(key, schema):
    assert schema["description"].strip().endswith("."), key


def test_unknown_keys_are_refused_in_every_section():
    assert RULES["additionalProperties"] is False
    sections = [RULES["properties"]["defaults"]]
    sections.append(RULES["properties"]["experiments"]["additionalProperties"])
    sections.append(RULES["properties"]["defaults"]["properties"]["exclude"]["items"])
    assert [section["additionalProperties"] for section in sections] == [False] * 3


def test_config_file_has_every_key_of_the_schema_and_no_other():
    assert set(CONFIG) - ONLY_IN_OVERLAYS == set(RULES["properties"]) - ONLY_IN_OVERLAYS
    assert set(RULES["required"]) <= set(CONFIG)


@pytest.mark.parametrize("key", [*RULES["properties"], *CONFIG["defaults"]])
def test_key_is_used_by_the_workflow(key):
    workflow = PROJECT / "workflow"
    code = [*workflow.glob("rules/*.smk"), *workflow.glob("study/*.py")]
    assert any(f'"{key}"' in path.read_text(encoding="utf-8") for path in code)


def test_defaults_are_complete():
    section = RULES["properties"]["defaults"]
    assert set(CONFIG["defaults"]) == set(section["properties"]) == set(section["required"])


def test_experiments_have_the_settings_of_defaults_and_five_of_their_own():
    experiment = RULES["properties"]["experiments"]["additionalProperties"]
    own = {"question", "strategies", "sizes", "lifetime", "probe"}
    assert set(experiment["properties"]) == set(CONFIG["defaults"]) | own
    assert set(experiment["required"] + experiment["else"]["required"]) == own - {
        "lifetime",
        "probe",
    }
    assert set(experiment["then"]["propertyNames"]["enum"]) == {"question", "probe", "interpreters"}


def test_exclude_names_the_axes_of_a_cell():
    partial = RULES["properties"]["defaults"]["properties"]["exclude"]["items"]
    assert set(partial["properties"]) == set(AXES)


@pytest.fixture(autouse=True)
def with_a_workload(tmp_path, monkeypatch):
    """Work where there is the file that a user has to write."""
    text = "def build(size): ...\ndef process(data, job): ...\n"
    (tmp_path / "my_workload.py").write_text(text)
    monkeypatch.chdir(tmp_path)


def check(config):
    """Return the experiments of a configuration with their cells, as the Snakefile does."""
    experiments = check_config(
        copy.deepcopy(config), strategies.names(), workloads.names(), FIGURES
    )
    return {
        name: cells_of(name, experiment, strategies.workers_of, strategies.has_answers)
        for name, experiment in experiments.items()
    }


def test_config_file_is_valid():
    cells = check(CONFIG)
    probed = check_probes(CONFIG, ["pickling"])
    lives = check_lifetimes(CONFIG, strategies.names(), workloads.names())
    assert {*cells, *lives, *probed} == set(CONFIG["experiments"])
    assert list(probed) == ["pickling"]
    assert all(cells.values())


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)
def test_preset_is_valid(preset):
    assert all(check(read_layers([CONFIG_FILE, preset], replace=True).config).values())


def test_presets_are_valid_together():
    found = check(read_layers([CONFIG_FILE, *PRESETS], replace=True).config)
    assert {cell.interpreter for cells in found.values() for cell in cells} == {"cpython"}


@pytest.fixture(scope="module")
def measured():
    return {cell.strategy for cells in check(CONFIG).values() for cell in cells}


@pytest.mark.parametrize("strategy", strategies.names())
def test_study_measures_every_strategy(strategy, measured):
    assert strategy in measured, "name it in an experiment of config.yaml"
