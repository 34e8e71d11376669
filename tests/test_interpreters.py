"""Interpreters that are missing, do not start or are too old are named in one sentence."""

import sys
from importlib.metadata import version

import pytest

from study.interpreters import find_interpreter, find_interpreters
from study.mistake import ConfigError


def fake(folder, text):
    """Write a program that stands for an interpreter and return its path."""
    path = folder / "python9"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("echo 'pyenv: python9: command not found' >&2; exit 127", "does not start (pyenv: pyth"),
        ("exit 1", "does not start (exit code 1)"),
        ("true", "does not start"),
        ("echo hello", "does not start"),
        ("""echo '["3.8.1", "CPython", [3, 8], {}, ""]'""", "is Python 3.8, older than 3.9"),
        ("""echo '["2.7.18", "CPython", [2, 7], {}, ""]'""", "is Python 2.7, older than 3.9"),
    ],
)
def test_interpreter_that_cannot_be_used(text, answer, tmp_path):
    command = fake(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        find_interpreter("mine", command)
    line = str(raised.value)
    assert "\n" not in line
    assert line.startswith(f"interpreters.mine: '{command}' ") or line.startswith(
        f"interpreters.mine: {command!r} "
    )
    assert answer in line
    assert "`interpreters: {mine: null}`" in line


def test_interpreter_that_is_missing():
    with pytest.raises(ConfigError, match=r"^interpreters\.pypy: 'pypy99' is not on PATH; .*make"):
        find_interpreter("pypy", "pypy99")


@pytest.mark.parametrize(
    ("name", "command", "text"),
    [
        ("cpython_314", "python99", "'python99' is not on PATH; install it (make interpreters)"),
        ("cpython_314t", "/no/python3.14t", "does not exist; install it (make interpreters)"),
        ("pypy", ".interpreters/none/bin/python", "not exist; install it (make interpreters)"),
    ],
)
def test_sentence_names_the_command_that_installs(name, command, text):
    with pytest.raises(ConfigError) as raised:
        find_interpreter(name, command)
    assert text in str(raised.value)


def test_shim_of_pyenv_without_an_active_version(tmp_path):
    shim = fake(tmp_path, "echo 'pyenv: python9: command not found' >&2; echo; exit 127")
    with pytest.raises(ConfigError, match="version is not active, so name its path or activate it"):
        find_interpreter("mine", shim)


def test_interpreter_that_starts():
    found = find_interpreter("cpython", "auto")
    assert found.command == sys.executable
    assert found.identity.startswith("CPython ")
    assert found.libraries == {}
    assert find_interpreter("cpython", f"{sys.executable} -X dev").command.endswith(" -X dev")


# How an interpreter was built, in place of what the tests' own one says of itself.
BUILT = """
import sys, sysconfig, types
said, schemes, jit = {said!r}, {schemes!r}, {jit!r}
sysconfig.get_config_var = said.get
sysconfig.get_scheme_names = lambda: schemes
sys._jit = types.SimpleNamespace(is_available=lambda: jit != "", is_enabled=lambda: jit == "on")
"""


@pytest.mark.parametrize(
    ("said", "schemes", "jit", "words"),
    [
        ({"CONFIG_ARGS": "'--enable-optimizations' '--with-lto=full'"}, [], "", "PGO, LTO"),
        ({"CONFIG_ARGS": "'--with-lto'", "Py_DEBUG": 1}, [], "", "no PGO, LTO, debug"),
        ({"CONFIG_ARGS": "", "Py_GIL_DISABLED": 1}, [], "", "no PGO, no LTO, free-threaded"),
        ({"CONFIG_ARGS": "", "Py_GIL_DISABLED": 0}, [], "off", "no PGO, no LTO, JIT off"),
        ({"CONFIG_ARGS": ""}, ["deb_system"], "on", "PGO, LTO by Debian's rules, JIT"),
        ({}, [], "", ""),
    ],
)  # fmt: skip
def test_how_an_interpreter_was_built(said, schemes, jit, words, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(BUILT.format(said=said, schemes=schemes, jit=jit))
    command = fake(tmp_path, f'PYTHONPATH="{tmp_path}" exec "{sys.executable}" "$@"')
    assert find_interpreter("mine", command).build == words


def test_how_pypy_was_built(pypy):
    assert find_interpreter("pypy", pypy).build == "JIT"


def test_runs_keep_how_their_interpreter_was_built(finished_study):
    built = find_interpreter("cpython", "auto").build
    assert built
    assert {row["build"] for row in finished_study.runs()} == {built}


@pytest.mark.parametrize(
    ("name", "version", "right"),
    [
        ("cpython_314", "3.14.2 (main)", True),
        ("cpython_314", "3.13.2 (main)", False),
        ("cpython_31", "3.14.2 (main)", False),
        ("cpython_314", "3.14.2 free-threading build (main)", False),
        ("cpython_314t", "3.14.2 free-threading build (main)", True),
        ("cpython_314t", "3.14.2 (main)", False),
        ("cpython_313t", "3.13.0 experimental free-threading build (main)", True),
        ("cpython_of_mine", "3.13.2 (main)", True),
    ],
)
def test_name_that_says_a_version_is_right(name, version, right, tmp_path):
    command = fake(tmp_path, f"""echo '["{version}", "CPython", [3, 14], {{}}, ""]'""")
    if right:
        assert find_interpreter(name, command).identity == f"CPython {version}"
    else:
        with pytest.raises(ConfigError, match=r"is CPython 3.*, which is not what its name says;"):
            find_interpreter(name, command)


def test_interpreter_that_is_not_used_need_not_start():
    found = find_interpreters({"cpython": "auto", "pypy": "pypy99"}, {"cpython"})
    assert list(found) == ["cpython"]


def test_versions_of_the_libraries_that_it_has():
    found = find_interpreter("cpython", "auto", ["no-such-library", "psutil", "pytest"])
    assert found.libraries == {"psutil": version("psutil"), "pytest": version("pytest")}
    assert found.versions_of(["pytest", "no-such-library"]) == f"pytest {version('pytest')}"
    assert found.versions_of([]) == ""
