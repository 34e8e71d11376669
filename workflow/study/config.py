"""Check the configuration and answer a mistake with one line that names the key."""

import difflib
from pathlib import Path

import jsonschema
import yaml

from study.own_workload import trouble_of

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"
# The axes by which `exclude` names cells, and the lists of an experiment that hold their values.
AXES = {
    "interpreter": "interpreters",
    "strategy": "strategies",
    "start_method": "start_methods",
    "size": "sizes",
    "workers": "workers",
    "jobs": "jobs",
}


class ConfigError(Exception):
    """A mistake in the configuration: one line, the key first, then what is accepted."""


def check_config(config, strategies, workloads, figures):
    """Return the experiments that measure, defaults filled in, as a dict by name, in config order.

    `strategies`, `workloads` and `figures` are the names there are. Experiments and interpreters
    that are null are left out. Raises `ConfigError`.
    """
    check_schema(config)
    experiments = {}
    for name, experiment in given_experiments(config):
        if "probe" in experiment:
            continue
        key = f"experiments.{name}"
        check_names(f"{key}.strategies", experiment["strategies"], strategies)
        check_names(f"{key}.figures", experiment["figures"], figures)
        experiment["workload"] = str(Path(experiment["workload"]).expanduser())
        check_workload(f"{key}.workload", experiment["workload"], workloads)
        check_exclude(f"{key}.exclude", experiment, config["interpreters"])
        if present := present_interpreters(config, experiment):
            experiments[name] = experiment | {"interpreters": present}
    check_names_of_files(experiments)
    if not experiments:
        raise ConfigError(
            "experiments: none is left to run; leave at least one that measures not null"
        )
    return experiments


def check_probes(config, probes):
    """Return the experiments that ask a probe in place of measuring, as a dict by name.

    `probes` are the names there are; each has one figure, of its own name. Raises `ConfigError`.
    """
    check_schema(config)
    experiments = {}
    for name, experiment in given_experiments(config):
        if "probe" not in experiment:
            continue
        check_names(f"experiments.{name}.probe", [experiment["probe"]], probes)
        if present := present_interpreters(config, experiment):
            experiments[name] = {
                "question": experiment["question"],
                "interpreters": present,
                "probe": experiment["probe"],
                "figures": [experiment["probe"]],
            }
    return experiments


def given_experiments(config):
    """Yield name and settings, with the defaults, of every experiment that is to be run."""
    known = config["interpreters"]
    check_names("defaults.interpreters", config["defaults"]["interpreters"], known)
    only = config.get("only") or config["experiments"]
    check_names("only", only, config["experiments"])
    for name in in_order_of_file(config["experiments"]):
        if name in only and config["experiments"][name] is not None:
            experiment = config["defaults"] | config["experiments"][name]
            check_names(f"experiments.{name}.interpreters", experiment["interpreters"], known)
            yield name, experiment


def present_interpreters(config, experiment):
    """Return the names of the experiment's interpreters that are not null."""
    return [one for one in experiment["interpreters"] if config["interpreters"][one] is not None]


def in_order_of_file(names):
    """Return the names in the order of config.yaml, others behind.

    Snakemake puts the keys of an overlay first, which would shuffle the report.
    """
    known = list(yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["experiments"])
    place = {name: position for position, name in enumerate(known)}
    return sorted(names, key=lambda name: place.get(name, len(known)))


def check_schema(config):
    """Raise `ConfigError` for the first mistake that the schema finds."""
    validator = jsonschema.Draft202012Validator(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))
    # The deepest error says most: "is not valid under any of the given schemas" says nothing.
    error = jsonschema.exceptions.best_match(validator.iter_errors(config))
    if error is None:
        return
    key = ".".join(str(part) for part in error.absolute_path) or "config.yaml"
    if error.validator == "additionalProperties":
        accepted = error.schema["properties"]
        unknown = next(name for name in error.instance if name not in accepted)
        path = unknown if key == "config.yaml" else f"{key}.{unknown}"
        raise ConfigError(f"{path}: there is no such key{nearest(unknown, accepted)}")
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        raise ConfigError(f"{key}: the key {missing!r} is missing")
    description = error.schema.get("description", "")
    raise ConfigError(f"{key}: {message_of(error)}{'. ' if description else ''}{description}")


def message_of(error):
    """Return the schema's complaint in the words of the file's writer."""
    value = yaml.safe_dump(error.instance, default_flow_style=True, width=1000)
    value = value.removesuffix("\n").removesuffix("\n...")[:60]
    limit = error.validator_value
    match error.validator:
        case "type":
            names = [limit] if isinstance(limit, str) else limit
            return f"{value} is no {' or '.join(names)}"
        case "enum":
            return f"{value} is none of {', '.join(map(str, limit))}"
        case "minimum":
            return f"{value} is less than {limit}"
        case "maximum":
            return f"{value} is more than {limit}"
        case "minItems" | "minProperties":
            return "it must not be empty"
        case "uniqueItems":
            return f"{value} holds a value twice"
        case "pattern":
            return f"{value} does not match {limit}"
        case _:
            return error.message.splitlines()[0][:200]


def check_names(key, names, accepted):
    """Raise `ConfigError` for a name that is not accepted."""
    for name in names:
        if name not in accepted:
            raise ConfigError(f"{key}: there is no {name!r}{nearest(name, accepted)}")


def check_workload(key, workload, names):
    """Raise `ConfigError` unless the workload is a known name or the path of a Python file."""
    if workload.endswith(".py"):
        if trouble := trouble_of(workload):
            raise ConfigError(f"{key}: {trouble}")
    else:
        check_names(key, [workload], names)


def check_names_of_files(experiments):
    """Raise `ConfigError` for two files of one name: the results name a workload by that."""
    files = {}
    for name, experiment in experiments.items():
        path = Path(experiment["workload"])
        first = files.setdefault(path.name, path)
        if first.resolve() != path.resolve():
            raise ConfigError(
                f"experiments.{name}.workload: {path} has the same name as {first}, and the "
                "results tell workloads apart by the names of their files; rename one"
            )


def check_exclude(key, experiment, interpreters):
    """Raise `ConfigError` for a value that the experiment does not have.

    A known interpreter that is left out may stand here: then there is nothing to exclude.
    """
    for position, partial in enumerate(experiment["exclude"]):
        for axis, values in partial.items():
            accepted = experiment[AXES[axis]]
            for value in as_list(values):
                if value in accepted or (axis == "interpreter" and value in interpreters):
                    continue
                raise ConfigError(
                    f"{key}.{position}.{axis}: {value!r} is no {axis} of this experiment"
                    f"{nearest(value, accepted)}"
                )


def as_list(value):
    """Return a list as it is, and anything else as a list of one."""
    return value if isinstance(value, list) else [value]


def nearest(name, accepted):
    """Return what is accepted, and what was probably meant."""
    accepted = [str(one) for one in accepted]
    close = difflib.get_close_matches(str(name), accepted, n=1)
    meant = f"; did you mean {close[0]!r}?" if close else ";"
    return f"{meant} accepted: {', '.join(accepted)}"
