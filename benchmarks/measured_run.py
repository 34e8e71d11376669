"""One run as the study measures it, outside of any study: for benchmarks that compare with it."""

import csv
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from sharing import strategies

PROJECT = Path(__file__).resolve().parents[1]


def row_of_run(strategy, command, **cell):
    """Return the row of a run by an interpreter's command; `cell` has what else identifies it."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "run.csv")
        cell |= {
            "experiment": "benchmark", "interpreter": "this", "strategy": strategy,
            "command": shlex.quote(command), "code_version": "none",
            "library_threads": strategies.library_threads(strategy), "time_limit_s": 300,
            "memory_floor_percent": 0, "memory_floor_mib": 0, "output": output,
            "log": output.with_suffix(".log"),
        }  # fmt: skip
        words = [f"--{name.replace('_', '-')}={value}" for name, value in cell.items()]
        called = [sys.executable, "-I", "scripts", "measure_run", *words]
        subprocess.run(called, cwd=PROJECT, check=True, capture_output=True)
        with output.open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
    return row
