"""The files of the configuration, one over the other, and where in them a key stands."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from study.inherited_exclude import kept_entries, section
from study.mistake import ConfigError, shortened
from study.strict_yaml import Place, YamlError, decode, read_yaml
from study.types import KeyPath, Section
from study.user_paths import exists, is_file, is_folder

ROOT = Path(__file__).resolve().parents[2]
COMMAND_LINE = "--config"


class Layer(NamedTuple):
    """One file's keys and values, and the `Place` of each by its path."""

    name: str
    values: Section
    places: dict[KeyPath, Place]


class Layers:
    """What is read one over the other; the last has the last word."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = layers
        # Where the entries of an experiment's `exclude` stood, by its name, if some are gone.
        self.positions: dict[str, list[int]] = {}

    @property
    def config(self) -> Section:
        """Return the whole configuration: sections merged, lists and values replaced.

        An `exclude` that a layer does not replace loses the values that the layer takes off an
        axis: who asks for other sizes need not say anew what is excluded.
        """
        config: Section = {}
        self.positions.clear()
        for layer in self.layers:
            below, config = config, merge(config, layer.values)
            for name in section(below.get("experiments")):
                if ("experiments", name, "exclude") in layer.places:
                    self.positions.pop(name, None)
                elif (kept := kept_entries(name, below, config)) is not None:
                    before = self.positions.get(name)
                    self.positions[name] = [before[at] if before else at for at in kept]
                    changed: Section = {"experiments": {name: {"exclude": list(kept.values())}}}
                    config = merge(config, changed)
        return config

    @contextmanager
    def locating(self) -> Iterator[None]:
        """Add file and line to the `ConfigError` that is raised in here."""
        try:
            yield
        except ConfigError as error:
            raise self.locate(error) from None

    def locate(self, error: ConfigError) -> ConfigError:
        """Add file and line to a `ConfigError`, and how the value is written if that differs."""
        path = error.path = self.as_written(error.path)
        layer, known = self.last_with(path)
        # What an experiment does not say itself comes from the defaults, and so does its mistake.
        if known < 3 <= len(path) and path[0] == "experiments":
            default: KeyPath = ("defaults", *path[2:])
            from_defaults, known_there = self.last_with(default)
            if known_there >= 2:
                layer, known, error.path = from_defaults, known_there, default
        place = layer.places.get(error.path[:known])
        error.where = layer.name
        if place and known and layer.name != COMMAND_LINE:
            error.where += f", line {place.line}"
        if place and known == len(error.path) and place.written in AMBIGUOUS:
            error.text += f" (YAML reads {place.written} as {AMBIGUOUS[place.written]})"
        return error

    def as_written(self, path: KeyPath) -> KeyPath:
        """Return a path with the position of an entry of `exclude` as it stands in its file."""
        match path:
            case ("experiments", str(name), "exclude", int(place), *rest) if name in self.positions:
                return ("experiments", name, "exclude", self.positions[name][place], *rest)
        return path

    def last_with(self, path: KeyPath) -> tuple[Layer, int]:
        """Return the last layer that knows most of a path, and how many parts of it."""
        best, known = self.layers[0], 0
        for layer in self.layers:
            depth = max(n for n in range(len(path) + 1) if n == 0 or path[:n] in layer.places)
            if depth >= max(known, 1):
                best, known = layer, depth
        return best, known


AMBIGUOUS = {
    word: value
    for words, value in (("yes on true", "true"), ("no off false", "false"))
    for one in words.split()
    for word in (one, one.capitalize(), one.upper())
    if one != value
}


def read_layers(
    overlays: Sequence[str | Path] = (), settings: Iterable[str] = (), replace: bool = False
) -> Layers:
    """Return the `Layers`: config.yaml, local.yaml, overlays, then settings such as "seed=1".

    `replace` leaves out the first two. Raises `ConfigError`.
    """
    files = [ROOT / "config.yaml"]
    if (ROOT / "local.yaml").exists():  # this machine's own, which git ignores
        files.append(ROOT / "local.yaml")
    if replace and overlays:
        files = []
    layers = [read_file(path) for path in [*files, *overlays]]
    layers += [read_setting(setting) for setting in settings]
    return Layers(layers)


def read_file(path: str | Path) -> Layer:
    """Return the `Layer` of a file; one without keys changes nothing. Raises `ConfigError`."""
    path = Path(path)
    name = shown(path)
    if not is_file(path):
        raise ConfigError((), trouble_of_path(path, name))
    try:
        values, places = read_yaml(decode(path.read_bytes()))
    except YamlError as error:
        where = f"{name}, line {error.line}" if error.line else name
        raise ConfigError((), str(error), where) from None
    except OSError as error:
        raise ConfigError((), f"cannot be read ({error.strerror})", name) from None
    if not isinstance(values, dict | None):
        raise ConfigError((), f"must hold keys, not {shortened(values)}", name)
    return Layer(name, values or {}, places)


def read_setting(setting: str) -> Layer:
    """Return the `Layer` of a "key=value" of the command line; the value is YAML, too."""
    key, _, text = setting.partition("=")
    try:
        value, places = read_yaml(text)
    except YamlError as error:
        raise ConfigError((key,), str(error), COMMAND_LINE) from None
    places = {(key, *path): place for path, place in places.items()}
    return Layer(COMMAND_LINE, {key: value}, places)


def trouble_of_path(path: Path, name: str) -> str:
    """Return why there is nothing to read."""
    if is_folder(path):
        return f"{name} is a folder; name a file"
    if exists(path):
        return f"{name} is no regular file"
    return f"there is no file {shortened(name, 300)}"


def shown(path: str | Path) -> str:
    """Return a path as people name it: relative where it lies below the folder they are in."""
    path = Path(path)
    folder = Path.cwd()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def merge(below: Section, above: Section) -> Section:
    """Return a section with another one over it: sections are merged, all else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            value = merge(under, value)
        merged[key] = value
    return merged
