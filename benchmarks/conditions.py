"""Run a tiny study under the conditions of real people's machines; a line for each.

``python benchmarks/conditions.py`` tries all of them, ``python benchmarks/conditions.py NAME …``
some. What is wanted of a condition: the same runs with the same statuses as on an ordinary machine.
Some need root, and say so. `make setup` comes first.
"""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[1]
CODE = ["Snakefile", "config.yaml", "profiles", "scripts", "workflow", ".venv"]
SNAKEMAKE = [".venv/bin/snakemake", "runs", "--configfile", "tiny.yaml"]
USER = 1234  # of nobody
STRATEGIES = ["serial", "argument", "global", "initializer", "manager_list", "shared_memory"]
STRATEGIES += ["from_disk"]
HOSTILE = {
    "PYTHONSAFEPATH": "1", "PYTHONHOME": "/nonexistent", "PYTHONPATH": "hostile",
    "PYTHONWARNINGS": "error", "PYTHONOPTIMIZE": "2", "PYTHONSTARTUP": "/nonexistent",
    "PYTHONHASHSEED": "7", "PIP_USER": "1",
}  # fmt: skip
ROOT = os.getuid() == 0


def tiny_study():
    """Return an overlay: seven strategies, by fork and forkserver, one run each."""
    names = yaml.safe_load((PROJECT / "config.yaml").read_text(encoding="utf-8"))["experiments"]
    return {
        "study": "tiny",
        "interpreters": {"pypy": "pypy3" if shutil.which("pypy3") else None},
        "memory_floor_percent": 0,
        "memory_floor_mib": 0,
        "quiet_percent": 0,  # waits for nothing
        "defaults": {
            "workers": [2],
            "jobs": [3],
            "min_repeats": 1,
            "max_repeats": 1,
            "figures": [],
        },
        "experiments": dict.fromkeys(names)
        | {
            "tiny": {
                "question": "Does it work here?",
                "strategies": STRATEGIES,
                "sizes": [1000],
                "start_methods": ["fork", "forkserver"],
            }
        },
    }


class NotHere(Exception):
    """The condition cannot be made on this machine; the message says why."""


