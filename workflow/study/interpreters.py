"""Find the interpreters of the configuration and make sure that they start."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from study.mistake import ConfigError, shortened
from study.user_paths import exists, is_file, is_folder, with_home
from supervisor.child import clean_environment

QUESTION = """
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
def built():
    if hasattr(sys, "pypy_translation_info"):
        return ["JIT" if sys.pypy_translation_info.get("translation.jit") else "no JIT"]
    from sysconfig import get_config_var, get_scheme_names
    flags = get_config_var("CONFIG_ARGS")
    pgo, lto = "--enable-optimizations" in flags, "--with-lto" in flags
    words = [("" if pgo else "no ") + "PGO", ("" if lto else "no ") + "LTO"]
    # Debian asks for both in its own rules, and takes them out of what its Python says of itself.
    if not (pgo or lto) and "deb_system" in get_scheme_names():
        words = ["PGO", "LTO by Debian's rules"]
    jit = getattr(sys, "_jit", None)  # from 3.14 on
    if jit and jit.is_available():
        words.append("JIT" if jit.is_enabled() else "JIT off")
    parts = [("Py_DEBUG", "debug"), ("Py_GIL_DISABLED", "free-threaded")]
    return words + [word for name, word in parts if get_config_var(name)]
try:
    build = ", ".join(built())
except (ImportError, TypeError):  # Debian's python3-minimal does not say
    build = ""
print(json.dumps([sys.version, platform.python_implementation(), numbers, libraries, build]))
"""
OLDEST = (3, 9)
INSTALLED = ".interpreters"  # where `make interpreters` puts them


class Interpreter(NamedTuple):
    """A command that starts, and the text by which a change of build is noticed."""

    command: str
    identity: str
    libraries: dict[str, str]  # versions of those present
    build: str = ""  # such as "PGO, no LTO, JIT off, debug"; empty where it does not say

    def versions_of(self, names: Iterable[str]) -> str:
        """Return the versions of libraries in words, such as "joblib 1.6.0"; absent ones not."""
        return ", ".join(
            f"{name} {self.libraries[name]}" for name in names if name in self.libraries
        )


class Unusable(Exception):
    """Why an interpreter cannot be used, as the rest of a sentence that begins with its command."""


def find_interpreters(
    configured: Mapping[str, str | None], used: Collection[str], libraries: Iterable[str] = ()
) -> dict[str, Interpreter]:
    """Return the interpreters whose names are in `used`; `configured` maps names to commands.

    `libraries` are the distributions whose versions are asked for.
    """
    return {
        name: find_interpreter(name, command, libraries)
        for name, command in configured.items()
        if name in used and command is not None
    }


def understands_any(commands: Mapping[str, str], path: str | Path) -> bool:
    """Return whether one of the interpreters (commands by name) can compile a file.

    Also if one of them does not start: that is another mistake, which is found later.
    """
    compiling = "import sys; compile(open(sys.argv[1], 'rb').read(), sys.argv[1], 'exec')"
    for name, command in commands.items():
        with suppress(OSError, subprocess.TimeoutExpired):
            ended = subprocess.run(
                [*words_of(name, command), "-c", compiling, path],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=clean_environment(Path(tempfile.gettempdir())),
                timeout=60,
            )
            if ended.returncode == 0 or b"SyntaxError" not in ended.stderr:
                return True
    return False


def find_interpreter(name: str, command: str, libraries: Iterable[str] = ()) -> Interpreter:
    """Start one interpreter and return it; raises `ConfigError` in one sentence if it cannot."""
    words = words_of(name, command)
    try:
        found = Interpreter(shlex.join(words), *identity_of(words, libraries))
        check_version(name, found.identity)
        return found
    except Unusable as what:
        raise mistake_in(name, words, what) from None


def words_of(name: str, command: str) -> list[str]:
    """Return the words of a command, or a path, spaces and all, as one; raises `ConfigError`.

    No shell reads it: of what a shell would do, quotes and a "~" at the beginning are understood.
    """
    if command == "auto":
        return [sys.executable]
    if is_file(command):
        return [command]
    try:
        program, *options = shlex.split(command) or [""]
    except ValueError as error:
        answer = f"{command!r} cannot be split into words: {str(error).lower()}"
        raise ConfigError(("interpreters", name), answer) from None
    if not program:
        answer = "names no program; write a command or path, auto, or null to leave it out"
        raise ConfigError(("interpreters", name), f"{command!r} {answer}")
    return [with_home(program), *options]


def identity_of(
    words: Sequence[str], libraries: Iterable[str] = ()
) -> tuple[str, dict[str, str], str]:
    """Start an interpreter; return the fields of `Interpreter` behind its command.

    Raises `Unusable`.
    """
    if shutil.which(words[0]) is None:
        raise Unusable(why_not_found(words))
    try:
        probe = subprocess.run(
            [*words, "-c", QUESTION, *libraries],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=clean_environment(Path(tempfile.gettempdir())),
            timeout=60,
            check=True,
        )
        version, implementation, numbers, found, build = json.loads(probe.stdout.splitlines()[-1])
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or [f"exit code {error.returncode}"]
        # A traceback says last what was wrong, other programs first.
        said = lines[-1 if lines[0].startswith("Traceback") else 0]
        if said.startswith("pyenv: "):
            said += "; its version is not active, so name its path or activate it by `pyenv global`"
        raise Unusable(f"does not start ({said})") from None
    except subprocess.TimeoutExpired:
        raise Unusable("does not start (no answer in 60 s)") from None
    except OSError as error:
        raise Unusable(f"does not start ({error.strerror})") from None
    except (ValueError, TypeError, IndexError):
        raise Unusable("does not start (it does not answer as a Python does)") from None
    if tuple(numbers) < OLDEST:
        raise Unusable(f"is Python {'.'.join(map(str, numbers))}, older than 3.9")
    return f"{implementation} {' '.join(version.split())}", found, build


def check_version(name: str, identity: str) -> None:
    """Raise `Unusable` if a name such as ``cpython_314t`` says another version than it is."""
    said = re.fullmatch(r"cpython_(\d)(\d+)(t?)", name)
    if said is None:
        return
    major, minor, free = said.groups()
    version, _, _ = identity.partition(" (")
    if not version.startswith(f"CPython {major}.{minor}.") or bool(free) != ("free" in version):
        raise Unusable(f"is {version}, which is not what its name says")


def why_not_found(words: Sequence[str]) -> str:
    """Return why no program can be started by these words."""
    if "/" not in words[0]:
        return "is not on PATH"
    if is_folder(words[0]):
        return "is a folder; name the program in it"
    if exists(words[0]):
        return f"is not executable; type `chmod +x {shlex.quote(words[0])}`"
    spaced = "; a path with a space needs quotes inside the quotes" if words[1:] else ""
    return f"does not exist{spaced}"


def mistake_in(name: str, words: Sequence[str], what: Unusable) -> ConfigError:
    """Return the mistake: which entry, what was tried, how to install, how to leave out."""
    install = how_to_install(name, words)
    return ConfigError(
        ("interpreters", name),
        f"{shortened(shlex.join(words), 300)!r} {what}; install it ({install}), name another "
        f"command or path, or leave it out by an overlay with `interpreters: {{{name}: null}}`",
    )


def how_to_install(name: str, words: Sequence[str]) -> str:
    """Return the command that installs an interpreter, or the usual programs for it."""
    if name in ("cpython_314", "cpython_314t") or words[0].startswith(f"{INSTALLED}/"):
        return "make interpreters"
    return "make setup" if "pypy" in name.lower() else "apt-get install python3, or uv or pyenv"
