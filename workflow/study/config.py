"""Check what a schema cannot say: whether the names in the configuration name something."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from sharing.workloads import READ, readable_in_part
from study.interpreters import understands_any
from study.mistake import ConfigError, nearest
from study.own_workload import trouble_of
from study.schema import check_schema
from study.types import AXES, Config, Experiments, GivenExperiment, KeyPath
from study.user_paths import with_home

Listed = TypeVar("Listed")
# What lies in a study's folder beside the folders of its experiments, and in theirs beside the
# answers of an interpreter.
TAKEN: dict[Literal["experiments", "interpreters"], set[str]] = {
    "experiments": {"figures", "logs"},
    "interpreters": {"runs", "jobs"},
}
ENDINGS = (".csv", ".gz", ".html", ".log", ".md", ".png", ".svg", ".txt", ".yaml")


def check_config(
    config: object,
    strategies: Collection[str],
    workloads: Collection[str],
    figures: Collection[str],
) -> Experiments:
    """Return the experiments that time, defaults filled in, as a dict by name, in config order.

    `strategies`, `workloads` and `figures` are the names there are. Experiments and interpreters
    that are null are left out. Raises `ConfigError`.
    """
    config = check_schema(config)
    check_taken_names(config)
    experiments: Experiments = {}
    for name, experiment in given_experiments(config):
        if "probe" in experiment or "lifetime" in experiment:
            continue
        key = ("experiments", name)
        check_names((*key, "figures"), experiment["figures"], figures)
        checked = check_experiment(config, key, experiment, strategies, workloads)
        if checked["read"] != "all":
            check_read((*key, "read"), checked["workload"])
            checked["workload"] += f"{READ}{checked['read']}"
        check_repeats(key, checked)
        if checked["interpreters"]:
            experiments[name] = checked
    check_names_of_files(experiments)
    if not experiments:
        raise ConfigError(
            ("only",) if config.get("only") else ("experiments",),
            "none is left to run; leave at least one that measures not null",
        )
    return experiments


def check_experiment(
    config: Config,
    key: KeyPath,
    experiment: GivenExperiment,
    strategies: Collection[str],
    workloads: Collection[str],
) -> GivenExperiment:
    """Return an experiment with the interpreters that are not null; raises `ConfigError`."""
    check_names((*key, "strategies"), experiment["strategies"], strategies)
    workload = with_home(experiment["workload"])
    present = present_interpreters(config, experiment)
    commands = {one: command for one in present if (command := config["interpreters"][one])}
    check_workload((*key, "workload"), workload, workloads, commands)
    check_exclude((*key, "exclude"), experiment, config["interpreters"])
    return experiment | {"interpreters": present, "workload": workload}


def check_lifetimes(
    config: Config, strategies: Collection[str], workloads: Collection[str]
) -> Experiments:
    """Return the experiments that follow a worker's life, as a dict by name; see `check_config`.

    Each worker has one job, so jobs are as many as workers. Raises `ConfigError`.
    """
    experiments: Experiments = {}
    for name, experiment in given_experiments(config):
        if "lifetime" not in experiment:
            continue
        key = ("experiments", name)
        checked = check_experiment(config, key, experiment, strategies, workloads)
        check_read((*key, "workload"), checked["workload"])
        if sorted(set(checked["lifetime"])) != checked["lifetime"]:
            raise ConfigError((*key, "lifetime"), "each share has to be larger than the one before")
        if checked["interpreters"]:
            experiments[name] = checked | {"jobs": [1], "figures": ["lifetime"]}
    return experiments


def check_probes(config: Config, probes: Collection[str]) -> Experiments:
    """Return the experiments that ask a probe in place of measuring, as a dict by name.

    `probes` are the names there are; each has one figure, of its own name. Raises `ConfigError`.
    """
    experiments: Experiments = {}
    for name, experiment in given_experiments(config):
        if "probe" not in experiment:
            continue
        check_names(("experiments", name, "probe"), [experiment["probe"]], probes)
        if present := present_interpreters(config, experiment):
            experiments[name] = {
                "question": experiment["question"],
                "interpreters": present,
                "probe": experiment["probe"],
                "figures": [experiment["probe"]],
            }
    return experiments


def given_experiments(config: Config) -> Iterator[tuple[str, GivenExperiment]]:
    """Yield name and settings, with the defaults, of every experiment that is to be run."""
    known = config["interpreters"]
    check_names(("defaults", "interpreters"), config["defaults"]["interpreters"], known)
    only = config.get("only") or config["experiments"]
    check_names(("only",), only, config["experiments"])
    for name, own in config["experiments"].items():
        if name in only and own is not None:
            experiment = config["defaults"] | own
            experiment["question"] = " ".join(own["question"].split())  # a heading is one line
            check_names(("experiments", name, "interpreters"), experiment["interpreters"], known)
            yield name, experiment


def present_interpreters(config: Config, experiment: GivenExperiment) -> list[str]:
    """Return the names of the experiment's interpreters that are not null."""
    return [one for one in experiment["interpreters"] if config["interpreters"][one] is not None]


