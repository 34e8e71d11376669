"""Break a study as users and machines do; print what it says, and whether it then goes on.

``python benchmarks/faults.py`` tries all faults, ``python benchmarks/faults.py NAME …`` some. Of
each: one sentence that names the file and the next step, no traceback, and after the repair the
same command ends with the same runs as an undisturbed study. Some need root. `make setup` first.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from conditions import ROOT, NotHere, Place

SHOWN = 12  # lines at the end of what it said
STUDY = "results/tiny"


def disk_full(place):
    """The results lie on a file system of 200 KiB: room for some runs."""
    return short_of_room(place, "size=200k", "size=64m")


def disk_without_inodes(place):
    return short_of_room(place, "nr_inodes=40", "nr_inodes=100000")


def results_read_only(place):
    """Root may write everywhere, but for a file system that is mounted so."""
    mount(place, "size=64m")
    remount(place, "ro")
    said = place.run()
    remount(place, "rw")
    return said


def run_cut_in_half(place):
    """As after a crash of the machine: the second half of a run's file was never on the disk."""
    place.run()
    path = a_run(place)
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: len(text) // 2], encoding="utf-8")
    (place.folder / STUDY / "tiny" / "runs.csv").unlink()
    said = place.run()
    path.unlink()
    return said


def run_emptied(place):
    place.run()
    path = a_run(place)
    path.write_bytes(b"")
    (place.folder / STUDY / "tiny" / "runs.csv").unlink()
    said = place.run()
    path.unlink()
    return said


def run_edited_by_hand(place):
    """A spreadsheet has put semicolons in."""
    place.run()
    path = a_run(place)
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    (place.folder / STUDY / "tiny" / "runs.csv").unlink()
    said = place.run()
    path.unlink()
    return said


def table_edited_by_hand(place):
    """The table of all runs, from which the report is made: a number became a word."""
    place.run()
    path = place.folder / STUDY / "runs.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",ok,", ",fine,"), encoding="utf-8")
    said = place.run(shell=".venv/bin/snakemake --configfile tiny.yaml 2>&1")
    path.unlink()
    return said


def folder_of_runs_deleted(place):
    """While the study goes on."""
    remover = threading.Timer(
        9, lambda: shutil.rmtree(place.folder / STUDY / "tiny" / "runs", ignore_errors=True)
    )
    remover.start()
    said = place.run()
    remover.join()
    return said


def results_deleted(place):
    """All of them, while the study goes on."""
    remover = threading.Timer(9, lambda: shutil.rmtree(place.folder / "results", True))
    remover.start()
    said = place.run()
    remover.join()
    return said


def records_of_snakemake_deleted(place):
    place.run()
    shutil.rmtree(place.folder / ".snakemake")
    return place.run()


def memory_of_rounds_spoilt(place):
    """The files that are remembered from run to run hold nonsense."""
    place.run()
    for name in ("yardstick.json", "endings.json"):
        (place.folder / STUDY / name).write_text("[1", encoding="utf-8")
    for path in (place.folder / STUDY / "tiny" / "runs").rglob("*r1*.csv"):
        path.unlink()
    return place.run()


def two_in_one_folder(place):
    first = threading.Thread(target=place.run)
    first.start()
    time.sleep(8)
    said = place.run()
    first.join()
    return said


def two_clones(place):
    """Their runs take turns."""
    other = Place(place.folder.with_name("other"))
    second = threading.Thread(target=other.run)
    second.start()
    said = place.run()
    second.join()
    assert other.rows()
    return said


def clock_set_back(place):
    """By a day, in the middle of the study."""
    if not shutil.which("faketime"):
        raise NotHere("faketime is not installed")
    place.run()
    half = (place.folder / STUDY / "tiny" / "runs" / "cpython").rglob("*.csv")
    for path in (*half, *(place.folder / STUDY).rglob("runs.csv")):
        path.unlink()
    return place.run("faketime", "-f", "-1d")


FAULTS = {
    function.__name__: function
    for function in (
        disk_full, disk_without_inodes, results_read_only, run_cut_in_half, run_emptied,
        run_edited_by_hand, table_edited_by_hand, folder_of_runs_deleted, results_deleted,
        records_of_snakemake_deleted, memory_of_rounds_spoilt, two_in_one_folder, two_clones,
        clock_set_back,
    )
}  # fmt: skip


def a_run(place):
    return next((place.folder / STUDY / "tiny" / "runs").rglob("*_r1.csv"))


def short_of_room(place, little, enough):
    """Run with little of something, make room, return what it said before."""
    mount(place, little)
    said = place.run()
    remount(place, enough)
    return said


def remount(place, options):
    subprocess.run(["mount", "-o", f"remount,{options}", place.folder / "results"], check=True)


def mount(place, options):
    if not ROOT:
        raise NotHere("only root mounts file systems")
    folder = place.folder / "results"
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)


def main(names):
    failed = False
    with tempfile.TemporaryDirectory() as base:
        calm = Place(Path(base) / "calm")
        calm.run()
        wanted = calm.rows()
    for name in names or FAULTS:
        with tempfile.TemporaryDirectory() as base:
            place = Place(Path(base) / name)
            try:
                said = FAULTS[name](place)
                ended = place.run()
                rows = place.rows()
            except NotHere as reason:
                print(f"{name}: not here: {reason}")
                continue
            finally:
                subprocess.run(["umount", place.folder / "results"], stderr=subprocess.DEVNULL)
            text = said.stdout.decode(errors="replace")
            good = not ended.returncode and rows == wanted
            good &= "Traceback" not in text
            failed |= not good
            print(f"=== {name}: {'good' if good else 'BAD'}; it ended with {said.returncode}, then "
                  f"{ended.returncode}, {len(rows)} rows")  # fmt: skip
            print(*text.splitlines()[-SHOWN:], sep="\n")
            if ended.returncode:
                print("--- and then", ended.stdout.decode(errors="replace")[-1500:], sep="\n")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
