"""`make interpreters` with stand-ins for uv and the interpreters: nothing is downloaded."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml
from study_folder import copy_project

# Knows every version that it is asked for but one, and "downloads" the stand-in interpreter.
UV = """#!/bin/sh
echo "$@" >>"$CALLS"
for version; do :; done
if [ "$version" = "$UNKNOWN" ]; then
    printf 'error: Failed to install %s\\n' "$version" >&2
    printf '  cause: %s\\n' 'Request failed' 'no network' >&2
    exit 1
fi
case "$2" in
install)
    mkdir -p "$UV_PYTHON_INSTALL_DIR"
    cp "$STAND_IN" "$UV_PYTHON_INSTALL_DIR/python$version" ;;
find) echo "$UV_PYTHON_INSTALL_DIR/python$version" ;;
esac
"""
# Makes an environment that holds itself, and has wheels of every library but one.
PYTHON = """#!/bin/sh
echo "$@" >>"$CALLS"
for last; do :; done
case "$*" in
"-I -m venv "*) mkdir -p "$last/bin" && cp "$0" "$last/bin/python" ;;
"-I -m pip "*)
    if [ "$last" = "$WITHOUT_WHEELS" ]; then
        echo "ERROR: No matching distribution found for $last" >&2
        exit 1
    fi ;;
*)
    case $0 in *3*14t*) free=" free-threading build" ;; esac
    echo "[\\"3.14.0$free (stand-in)\\", \\"CPython\\", [3, 14], {}, \\"\\"]" ;;
