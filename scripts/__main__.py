"""Start a script by its name: ``python scripts summarise_runs results/full/runs.csv summary.csv``.

Run as a folder, Python puts scripts/ on its path, so that every script finds every room (``from
wording.units import time``) and none has to look for the others. The rules say ``python -I
scripts``: then neither the user's PYTHON… variables nor a stray file in the folder where Snakemake
was called can hide a module.
"""

import errno
import os
import sys
from importlib import import_module
from pathlib import Path

from supervisor.lost_folder import not_written

HERE = Path(__file__).resolve().parent


def main(arguments):
    """Run the script that the first argument names with the others; without any, list them all."""
    name, *rest = arguments or ("",)
    # Each run starts a script: reading all of them each time would take longer than most imports.
    found = scripts(name) if name.isidentifier() else ()
    if not found:
        known = sorted(path.stem for path in scripts("*_*"))
        print("usage: python scripts NAME …, one of", *known, sep="\n  ", file=sys.stderr)
        return 2
    sys.path.append(str(HERE.parent / "workflow"))  # `study`, which the set-up asks as well
    open_standard_streams()
    sys.argv[:] = [f"scripts {name}", *rest]  # what a usage line calls the program
    try:
        return import_module(f"{found[0].parent.name}.{name}").main(rest)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return not_written(error.filename or f"what {name} makes", error.errno, error.strerror)


def open_standard_streams():
    """Let no file of a script's take the place of a stream that its caller had closed.

    And no character that is missing in the terminal's encoding ends a script.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="backslashreplace")


def scripts(name):
    """Return the paths of the scripts so called: modules of a room that have a `main`."""
    return [
        path
        for path in HERE.glob(f"*/{name}.py")
        if "\ndef main(" in path.read_text(encoding="utf-8")
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