class Place:
    """A copy of the project in a folder of its own, and how Snakemake is called there."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        for name in CODE:
            source = PROJECT / name
            if name == ".venv":
                (self.folder / name).symlink_to(source)
            elif source.is_dir():
                shutil.copytree(
                    source, self.folder / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(source, self.folder)
        (self.folder / "tiny.yaml").write_text(yaml.safe_dump(tiny_study()), encoding="utf-8")

    def run(self, *before, shell=None, without=(), **variables):
        """Call Snakemake behind the words `before`, or by the line `shell`; return how it ended."""
        environment = {name: value for name, value in os.environ.items() if name not in without}
        command = ["/bin/bash", "-c", shell] if shell else [*before, *SNAKEMAKE]
        return subprocess.run(
            command, cwd=self.folder, env=environment | variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
        )  # fmt: skip

    def rows(self):
        """Return the status of every run, by what distinguishes it."""
        path = self.folder / "results" / "tiny" / "runs.csv"
        if not path.exists():
            return {}
        with path.open(encoding="utf-8", newline="") as file:
            key = ("interpreter", "strategy", "start_method", "size", "workers")
            return {tuple(row[name] for name in key): row["status"] for row in csv.DictReader(file)}


def ordinary(base):
    place = Place(base / "ordinary")
    return place, place.run()


def folder_that_a_shell_must_quote(base):
    place = Place(base / "My Projects" / "it's ä (2) & $x; y")
    return place, place.run()


def folder_reached_by_a_link(base):
    place = Place(base / "real")
    (base / "link").symlink_to(place.folder)
    return place, place.run("env", "--chdir", str(base / "link"))


def folder_that_was_moved(base):
    place = Place(base / "before")
    place.run()
    place.folder = place.folder.rename(base / "after")
    ended = place.run()
    assert b"Nothing to be done" in ended.stdout, ended.stdout.decode()
    return place, ended


def user_without_home_and_name(base):
    place = Place(base / "homeless")
    subprocess.run(["chown", "-R", "-h", f"{USER}:{USER}", place.folder], check=True)
    for parent in place.folder.parents:
        if parent.is_relative_to(tempfile.gettempdir()):  # some are made for one user alone
            parent.chmod(parent.stat().st_mode | 0o055)
    words = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    asked = [*words, "sh", "-c", "exec .venv/bin/python -c pass"]
    if subprocess.run(asked, cwd=place.folder, stderr=subprocess.DEVNULL).returncode:
        raise NotHere("the Python of .venv is root's alone")
    return place, place.run(*words, without=("HOME", "TMPDIR"), TMPDIR="/tmp")


def locale_of_ascii(base):
    place = Place(base / "übung")
    return place, place.run(without=("LANG",), LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")


def locale_of_latin_1(base):
    place = Place(base / "latin")
    (base / "locales").mkdir()
    made = ["localedef", "-i", "en_US", "-f", "ISO-8859-1", base / "locales/en_US.ISO-8859-1"]
    subprocess.run(made, stderr=subprocess.DEVNULL)
    return place, place.run(LC_ALL="en_US.ISO-8859-1", LOCPATH=str(base / "locales"))


def long_temporary_folder(base):
    folder = base / ("t" * (80 - len(str(base)) - 1))
    folder.mkdir()
    place = Place(base / "long")
    return place, place.run(TMPDIR=str(folder))


def small_shared_memory(base):
    place = Place(base / "small")
    mount = "mount -t tmpfs -o size=8m tmpfs /dev/shm"
    return place, place.run("unshare", "--mount", "sh", "-c", f'{mount} && exec "$@"', "sh")


def surroundings_of_another_python(base):
    place = Place(base / "hostile")
    for name in ("json", "csv", "random", "yaml"):
        (place.folder / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    for name in ("supervisor", "study", "sharing", "tables"):
        (place.folder / "hostile" / name).mkdir(parents=True)
        (place.folder / "hostile" / name / "__init__.py").write_text("raise SystemExit('wrong')\n")
    return place, place.run(**HOSTILE)


def nobody_reads(base):
    """The pipe closes in the middle: it ends at once, and the same command goes on."""
    place = Place(base / "pipe")
    cut = place.run(shell=f"{' '.join(SNAKEMAKE)} 2>&1 | head -3")
    assert cut.returncode == 0
    return place, place.run()


def closed_streams(base):
    place = Place(base / "closed")
    return place, place.run(shell=f"{' '.join(SNAKEMAKE)} <&- >&-")


def hung_up(base):
    place = Place(base / "nohup")
    return place, place.run("nohup")


CONDITIONS = {
    function.__name__: function
    for function in (
        ordinary, folder_that_a_shell_must_quote, folder_reached_by_a_link, folder_that_was_moved,
        user_without_home_and_name, locale_of_ascii, locale_of_latin_1, long_temporary_folder,
        small_shared_memory, surroundings_of_another_python, nobody_reads, closed_streams, hung_up,
    )
}  # fmt: skip
NEED_ROOT = ("user_without_home_and_name", "small_shared_memory")


def try_condition(name, base):
    """Return (rows, what was said) of a tiny study under a condition, in the folder `base`."""
    place, ended = CONDITIONS[name](base)
    said = ended.stdout.decode(errors="replace")
    assert "Traceback" not in said, said
    return place.rows(), said


def main(names):
    names = names or [name for name in CONDITIONS if name != "ordinary"]
    with tempfile.TemporaryDirectory(prefix="c-") as folder:
        wanted, said = try_condition("ordinary", made(Path(folder, "0")))
        print(f"ordinary: {len(wanted)} runs, {sum(s == 'ok' for s in wanted.values())} ok")
        failed = not wanted
        for number, name in enumerate(names, 1):
            if name in NEED_ROOT and not ROOT:
                print(f"{name}: not tried, needs root")
                continue
            try:
                rows, said = try_condition(name, made(Path(folder, str(number))))
            except NotHere as why:
                print(f"{name}: not tried, {why}")
                continue
            print(f"{name}: {'as wanted' if rows == wanted else 'OTHER'}", flush=True)
            if rows != wanted:
                failed = True
                print(said[-2000:], set(rows.items()) ^ set(wanted.items()))
    return failed


def made(folder):
    """Return a folder, made."""
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
