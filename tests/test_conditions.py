"""The same rows with the same statuses under the conditions of real people's machines."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tiny_study import needs_root, statuses, tiny_study

ENVIRONMENT = Path(sys.prefix)
USER = 1234  # of nobody
SOME = ("manager_list", "shared_memory")  # what every condition may spoil: sockets, shared memory
HOSTILE = {
    "PYTHONSAFEPATH": "1", "PYTHONHOME": "/nonexistent", "PYTHONPATH": "hostile",
    "PYTHONWARNINGS": "error", "PYTHONOPTIMIZE": "2", "PYTHONSTARTUP": "/nonexistent",
    "PYTHONHASHSEED": "7", "PIP_USER": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
def base():
    """A folder that other users may pass; pytest closes its own to them whenever it starts."""
    with tempfile.TemporaryDirectory(prefix="c") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def place(base):
    """Make the folder of a study below `base`, in which people type `.venv/bin/snakemake`."""
    if "-I" not in (ENVIRONMENT / "bin" / "snakemake").read_text():
        pytest.skip("`make setup` makes the environment in which this is tried")

    def place(name):
        study = tiny_study(base / name, SOME)
        (study.path / ".venv").symlink_to(ENVIRONMENT)
        study.command = [".venv/bin/snakemake"]
        return study

    return place


@pytest.fixture(scope="module")
def wanted(place):
    """The rows of an ordinary machine."""
    study = place("ordinary")
    study.snakemake("runs").check()
    assert set(statuses(study).values()) == {"ok"}
    return statuses(study)


def folder_that_a_shell_must_quote(place, base):
    study = place("My Projects/it's ä (2) & $x; y")
    return study, study.snakemake("runs")


def folder_reached_by_a_link(place, base):
    study = place("real")
    (base / "link").symlink_to(study.path)
    return study, study.snakemake("runs", before=("env", "--chdir", str(base / "link")))


def folder_that_was_moved(place, base):
    study = place("before")
    study.snakemake("runs")
    study.path = study.path.rename(base / "after")
    ended = study.snakemake("runs")
    assert "Nothing to be done" in ended.terminal
    return study, ended


def user_without_home_and_name(place, base):
    study = place("homeless")
    subprocess.run(["chown", "-R", "-h", f"{USER}:{USER}", study.path], check=True)
    for parent in study.path.parents:
        if parent.is_relative_to(tempfile.gettempdir()):  # some are made for one user alone
            parent.chmod(parent.stat().st_mode | 0o055)
    words = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")
    asked = [*words, "sh", "-c", "exec .venv/bin/python -c pass"]
    if subprocess.run(asked, cwd=study.path, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("the Python of .venv is root's alone")
    return study, study.snakemake("runs", before=words, HOME=None, TMPDIR="/tmp")


def locale_of_ascii(place, base):
    variables = {"LANG": None, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    study = place("übung")
    return study, study.snakemake("runs", **variables)


def locale_of_latin_1(place, base):
    made = base / "en_US.ISO-8859-1"
    subprocess.run(["localedef", "-i", "en_US", "-f", "ISO-8859-1", made], capture_output=True)
    study = place("latin")
    return study, study.snakemake("runs", LC_ALL=made.name, LOCPATH=str(base))


def long_temporary_folder(place, base):
    folder = base / ("t" * (80 - len(str(base)) - 1))
    folder.mkdir()
    study = place("long")
    return study, study.snakemake("runs", TMPDIR=str(folder))


def small_shared_memory(place, base):
    mount = 'mount -t tmpfs -o size=8m tmpfs /dev/shm && exec "$@"'
    study = place("small")
    return study, study.snakemake("runs", before=("unshare", "--mount", "sh", "-c", mount, "sh"))


def surroundings_of_another_python(place, base):
    study = place("hostile")
    for name in ("json", "csv", "random", "yaml"):
        (study.path / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    for name in ("supervisor", "study", "sharing", "tables"):
        (study.path / "hostile" / name).mkdir(parents=True)
        (study.path / "hostile" / name / "__init__.py").write_text("raise SystemExit('wrong')\n")
    return study, study.snakemake("runs", **HOSTILE)


def nobody_reads(place, base):
    """The pipe closes in the middle: it ends at once, and the same command goes on."""
    study = place("pipe")
    study.snakemake("runs", before=("sh", "-c", '"$@" 2>&1 | head -3', "sh")).check()
    return study, study.snakemake("runs")


def closed_streams(place, base):
    study = place("closed")
    return study, study.snakemake("runs", before=("sh", "-c", 'exec "$@" <&- >&-', "sh"))


def hung_up(place, base):
    study = place("nohup")
    return study, study.snakemake("runs", before=("nohup",))


def slow(condition, *marks):
    return pytest.param(condition, marks=[pytest.mark.slow, *marks])


CONDITIONS = [
    folder_that_a_shell_must_quote,
    pytest.param(user_without_home_and_name, marks=needs_root),
    locale_of_ascii,
    surroundings_of_another_python,
    nobody_reads,
    # Those that are tried in another way, too.
    slow(folder_reached_by_a_link),
    slow(folder_that_was_moved),
    slow(locale_of_latin_1),
    slow(long_temporary_folder),
    slow(small_shared_memory, needs_root),
    slow(closed_streams),
    slow(hung_up),
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_condition_changes_nothing(condition, wanted, place, base):
    study, ended = condition(place, base)
    assert "Traceback" not in ended.terminal
    assert statuses(study) == wanted, ended.terminal