esac
"""


class Checkout:
    """A copy of the project in which the script runs."""

    def __init__(self, folder):
        copy_project(folder / "project", ["scripts", "workflow"])
        self.path = folder / "project"
        groups = '[dependency-groups]\nlibraries = ["numpy", "ray>=2"]\n'
        (self.path / "pyproject.toml").write_text(groups)
        self.calls = folder / "calls"
        self.stand_in = self.program(folder / "python", PYTHON)
        self.uv = self.program(folder / "uv", UV)
        for name in ("cp", "mkdir"):  # and no interpreter that this machine has
            (folder / name).symlink_to(shutil.which(name))
        self.environment = os.environ | {
            "PATH": str(folder),
            "CALLS": str(self.calls),
            "STAND_IN": str(self.stand_in),
            "UNKNOWN": "",
            "WITHOUT_WHEELS": "",
        }

    @staticmethod
    def program(path, text):
        path.write_text(text)
        path.chmod(0o755)
        return path

    def install(self, *arguments, **environment):
        """Run the script and return how it ended; `called` then holds the stand-ins' arguments."""
        self.calls.write_text("")
        ended = subprocess.run(
            [sys.executable, "scripts", "install_interpreters", *arguments],
            cwd=self.path,
            env=self.environment | environment,
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in ended.stderr
        self.called = self.calls.read_text().splitlines()
        return ended

    def named(self):
        """Return the interpreters of local.yaml."""
        return yaml.safe_load((self.path / "local.yaml").read_text())["interpreters"]


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


ALL = {name: f".interpreters/{name}/bin/python" for name in ("cpython_314", "cpython_314t", "pypy")}


def test_all_are_installed_and_named(checkout):
    ended = checkout.install()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert checkout.named() == ALL
    for command in ALL.values():
        assert os.access(checkout.path / command, os.X_OK)
    for version in ("3.14", "3.14t", "pypy3.11"):
        assert any(call.endswith(f"--no-bin {version}") for call in checkout.called)
    for library in ("numpy", "ray>=2"):
        assert sum(call.endswith(f"--only-binary :all: {library}") for call in checkout.called) == 3


def test_second_time_keeps_the_environments_and_the_text(checkout):
    checkout.install()
    text = (checkout.path / "local.yaml").read_text()
    marks = [(checkout.path / command).with_name("mark") for command in ALL.values()]
    for mark in marks:
        mark.write_text("")
    checkout.install().check_returncode()
    assert all(mark.exists() for mark in marks)
    assert not any(call.startswith("-I -m venv ") for call in checkout.called)
    assert (checkout.path / "local.yaml").read_text() == text


def test_failed_download_is_one_line_and_the_rest_goes_on(checkout):
    (checkout.path / "local.yaml").write_text("machine: mine # my own\ninterpreters: {a: b}\n")
    ended = checkout.install(UNKNOWN="3.14t")
    assert ended.returncode == 0
    assert ended.stderr == (
        "cpython_314t: 3.14t could not be downloaded (Failed to install 3.14t: no network)\n"
    )
    assert checkout.named() == {"a": "b", "cpython_314": ALL["cpython_314"], "pypy": ALL["pypy"]}
    assert "machine: mine # my own" in (checkout.path / "local.yaml").read_text()


def test_library_without_wheels_is_left_out_with_one_line(checkout):
    ended = checkout.install("pypy=none", "cpython_314t=none", WITHOUT_WHEELS="numpy")
    assert ended.returncode == 0
    assert ended.stderr == (
        "cpython_314: goes without numpy, which could not be installed from wheels"
        " (No matching distribution found for numpy)\n"
    )
    assert any(call.endswith("ray>=2") for call in checkout.called)
    assert checkout.named() == {"cpython_314": ALL["cpython_314"]}


def test_interpreter_that_is_there_needs_no_uv(checkout):
    checkout.uv.unlink()
    given = f"mine={checkout.stand_in}"
    left_out = [f"{name}=none" for name in ALL]
    ended = checkout.install(given, *left_out)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert checkout.named() == {"mine": ".interpreters/mine/bin/python"}


def test_another_build_makes_the_environment_anew(checkout):
    checkout.install()
    checkout.program(checkout.stand_in, PYTHON.replace("3.14.0", "3.14.1"))
    checkout.install("pypy=none").check_returncode()
    made = [call.split("/")[-1] for call in checkout.called if call.startswith("-I -m venv ")]
    assert made == ["cpython_314", "cpython_314t"]


def test_another_version_than_the_name_says_is_not_installed(checkout):
    given = [f"cpython_313={checkout.stand_in}", f"cpython_314t={checkout.stand_in}"]
    ended = checkout.install("--only", *given, f"cpython_314={checkout.stand_in}")
    assert ended.returncode == 0
    assert ended.stderr.splitlines() == [
        f"{name} is CPython 3.14.0, which is not what its name says"
        for name in (one.replace("=", ": ") for one in given)
    ]
    assert checkout.named() == {"cpython_314": ALL["cpython_314"]}


def test_nothing_installed_is_a_failure_that_writes_nothing(checkout):
    ended = checkout.install("cpython_314=/no/python", "cpython_314t=none", "pypy=none")
    assert ended.returncode == 1
    first, second = ended.stderr.splitlines()
    assert first == "cpython_314: /no/python does not exist"
    assert second.startswith("No interpreter was installed")
    assert not (checkout.path / "local.yaml").exists()


def test_mistake_in_the_local_overlay_comes_before_any_download(checkout):
    (checkout.path / "local.yaml").write_text("interpreters: [\n")
    ended = checkout.install()
    assert ended.returncode == 1
    assert ended.stderr.startswith("local.yaml: is no YAML")
    assert len(ended.stderr.splitlines()) == 1
    assert checkout.called == []


# As Debian's, whose ensurepip is in a package of its own.
WITHOUT_PIP = """#!/bin/sh
for last; do :; done
case "$*" in
"-I -m venv "*)
    mkdir -p "$last/bin" && cp "$0" "$last/bin/python"
    printf 'not created successfully because ensurepip is not available\\n\\n'
    printf '    apt install python3.14-venv\\n\\nYou may need to use sudo.\\n'
    exit 1 ;;
*) echo "[\\"3.14.0 (stand-in)\\", \\"CPython\\", [3, 14], {}, \\"\\"]" ;;
esac
"""


def test_half_an_environment_is_removed_and_the_package_named(checkout, tmp_path):
    without_pip = checkout.program(tmp_path / "without_pip", WITHOUT_PIP)
    ended = checkout.install("--only", f"cpython_314={without_pip}")
    assert "makes no virtual environment (apt install python3.14-venv)" in ended.stderr
    assert not (checkout.path / ".interpreters" / "cpython_314").exists()
