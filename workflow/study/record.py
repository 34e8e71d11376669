"""What the study asked for, with all defaults filled in, as it stands beside its results."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from study.interpreters import Interpreter
from study.types import Config, Experiments

KEPT = (
    "question",
    "interpreters",
    "strategies",
    "workload",
    "sizes",
    "workers",
    "jobs",
    "start_methods",
    "min_repeats",
    "max_repeats",
    "precision",
    "peak_memory",
    "time_limit_s",
    "exclude",
    "read",
    "lifetime",
    "probe",
    "figures",
)
SETTINGS = ("time_budget_min", "quiet_percent", "other_percent", "patience_percent")


def recorded_study(
    config: Config, experiments: Experiments, interpreters: Mapping[str, Interpreter]
) -> str:
    """Return the text of study.yaml: what the report needs to know of the configuration.

    `experiments` are those that `check_config` and `check_probes` return, `interpreters` those that
    were found. ASCII, in a fixed order: the same configuration gives the same text.
    """
    kept = {}
    for name, experiment in experiments.items():
        said = dict(experiment.items())
        if "workload" in experiment:  # a user's file without its folders, as in the tables
            said["workload"] = Path(experiment["workload"]).name
        kept[name] = {key: said[key] for key in KEPT if key in said}
    settings = dict(config.items())
    study = {
        "study": config["study"],
        "seed": config["seed"],
        **{key: settings[key] for key in SETTINGS},
        "interpreters": {name: found.identity for name, found in interpreters.items()},
        "experiments": kept,
    }
    text: str = yaml.dump(study, Dumper=WithoutAliases, sort_keys=False, width=100)
    return text


class WithoutAliases(yaml.SafeDumper):
    """Writes a list that two experiments have in common twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True
