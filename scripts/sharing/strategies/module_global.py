"""Module global built by the import: what happens when data is created at the top of a module.

A forked worker inherits the imported module; a spawned one imports it and builds the data again.
"""

import shutil
import sys
import tempfile
from functools import partial
from importlib import import_module
from pathlib import Path

from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "by fork"
DATA = False
SOURCE = """
from importlib import import_module
BIG_DATA = import_module("{module}").build({size})
"""


def share(data, process, workers, jobs, context, phase):
    with phase("build"):  # and not publish: for the others, too, building is no part of sharing
        folder = write_module(SOURCE, process.build)
        import_module("big_module")
    with phase("start"):
        pool = start_pool(context, workers)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        shutil.rmtree(folder)


def write_module(source, build):
    """Write big_module where an import finds it, in spawned workers too; return its folder."""
    folder = Path(tempfile.mkdtemp())
    module, size = build.func.__module__, *build.args
    (folder / "big_module.py").write_text(source.format(module=module, size=size))
    sys.path.append(str(folder))
    return folder


def run_job(process, job):
    return process(import_module("big_module").BIG_DATA, job)
