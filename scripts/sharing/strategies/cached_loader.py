"""Cached loader: every worker loads the data from a file at its first job, and keeps it."""

import os
import pickle
import tempfile
from functools import partial

from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "from disk"


def share(data, process, workers, jobs, context, phase):
    with phase("publish"):
        with tempfile.NamedTemporaryFile(suffix=".pickle", delete=False) as file:
            pickle.dump(data, file, protocol=pickle.HIGHEST_PROTOCOL)
    del data
    with phase("start"):
        pool = start_pool(context, workers)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process, file.name), jobs))
    with phase("stop"):
        stop_pool(pool)
        os.remove(file.name)


def run_job(process, path, job):
    return process(load(path), job)


def load(path):
    """Return what is in the file: read once by every process that asks."""
    global LOADED
    if "LOADED" not in globals():
        with open(path, "rb") as file:
            LOADED = pickle.load(file)
    return LOADED
