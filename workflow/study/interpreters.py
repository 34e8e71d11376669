"""Find the interpreters of the configuration and make sure that they start."""

import json
import shlex
import shutil
import subprocess
import sys
from typing import NamedTuple

from study.config import ConfigError

PROBE = """
import json, platform, sys
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
    if shutil.which(words[0]) is None:
        raise ConfigError(trouble(name, words, "is not on PATH"))
    try:
        probe = subprocess.run(
            [*words, "-c", PROBE, *libraries],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        version, implementation, numbers, found = json.loads(probe.stdout.splitlines()[-1])
    except subprocess.CalledProcessError as error:
        said = (error.stderr.strip().splitlines() or [f"exit code {error.returncode}"])[0]
        raise ConfigError(trouble(name, words, f"does not start ({said})")) from None
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError) as error:
        raise ConfigError(trouble(name, words, f"does not start ({error})")) from None
    if tuple(numbers) < OLDEST:
        number = ".".join(map(str, numbers))
        raise ConfigError(trouble(name, words, f"is Python {number}, older than 3.9"))
    identity = f"{implementation} {' '.join(version.split())}"
    return Interpreter(shlex.join(words), identity, found)


def trouble(name, words, what):
    """Return the one sentence: which entry, what was tried, how to install, how to leave out."""
    install = "make setup" if "pypy" in name.lower() else "apt-get install python3, or uv or pyenv"
    return (
        f"interpreters.{name}: {shlex.join(words)!r} {what}; install it ({install}), name another "
        f"command or path, or leave it out by an overlay with `interpreters: {{{name}: null}}`"
    )
