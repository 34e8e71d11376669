"""Preloaded by the forkserver: it imports a module that builds the data, its workers inherit it.

For the start method forkserver, the default from Python 3.14 on.
https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_forkserver_preload
"""

import os
import shutil
import sys
from functools import partial
from importlib import import_module

from sharing.strategies import Unsupported
from sharing.strategies.module_global import SOURCE, run_job, write_module
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "by fork"
DATA = False


def share(data, process, workers, jobs, context, phase, source=SOURCE):
    if context.get_start_method() != "forkserver":
        raise Unsupported("needs the start method forkserver")
    with phase("build"):  # by the forkserver; as with module_global
        folder = write_module(source, process.build)
        context.set_forkserver_preload(["big_module"])
        start_forkserver(context)
    with phase("start"):
        pool = start_pool(context, workers)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        shutil.rmtree(folder)


def start_forkserver(context):
    """Return once it has imported everything: it forks its first process after that."""
    own = os.environ.get("PYTHONPATH")
    # Before Python 3.14 a forkserver does not get this process's path, but fails in silence.
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    first = context.Process(target=import_module, args=("big_module",))
    first.start()
    if own is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = own
    first.join()