def check_taken_names(config: Config) -> None:
    """Raise `ConfigError` for a name by which the study has a file or folder of its own."""
    for section, taken in TAKEN.items():
        for name in config[section]:
            if name in taken or name.endswith(ENDINGS):
                raise ConfigError(
                    (section, name), "the study has files of its own by such a name; choose another"
                )


def check_names(path: KeyPath, names: Iterable[str], accepted: Collection[str]) -> None:
    """Raise `ConfigError` for a name that is not accepted."""
    for name in names:
        if name not in accepted:
            raise ConfigError(path, f"there is no {name!r}{nearest(name, accepted)}")


def check_workload(
    path: KeyPath, workload: str, names: Collection[str], commands: Mapping[str, str]
) -> None:
    """Raise `ConfigError` unless the workload is a known name or the path of a Python file.

    `commands` are those of the interpreters that are to run it, by their names.
    """
    if workload.endswith(".py"):
        if trouble := trouble_of(workload, partial(understands_any, commands)):
            raise ConfigError(path, trouble)
    else:
        check_names(path, [workload], names)


def check_read(path: KeyPath, workload: str) -> None:
    """Raise `ConfigError` unless the jobs of a workload can read a part of its data."""
    names = readable_in_part()
    if workload not in names:
        raise ConfigError(
            path,
            f"the jobs of {workload} read what they read; a part can be read of {', '.join(names)}",
        )


def check_names_of_files(experiments: Experiments) -> None:
    """Raise `ConfigError` for two files of one name: the results name a workload by that."""
    files: dict[str, Path] = {}
    for name, experiment in experiments.items():
        path = Path(experiment["workload"])
        first = files.setdefault(path.name, path)
        if first.resolve() != path.resolve():
            raise ConfigError(
                ("experiments", name, "workload"),
                f"{path} has the same name as {first}, and results name a workload by its file; "
                "rename one",
            )


def check_repeats(path: KeyPath, experiment: GivenExperiment) -> None:
    """Raise `ConfigError` for more runs at least than at most."""
    fewest, most = experiment["min_repeats"], experiment["max_repeats"]
    if fewest > most:
        raise ConfigError((*path, "min_repeats"), f"{fewest} is more than max_repeats, {most}")


def check_exclude(
    path: KeyPath, experiment: GivenExperiment, interpreters: Collection[str]
) -> None:
    """Raise `ConfigError` for a value that the experiment does not have.

    A known interpreter that is left out may stand here: then there is nothing to exclude.
    """
    for position, cells in enumerate(experiment["exclude"]):
        for axis, values in cells.items():
            accepted = experiment[AXES[axis]]
            for value in as_list(values):
                if value in accepted or (axis == "interpreter" and value in interpreters):
                    continue
                raise ConfigError(
                    (*path, position, axis),
                    f"{value!r} is no {axis} of this experiment{nearest(value, accepted)}",
                )


def as_list(value: Listed | list[Listed]) -> list[Listed]:
    """Return a list as it is, and anything else as a list of one."""
    return value if isinstance(value, list) else [value]
