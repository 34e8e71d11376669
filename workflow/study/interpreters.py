"""Find the interpreters of the configuration and make sure that they start."""

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from study.config import ConfigError
from supervisor.child import clean_environment

PROBE = """
import sys
sys.path[:] = filter(None, sys.path)  # not the current folder, where a json.py may lie
import json, platform
libraries = {}
for name in sys.argv[1:]:
    try:
        from importlib.metadata import version
        libraries[name] = version(name)
    except ImportError:
        pass
numbers = sys.version_info[:2]
print(json.dumps([sys.version, platform.python_implementation(), numbers, libraries]))
"""
OLDEST = (3, 9)
FOLDER = ".interpreters"  # where `make interpreters` puts them


class Interpreter(NamedTuple):
    """A command that starts, and the text by which a change of build is noticed."""

    command: str
    identity: str
    libraries: dict  # versions of those present

    def versions_of(self, names):
        """Return the versions of libraries in words, such as "joblib 1.6.0"; absent ones not."""
        return ", ".join(
            f"{name} {self.libraries[name]}" for name in names if name in self.libraries
        )


class Unusable(Exception):
    """Why an interpreter cannot be used, as the rest of a sentence that begins with its command."""


def find_interpreters(configured, used, libraries=()):
    """Return the interpreters whose names are in `used`; `configured` maps names to commands.

    `libraries` are the distributions whose versions are asked for.
    """
    return {
        name: find_interpreter(name, command, libraries)
        for name, command in configured.items()
        if name in used
    }


def find_interpreter(name, command, libraries=()):
    """Start one interpreter and return it; raises `ConfigError` in one sentence if it cannot."""
    words = [sys.executable] if command == "auto" else shlex.split(command)
    try:
        return Interpreter(shlex.join(words), *identity_of(words, libraries))
    except Unusable as what:
        raise ConfigError(trouble(name, words, what)) from None


def identity_of(words, libraries=()):
    """Start an interpreter; return its implementation and `sys.version`, and a dict of versions.

    Raises `Unusable`.
    """
    if shutil.which(words[0]) is None:
        raise Unusable("does not exist" if "/" in words[0] else "is not on PATH")
    try:
        probe = subprocess.run(
            [*words, "-c", PROBE, *libraries],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=clean_environment(Path(tempfile.gettempdir())),
            timeout=60,
            check=True,
        )
        version, implementation, numbers, found = json.loads(probe.stdout.splitlines()[-1])
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or [f"exit code {error.returncode}"]
        # A traceback says last what was wrong, other programs first.
        said = lines[-1 if lines[0].startswith("Traceback") else 0]
        if said.startswith("pyenv: "):
            said += "; its version is not active, so name its path or activate it by `pyenv global`"
        raise Unusable(f"does not start ({said})") from None
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError) as error:
        raise Unusable(f"does not start ({error})") from None
    if tuple(numbers) < OLDEST:
        raise Unusable(f"is Python {'.'.join(map(str, numbers))}, older than 3.9")
    return f"{implementation} {' '.join(version.split())}", found


def trouble(name, words, what):
    """Return the one sentence: which entry, what was tried, how to install, how to leave out."""
    install = way_to_install(name, words)
    return (
        f"interpreters.{name}: {shlex.join(words)!r} {what}; install it ({install}), name another "
        f"command or path, or leave it out by an overlay with `interpreters: {{{name}: null}}`"
    )


def way_to_install(name, words):
    """Return the command that installs an interpreter, or the usual programs for it."""
    if name in ("cpython_new", "free_threaded") or words[0].startswith(f"{FOLDER}/"):
        return "make interpreters"
    return "make setup" if "pypy" in name.lower() else "apt-get install python3, or uv or pyenv"
