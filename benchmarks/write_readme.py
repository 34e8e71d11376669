"""Run the benchmarks of the workflow itself and write what they print to benchmarks/README.md.

``make benchmarks``, which takes most of an hour; ``python benchmarks/write_readme.py --only
dispatch`` runs one of them and keeps what is written of the others.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
PARTS = {
    "scale": "How large may a study be?",
    "orchestration": "What does a run cost beside itself?",
    "dispatch": "What does it cost to give a worker a job?",
    "marking": "How fast are objects made immortal?",
}
HEAD = """# Benchmarks of the workflow itself

What the study measures is in its [report](../results/published/report.md); here is what the study
costs. `make benchmarks` writes this page anew. The other scripts in this folder
each say at their top what they measure.
"""


def main():
    arguments = parse()
    known = sections(README.read_text(encoding="utf-8")) if README.exists() else {}
    for name in arguments.only or PARTS:
        command = [sys.executable, HERE / f"{name}.py"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        known[PARTS[name]] = f"`python benchmarks/{name}.py`, {where()}.\n\n{done.stdout.strip()}"
        parts = [f"## {title}\n\n{known[title]}\n" for title in PARTS.values() if title in known]
        README.write_text("\n".join([HEAD, *parts]), encoding="utf-8")


def sections(text):
    """Return the texts of a page's sections by their titles."""
    found = re.split(r"^## (.*)$", text, flags=re.MULTILINE)[1:]
    return {title: body.strip() for title, body in zip(found[::2], found[1::2], strict=True)}


def where():
    """Return the day and the machine in words."""
    return (
        f"{date.today():%B %Y}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=PARTS, default=[])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
