"""Install interpreters without root, each with the libraries it can have; `make interpreters`.

.interpreters/<name> is a virtual environment and .interpreters/downloads holds the interpreters
that uv downloaded; local.yaml then names the environments. Run again, it adds what is missing.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from setup.local_overlay import OverlayError, interpreters_in, with_interpreters
from study.interpreters import INSTALLED, Unusable, check_version, identity_of
from study.layers import ROOT

WANTED_INTERPRETERS = {"cpython_314": "3.14", "cpython_314t": "3.14t", "pypy": "pypy3.11"}
HEADER = "# This machine's own overlay over config.yaml, which every study here loads.\n"


class InstallError(Exception):
    """Why an interpreter or a library could not be installed, in one line."""


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "wanted",
        metavar="name=interpreter",
        nargs="*",
        type=name_and_value,
        help="a path or command that is there, a version that uv knows, or none to leave it out",
    )
    parser.add_argument("--only", action="store_true", help="leave out what is not named")
    parsed = parser.parse_args(arguments)
    wanted = ({} if parsed.only else WANTED_INTERPRETERS) | dict(parsed.wanted)
    os.chdir(ROOT)
    try:
        interpreters_in(overlay_text())  # a mistake in it is better known before the downloads
        installed = install_all({name: one for name, one in wanted.items() if one != "none"})
        if installed:
            Path("local.yaml").write_text(with_interpreters(overlay_text(), installed), "utf-8")
    except OverlayError as error:
        sys.exit(f"local.yaml: {error}")
    if not installed:
        sys.exit("No interpreter was installed; one that is there may be named: see the README.")
    print(f"local.yaml names {', '.join(installed)}.")


def name_and_value(text):
    """Return (name, value) of an argument name=value."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not name=interpreter")
    return name, value


def overlay_text():
    """Return the text of local.yaml, or how a new one begins."""
    path = Path("local.yaml")
    return path.read_text(encoding="utf-8") if path.exists() else HEADER


def install_all(wanted):
    """Install every interpreter that can be; return their commands by name."""
    installed = {}
    for name, interpreter in wanted.items():
        print(f"{name}: installing {interpreter} and the libraries it can have ...", flush=True)
        try:
            installed[name] = make_environment(name, base_interpreter(name, interpreter))
        except (InstallError, Unusable) as error:
            complain(f"{name}: {interpreter} {error}")
            continue
        for library in peer_libraries():
            try:
                install_library(installed[name], library)
            except InstallError as error:
                complain(f"{name}: goes without {library}, which {error}")
    return installed


def complain(line):
    print(line, file=sys.stderr, flush=True)


def base_interpreter(name, interpreter):
    """Return the command of an interpreter that is there, or else of one that uv downloads."""
    words = shlex.split(interpreter)
    if "/" in interpreter or shutil.which(words[0]):
        return words
    # A folder each: in a common one uv might find the free-threaded build when asked for another.
    folder = Path(INSTALLED, "downloads", name).resolve()
    environment = os.environ | {"UV_PYTHON_INSTALL_DIR": str(folder)}
    uv = [sys.executable, "-I", "scripts", "run_uv", "python"]
    install = [*uv, "install", "--no-cache", "--no-progress", "--no-bin", interpreter]
    output_of(install, "could not be downloaded", environment)
    find = [*uv, "find", "--managed-python", "--no-project", interpreter]
    return [output_of(find, "was not found after the download", environment).strip()]


def make_environment(name, base):
    """Make the virtual environment of an interpreter, unless it is there; return its command."""
    folder = Path(INSTALLED, name)
    command = str(folder / "bin" / "python")
    identity, *_ = identity_of(base)
    check_version(name, identity)
    try:
        there = identity_of([command])[0] == identity
    except Unusable:
        there = False
    if not there:
        failure = "makes no virtual environment"
        try:
            output_of([*base, "-I", "-m", "venv", "--clear", str(folder)], failure)
        except InstallError:
            shutil.rmtree(folder, ignore_errors=True)  # half of one, which starts and has no pip
            raise
    return command


def peer_libraries():
    """Return the libraries that strategies use, of pyproject.toml."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    return project["dependency-groups"]["libraries"]


def install_library(command, library):
    """Install a library and all that it needs from wheels: a user may have no compiler."""
    pip = [command, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    output_of([*pip, "--only-binary", ":all:", library], "could not be installed from wheels")


def output_of(command, failure, environment=None):
    """Return what a command prints; raises `InstallError` with the failure and what it said."""
    ended = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", errors="replace"
    )
    if ended.returncode:
        raise InstallError(f"{failure} ({first_error(ended.stderr or ended.stdout)})")
    return ended.stdout


def first_error(said):
    """Return the first error in the words of pip or uv, with the cause that uv gives last.

    Where Debian has no ensurepip, venv says in a line of its own what to install.
    """
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it said nothing"]
    errors = [line for line in lines if line.lower().startswith(("error: ", "apt install "))]
    first = (errors or lines[-1:])[0]
    causes = [line for line in lines if line.lower().startswith(("cause: ", "caused by: "))]
    return ": ".join(
        cut_to_width(line.partition(": ")[2] or line) for line in [first, *causes[-1:]]
    )


def cut_to_width(line):
    return line if len(line) <= 120 else f"{line[:117]}..."
