"""Read the configuration when Snakemake starts; a mistake ends it with one line."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from study.folder import FolderError, check_writable
from study.layers import ROOT, read_file, read_layers
from study.mistake import ConfigError
from study.schema import check_schema
from study.snakemake_internals import (
    CommandLine,
    Workflow,
    command_line,
    is_main_process,
    read_overlays_by,
)
from study.types import Config
from study.user_paths import is_file

if TYPE_CHECKING:  # what it needs is not on the path yet, or slow
    from study.matrix import Matrix

OVERLAY_ENDINGS = (".yaml", ".yml", ".json")


def check_command_line(arguments: CommandLine) -> None:
    """Look at all that Snakemake is about to read, before it does; for profiles/default.

    `arguments` are Snakemake's own. It reads overlays before the Snakefile, and what it says of a
    mistake in one is a traceback, or no more than that there is one.
    """
    with ending_in_one_line():
        check_folder(arguments.directory or ".")
        overlays, settings = arguments.configfile or [], arguments.config or []
        for setting in settings:
            check_setting(setting)
        check_overlays(overlays)
        layers = read_layers(overlays, settings, arguments.replace_workflow_config)
        with layers.locating():
            check_schema(layers.config)
    # Now they are right, but Snakemake would refuse one that holds no keys, only comments.
    read_overlays_by(lambda path: read_file(path).values)


def read_study(workflow: Workflow) -> tuple[Config, "Matrix"]:
    """Return the configuration and its `Matrix`, for the Snakefile."""
    from study.matrix import read_matrix  # not for the command line, which has to be quick

    with ending_in_one_line():
        check_folder(".")
        layers = read_layers(*command_line(workflow))
        with layers.locating():
            config = check_schema(layers.config)
            matrix = read_matrix(config)
        check_writable(f"results/{config['study']}")
    if is_main_process(workflow):
        for name in matrix.left_out:
            reason = "left out, since all its interpreters are null or all its cells are excluded"
            print(layers.locate(ConfigError(("experiments", name), reason)), file=sys.stderr)
    return config, matrix


@contextmanager
def ending_in_one_line() -> Iterator[None]:
    """End Snakemake with the one line that a mistake or a folder's trouble is."""
    try:
        yield
    except (ConfigError, FolderError) as mistake:
        raise SystemExit(str(mistake)) from None


def check_folder(folder: str | Path) -> None:
    """Raise `ConfigError` unless Snakemake works in the folder in which the study lies."""
    if Path(folder).resolve() != ROOT:
        raise ConfigError(
            (),
            f"this study runs in its own folder, so type `cd {ROOT}` first and leave out "
            "--directory and --snakefile; its results go to results/",
        )


def check_setting(setting: str) -> None:
    """Raise `ConfigError` unless an argument of --config is a key with a value."""
    if "=" not in setting:
        is_file_name = setting.endswith(OVERLAY_ENDINGS)
        meant = f"; a file is named by --configfile {setting}" if is_file_name else ""
        raise ConfigError((), f"{setting!r} is no key=value{meant}", "--config")


def check_overlays(overlays: Sequence[Path]) -> None:
    """Raise `ConfigError` if a target was taken for an overlay."""
    for path in overlays[1:]:
        if path.suffix not in OVERLAY_ENDINGS and not is_file(path):
            raise ConfigError(
                (),
                f"takes every word behind it for a file; write the target first: "
                f"snakemake {path} --configfile {overlays[0]}",
                "--configfile",
            )
